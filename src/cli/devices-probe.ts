// `qis devices probe`: one line setting after the other, first in silence, then asking.
import timers from 'node:timers/promises';
import { DEVICES } from '../../devices/catalogue.ts';
import { OperatingError } from '../core/errors.ts';
import { lineText } from '../sense/profile.ts';
import { type Candidate, createProbe, type Probe, probeLines } from '../sense/serial/probe.ts';
import { openLine } from '../sense/serial/serial-line.ts';
import type { Io } from './command.ts';

/** A device answers within this, and a bus needs it between two requests. */
const ANSWER_MS = 300;
/** A gap that no frame has. */
const PAUSE_MS = 500;

export interface ProbeOptions {
  /** How long to listen at each line setting. */
  readonly seconds: number;
  readonly json: boolean;
}

/** @returns 0 when something was recognised; throws OperatingError port_unavailable */
export async function probePort(path: string, { seconds, json }: ProbeOptions, io: Io): Promise<number> {
  const tell = (text: string) => void (json || io.stderr.write(`${text}\n`));
  const found = await probe(path, seconds, tell, io.signal);
  if (json) io.stdout.write(`${JSON.stringify({ port: path, ...found })}\n`);
  else io.stdout.write(`${words(found).join('\n')}\n`);
  return found.candidates.length > 0 ? 0 : 1;
}

export interface Found {
  readonly candidates: readonly Candidate[];
  /** Bytes that came, whatever they were. */
  readonly bytes: number;
}

export async function probe(
  path: string,
  seconds: number,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<Found> {
  let bytes = 0;
  for (const { line, requests } of probeLines(DEVICES)) {
    if (signal.aborted) throw new OperatingError('usage', 'stopped');
    tell(`${lineText(line)}: listening for ${seconds} s, then asking in ${requests.length} ways`);
    const probing = createProbe(DEVICES);
    await using port = await openLine({ path, line, onData: (chunk) => probing.push(chunk), signal });
    await heard(probing, seconds * 1000, signal);
    for (const request of requests) {
      if (probing.candidates().some(({ isGeneric }) => !isGeneric) || signal.aborted) break;
      port.write(request);
      await heard(probing, ANSWER_MS, signal);
    }
    bytes += probing.bytes;
    const candidates = probing.candidates();
    if (candidates.length > 0) return { candidates: withoutGeneric(candidates), bytes };
  }
  return { candidates: [], bytes };
}

/** Waits; a frame needs a gap after it only where a longer one may still be coming. */
async function heard(probing: Probe, ms: number, signal: AbortSignal): Promise<void> {
  const before = probing.bytes;
  await timers.setTimeout(ms, undefined, { signal }).catch(() => {});
  if (probing.bytes > before && ms >= PAUSE_MS) probing.pause();
}

function withoutGeneric(candidates: readonly Candidate[]): readonly Candidate[] {
  const special = candidates.filter(({ isGeneric }) => !isGeneric);
  return special.length > 0 ? special : candidates;
}

function words({ candidates, bytes }: Found): string[] {
  if (bytes === 0) return ['nothing came: check the cable, the power, and that RX and TX are crossed'];
  if (candidates.length === 0) return [`${bytes} bytes came that no known device sends; see qis devices list`];
  const lines = candidates.map(
    ({ device, model, line, frames, implausible }) =>
      `  ${model.padEnd(14)} ${device.padEnd(24)} ${lineText(line)}, ${frames} frames${implausible > 0 ? `, ${implausible} values that cannot be` : ''}`,
  );
  if (candidates.length === 1) return ['it is this one:', ...lines];
  return ['the bytes fit each of these; look at the case, and set device and model:', ...lines];
}
