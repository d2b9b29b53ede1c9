// NMEA 0183: sentences `$<talker><type>,<fields>*<checksum>` of satellite receivers and weather masts.
//
// A line may hold the torn end of one sentence and the whole of the next: it is cut at each start, and every piece has
// to prove itself by its checksum (XOR of the bytes between start and `*`). A sentence without one is refused.
// A sentence in good order that says nothing about the air (GSV, VTG) is a good frame without values.

import type { Sink } from '../sink.ts';
import { readPosition } from './nmea-position.ts';
import { readTransducers } from './nmea-transducers.ts';
import { createNmeaWeather } from './nmea-weather.ts';

/** `!` opens encapsulated sentences (AIS); inside a text it is a letter like any other. */
const STARTS = /(?=\$)|(?=![A-Z]{5},)/;
const SENTENCE = /^[$!]([^*]*)\*([0-9A-Fa-f]{2})(.*)$/s;
/** Talker and type; a maker's own begin with P and are of any length. */
const ADDRESS = /^(?:P[A-Z0-9]{2,}|([A-OQ-Z][A-Z0-9])([A-Z0-9]{3}))(?:,|$)/;
/** NMEA 0183 version 4 may put a block of tags before the start. */
const TAGS = /\\[^\\]*\\$/;

/** One line at a time; remembers only whether the mast tells the true wind beside the relative one. */
export function createNmea(): (text: Buffer, sink: Sink) => void {
  const readWeather = createNmeaWeather();

  function read(piece: string, sink: Sink): void {
    const [, body, stated, rest] = SENTENCE.exec(piece) ?? [];
    if (body === undefined || Number.parseInt(stated!, 16) !== checksumOf(body)) {
      sink.rejected('checksum', 1);
      return;
    }
    const [address, talker, type] = ADDRESS.exec(body) ?? [];
    if (address === undefined) {
      sink.rejected('malformed', 1);
      return;
    }
    sink.frame();
    const fields = body.split(',').slice(1);
    if (talker !== undefined && type !== undefined) {
      readPosition(type, fields, sink);
      if (type === 'XDR') readTransducers(fields, talker === 'WI', sink);
      else readWeather(type, fields, sink);
    }
    if (!isBlank(rest!)) sink.rejected('malformed', 1);
  }

  return (text, sink) => {
    for (const piece of text.toString('latin1').split(STARTS)) {
      if (/^[$!]/.test(piece)) read(piece.replace(TAGS, ''), sink);
      else if (!isBlank(piece.replace(TAGS, ''))) sink.rejected('malformed', 1);
    }
  };
}

function checksumOf(body: string): number {
  let sum = 0;
  for (let at = 0; at < body.length; at++) sum ^= body.charCodeAt(at);
  return sum;
}

/** Blanks, and the NUL bytes of a line that was switched on. */
const isBlank = (text: string): boolean => text.replaceAll('\0', '').trim() === '';
