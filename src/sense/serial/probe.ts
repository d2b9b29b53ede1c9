// Which devices may be at the other end of a line: listens, then asks, and matches what comes with every profile.
//
//     line ──bytes──> every profile's intake ──> good frames, values in range?
//
// One header and length fit several models (42 4D 00 1C), so the answer is a list. Only what a profile polls with is ever
// sent: requests that read. Nothing is started, woken or set.

import { type DeviceModel, type DeviceProfile, lineText, type SerialLine } from '../profile.ts';
import { rangeQuality } from '../quality/quality.ts';
import type { Sink } from '../sink.ts';
import { createIntake, type Intake } from './intake.ts';
import { requestBytes } from './request.ts';

export interface Candidate {
  readonly device: string;
  readonly model: string;
  readonly title: string;
  readonly line: SerialLine;
  /** Good frames that hold values. */
  readonly frames: number;
  /** Values that no working sensor gives: it is probably another model. */
  readonly implausible: number;
  /** Text that describes itself fits anything that writes text. */
  readonly isGeneric: boolean;
}

export interface Probe {
  push(bytes: Uint8Array): void;
  /** The line fell silent. */
  pause(): void;
  /** Most likely first; models that the bytes cannot tell apart stand side by side. */
  candidates(): readonly Candidate[];
  readonly bytes: number;
}

interface Watched {
  readonly profile: DeviceProfile;
  readonly modelName: string;
  readonly intake: Intake;
  readonly seen: { frames: number; implausible: number };
}

export function createProbe(profiles: readonly DeviceProfile[]): Probe {
  const watched = profiles.flatMap((profile) =>
    Object.entries(profile.models).map(([modelName, model]) => watch(profile, modelName, model)),
  );
  let bytes = 0;
  return {
    push(chunk) {
      bytes += chunk.length;
      for (const { intake } of watched) intake.push(chunk);
    },
    pause() {
      for (const { intake } of watched) intake.end();
    },
    candidates: () =>
      watched
        .filter(({ seen }) => seen.frames > 0)
        .map(candidateOf)
        .sort(byLikelihood),
    get bytes() {
      return bytes;
    },
  };
}

function watch(profile: DeviceProfile, modelName: string, model: DeviceModel): Watched {
  const seen = { frames: 0, implausible: 0 };
  let fresh = false;
  const sink: Sink = {
    frame() {
      fresh = true;
    },
    value({ quantity, value }) {
      // An acknowledgement is a frame and says nothing: what holds a value counts.
      if (fresh) seen.frames++;
      fresh = false;
      if (quantity !== null && value !== null && rangeQuality(quantity, value) !== 0) seen.implausible++;
    },
    online() {},
    rejected() {},
    topic() {},
  };
  return { profile, modelName, intake: createIntake(profile, model, sink), seen };
}

function candidateOf({ profile, modelName, seen }: Watched): Candidate {
  const { name: device, title, line } = profile;
  const isGeneric = ['csv', 'json'].includes(profile.models[modelName]!.text?.kind ?? '');
  return { device, model: modelName, title, line, ...seen, isGeneric };
}

function byLikelihood(a: Candidate, b: Candidate): number {
  return Number(a.isGeneric) - Number(b.isGeneric) || a.implausible - b.implausible || b.frames - a.frames;
}

/** Every line setting that some profile uses, the commonest first, with what may be asked on it. */
export function probeLines(
  profiles: readonly DeviceProfile[],
): readonly { readonly line: SerialLine; readonly requests: readonly Buffer[] }[] {
  const lines = new Map<string, { line: SerialLine; profiles: number; requests: Map<string, Buffer> }>();
  for (const { line, models } of profiles) {
    const key = lineText(line);
    const entry = lines.get(key) ?? { line, profiles: 0, requests: new Map<string, Buffer>() };
    lines.set(key, entry);
    entry.profiles++;
    for (const { poll, address } of Object.values(models)) {
      for (const request of poll?.requests ?? []) {
        const bytes = requestBytes(request, address);
        entry.requests.set(bytes.toString('hex'), bytes);
      }
    }
  }
  return [...lines.values()]
    .sort((a, b) => b.profiles - a.profiles)
    .map(({ line, requests }) => ({ line, requests: [...requests.values()] }));
}
