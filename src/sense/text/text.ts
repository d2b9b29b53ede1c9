// Chooses the reader for lines of text. The kind of text is data of the profile; each kind has a file of its own.
//
//     line framer ──> createTextReader(format).line ──> nmea | wxt | csv | json ──> Sink
//
// Invariant: a line never throws; it is told as a frame first, or rejected: `checksum` where the text has one and it is
// wrong, `malformed` for whatever the device does not write (banners, debug prints, halves of lines).

import type { TextFormat } from '../profile.ts';
import type { Sink } from '../sink.ts';
import { createCsvLine } from './csv-line.ts';
import { createJsonLine } from './json-line.ts';
import { createNmea } from './nmea.ts';
import { readWxt } from './wxt.ts';

export interface TextReader {
  /** @param text one line as it came, without its end */
  line(text: Buffer, sink: Sink): void;
}

export function createTextReader(format: TextFormat): TextReader {
  switch (format.kind) {
    case 'nmea':
      return { line: createNmea() };
    case 'wxt':
      return { line: readWxt };
    case 'csv':
      return { line: createCsvLine(format.readings) };
    case 'json':
      return { line: createJsonLine(format.readings) };
  }
}
