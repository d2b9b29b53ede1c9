// `qis devices probe`: one line setting after the other, first in silence, then asking.
import timers from 'node:timers/promises';
import { DEVICES } from '../../devices/catalogue.ts';
import { type Candidate, createProbe, type Probe, probeLines } from '../sense/probe.ts';
import { lineText, type SerialLine } from '../sense/profile.ts';
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
  const { heard, ...rest } = found;
  if (json) io.stdout.write(`${JSON.stringify({ port: path, ...rest, heard: heard && lineText(heard) })}\n`);
  else io.stdout.write(`${words(found, io.signal.aborted).join('\n')}\n`);
  return found.candidates.length > 0 ? 0 : 1;
}

export interface Found {
  readonly candidates: readonly Candidate[];
  /** At which line setting; a serial server has one of its own. */
  readonly heard?: SerialLine;
  /** Bytes that came, whatever they were. */
  readonly bytes: number;
}

/** Ends early, with what was found by then, when the signal aborts. */
export async function probe(
  path: string,
  seconds: number,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<Found> {
  let bytes = 0;
  for (const { line, requests } of probeLines(DEVICES)) {
    if (signal.aborted) break;
    const probing = createProbe(DEVICES);
    await using port = await openLine({ path, line, onData: (chunk) => probing.push(chunk), signal });
    tell(`${lineText(line)}: listening for ${seconds} s, then asking in ${requests.length} ways`);
    await heard(probing, seconds * 1000, signal);
    for (const request of requests) {
      if (probing.isSettled() || signal.aborted) break;
      port.write(request);
      await heard(probing, ANSWER_MS, signal);
    }
    bytes += probing.bytes;
    const candidates = probing.candidates();
    const isLocal = !path.startsWith('tcp://');
    if (candidates.length > 0) return { candidates, bytes, ...(isLocal && { heard: line }) };
  }
  return { candidates: [], bytes };
}

/** Waits; a frame needs a gap after it only where a longer one may still be coming. */
async function heard(probing: Probe, ms: number, signal: AbortSignal): Promise<void> {
  const before = probing.bytes;
  await timers.setTimeout(ms, undefined, { signal }).catch(() => {});
  if (probing.bytes > before && ms >= PAUSE_MS) probing.pause();
}

function words({ candidates, heard, bytes }: Found, isStopped: boolean): string[] {
  if (candidates.length === 0) {
    if (isStopped) return ['stopped before anything was recognised'];
    if (bytes === 0) return ['nothing came: check the cable, the power, and that RX and TX are crossed'];
    return [`${bytes} bytes came that no known device sends; see qis devices list`];
  }
  const width = Math.max(...candidates.map(({ model }) => model.length)) + 2;
  const lines = candidates.map(
    (candidate) => `  ${candidate.model.padEnd(width)}${candidate.device.padEnd(24)} ${seen(candidate, heard)}`,
  );
  if (candidates.length === 1) return ['it is this one:', ...lines];
  return ['the bytes fit each of these; look at the case, and write its name as device:', ...lines];
}

/** `9600 8N1, 3 frames` */
function seen({ line, frames, implausible }: Candidate, heard: SerialLine | undefined): string {
  const told = frames === 0 ? 'answers, but has no values now' : `${frames} ${frames === 1 ? 'frame' : 'frames'}`;
  const says = [lineText(line), told];
  if (implausible > 0) says.push(`${implausible} out of range`);
  if (heard && heard.baud !== line.baud) says.push(`heard at another speed: set baud to ${heard.baud}`);
  return says.join(', ');
}
