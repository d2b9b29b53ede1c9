// Finds out which devices may be at the other end of a line: listens, then asks, and matches what comes with every profile.
//
//     line ──bytes──> every profile's intake, and a board's frames ──> good frames, values in range?
//
// One header and length fit several models (42 4D 00 1C), so the answer is a list. Only what a profile polls with is ever
// sent, and a board's HELLO: requests that read. Nothing is started, woken or set, so a device that answers that it
// cannot be read now is recognised by that.

import { decodeMessage, encodeHello } from './bridge/bridge-frame.ts';
import { BRIDGE_LINE } from './bridge/bridge-source.ts';
import { FIRMWARE_BRIDGE } from './bridge/description.ts';
import { cobsFrame, createCobsFramer } from './frame/cobs-framer.ts';
import { type DeviceModel, type DeviceProfile, lineText, type SerialLine } from './profile.ts';
import { createIntake } from './serial/intake.ts';
import { requestBytes } from './serial/request.ts';
import type { Sink } from './sink.ts';
import { rangeQuality } from './value/range.ts';

export interface Candidate {
  readonly device: string;
  readonly model: string;
  readonly title: string;
  readonly line: SerialLine;
  /** Good frames that hold values; 0 where it was recognised by what it answers instead. */
  readonly frames: number;
  /** Values that no working sensor gives: it is probably another model. */
  readonly implausible: number;
}

export interface Probe {
  push(bytes: Uint8Array): void;
  /** The line fell silent. */
  pause(): void;
  /** Most likely first; models that the bytes cannot tell apart stand side by side. */
  candidates(): readonly Candidate[];
  /** A device told values: there is nothing more to ask. */
  isSettled(): boolean;
  readonly bytes: number;
}

interface ProbedModel {
  readonly is: Omit<Candidate, 'frames' | 'implausible'>;
  /** How much else its bytes may be: 0 for a device, more for text that describes itself. */
  readonly generality: number;
  readonly seen: Seen;
  push(bytes: Uint8Array): void;
  end(): void;
}

interface Seen {
  frames: number;
  implausible: number;
  /** Refusals, and frames that tell its state; none of a device where noise looks like them. */
  answers: number;
}

export function createProbe(profiles: readonly DeviceProfile[]): Probe {
  const models = profiles.flatMap((profile) => Object.keys(profile.models).map((name) => watchModel(profile, name)));
  const watched = [...models, watchBoard()];
  let bytes = 0;
  return {
    push(chunk) {
      bytes += chunk.length;
      for (const device of watched) device.push(chunk);
    },
    pause() {
      for (const device of watched) device.end();
    },
    candidates() {
      const speaking = watched.filter(({ seen }) => seen.frames > 0);
      const found = speaking.length > 0 ? speaking : watched.filter(({ seen }) => seen.answers > 0);
      const least = Math.min(...found.map(({ generality }) => generality));
      return found
        .filter(({ generality }) => generality === least)
        .map(({ is, seen: { frames, implausible } }) => ({ ...is, frames, implausible }))
        .sort((a, b) => a.implausible - b.implausible || b.frames - a.frames);
    },
    isSettled: () => watched.some(({ generality, seen }) => generality === 0 && seen.frames > 0),
    get bytes() {
      return bytes;
    },
  };
}

/** A line of JSON holds pairs of names and values too. */
const GENERALITY: Readonly<Record<string, number>> = { json: 1, csv: 2 };

function watchModel(profile: DeviceProfile, modelName: string): ProbedModel {
  const { name: device, title, line } = profile;
  const model: DeviceModel = profile.models[modelName]!;
  const seen: Seen = { frames: 0, implausible: 0, answers: 0 };
  const isChecked = profile.framing === 'shdlc' || model.frames?.every(({ check, fields }) => check || fields);
  let fresh = false;
  const sink: Sink = {
    frame() {
      fresh = true;
      if (isChecked) seen.answers++;
    },
    value({ quantity, value }) {
      if (fresh) seen.frames++;
      fresh = false;
      if (quantity !== null && value !== null && rangeQuality(quantity, value) !== 0) seen.implausible++;
    },
    online() {},
    rejected(reason, count) {
      if (reason === 'refused' && isChecked) seen.answers += count;
    },
    topic() {},
  };
  const generality = GENERALITY[model.text?.kind ?? ''] ?? 0;
  const { push, end } = createIntake(profile, model, sink);
  return { is: { device, model: modelName, title, line }, generality, seen, push, end };
}

function watchBoard(): ProbedModel {
  const seen: Seen = { frames: 0, implausible: 0, answers: 0 };
  const framer = createCobsFramer();
  const onFrame = (frame: Buffer) => {
    if (typeof decodeMessage(frame) === 'object') seen.frames++;
  };
  const names = { device: FIRMWARE_BRIDGE, model: FIRMWARE_BRIDGE, title: 'a board with the firmware bridge' };
  return {
    is: { ...names, line: BRIDGE_LINE },
    generality: 0,
    seen,
    push: (bytes) => framer.push(bytes, onFrame),
    end: () => framer.end(onFrame),
  };
}

export interface LineToProbe {
  readonly line: SerialLine;
  readonly requests: readonly Buffer[];
}

/** Every line setting that some device uses, the commonest first, with what may be asked on it. */
export function probeLines(profiles: readonly DeviceProfile[]): readonly LineToProbe[] {
  const lines = new Map<string, { line: SerialLine; profiles: number; polls: Map<string, Buffer[]> }>();
  for (const { line, models } of profiles) {
    const key = lineText(line);
    const entry = lines.get(key) ?? { line, profiles: 0, polls: new Map<string, Buffer[]>() };
    lines.set(key, entry);
    entry.profiles++;
    for (const { poll, address } of Object.values(models)) {
      const requests = (poll?.requests ?? []).map((request) => requestBytes(request, address));
      entry.polls.set(Buffer.concat(requests).toString('hex'), requests);
    }
  }
  const known = [...lines.values()]
    .sort((a, b) => b.profiles - a.profiles)
    .map(({ line, polls }) => ({ line, requests: [...polls.values()].sort(longestFirst).flat() }));
  return [...known, { line: BRIDGE_LINE, requests: [cobsFrame(encodeHello(0))] }, { line: MAST_LINE, requests: [] }];
}

/** NMEA 0183 as it was first written; its profile has the rate of receivers. */
const MAST_LINE: SerialLine = { baud: 4800, dataBits: 8, parity: 'none', stopBits: 1 };

/** A device that counts the bytes of its requests loses step with those of others: so the longest come first. */
const longestFirst = (a: readonly Buffer[], b: readonly Buffer[]): number => longest(b) - longest(a);
const longest = (requests: readonly Buffer[]): number => Math.max(0, ...requests.map(({ length }) => length));
