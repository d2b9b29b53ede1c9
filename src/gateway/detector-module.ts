// A detector of the operator's own: a module that looks like one of ours, in a worker, on every channel that is watched.
//
//     observation ──> worker, waited for a few ms ──> finding, checked        once it failed: `departure`
//                          '── later: told with the next reading
//
// An event that is open when the module is switched off is ended, so that every event has one end.
// Invariant: a reading waits no longer than it was told to, whatever the module does.
import { basename } from 'node:path';
import type { Emit } from '../core/events.ts';
import { detectorStateBytesMax, detectorWaitMsMax, moduleAnswerMsMax } from '../core/module-limits.ts';
import { DEPARTURE } from '../detect/departure.ts';
import type { Detector, DetectorKind, DetectorOptions, Finding, Observation, OpenEvent } from '../detect/detector.ts';
import { isDetectorName } from '../detect/registry.ts';
import { findingOf } from './detector-finding.ts';
import { ModuleHost } from './module-host.ts';
import type { ModuleContract } from './module-worker.ts';

const DETECTOR: ModuleContract = {
  unit: 'reading',
  source: `
const detectors = new Map();
const problemOf = ({ create }) =>
  typeof create === 'function' ? undefined : 'it exports no detector: create() is missing';
const calls = {
  create: ({ id, options, saved }) => {
    const detector = kind.create(options, saved ?? undefined);
    if (typeof detector?.accept !== 'function') throw new Error('create() gives no detector: accept() is missing');
    detectors.set(id, detector);
  },
  accept: ({ id, seen }) => detectors.get(id).accept(seen),
  interrupt: ({ id }) => void detectors.get(id).interrupt?.(),
  shift: ({ id, byMs }) => void detectors.get(id).shift?.(byMs),
  state: ({ id }) => JSON.stringify(detectors.get(id).state?.() ?? null),
};`,
};

export interface DetectorModule extends AsyncDisposable {
  readonly kind: DetectorKind;
}

export interface DetectorModuleOptions {
  /** Absolute path. */
  readonly file: string;
  /**
   * Live, a reading waits for milliseconds, and a finding may come with the next one. A recording waits for each answer, so
   * that it gives the same findings each time.
   */
  readonly isLive: boolean;
  /** Told once, when the module is switched off. */
  readonly onWarning: (message: string) => void;
}

/** For a detector that a configuration or a manifest names by a path. */
export function openDetectorModule({ file, isLive, onWarning }: DetectorModuleOptions): DetectorModule {
  const onOff = (reason: string) =>
    onWarning(`detector ${basename(file)} is switched off: ${reason}; ${DEPARTURE.name} goes on`);
  const host = new ModuleHost({
    file,
    contract: DETECTOR,
    waitMs: isLive ? detectorWaitMsMax : moduleAnswerMsMax,
    onOff,
  });
  if (!isLive) host.load();
  let channels = 0;
  return {
    kind: {
      // The same wherever the folder stands.
      name: `module:${basename(file)}`,
      create: (own, saved) => new HostedDetector(host, ++channels, own, fits(saved) ? saved : undefined),
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

/** Loads it, makes one detector, and drops both. @returns why it cannot be used, if it cannot */
export async function detectorModuleProblem(file: string): Promise<string | undefined> {
  let problem: string | undefined;
  const onOff = (reason: string) => {
    problem = reason;
  };
  await using host = new ModuleHost({ file, contract: DETECTOR, waitMs: moduleAnswerMsMax, onOff });
  host.load();
  return problem;
}

/** An event that is open, and what its end has to repeat. */
interface Open extends OpenEvent {
  readonly cause: Finding['cause'];
}

interface Saved {
  /** What the module keeps; null before it gave any. */
  readonly own: unknown;
  /** Its open event, and one that whoever began it can not end any more; none: a count of 0. */
  readonly open: Open;
  readonly ownerless: Open;
}

/** Of an end that nobody has seen. */
const END_CONFIDENCE = 0.5;
const NONE: Open = { onsetMs: 0, count: 0, cause: 'rise' };

function fits(saved: unknown): saved is Saved {
  if (typeof saved !== 'object' || saved === null) return false;
  const { own, open, ownerless } = saved as Partial<Saved>;
  const isEvent = (event: Open | undefined) => Number.isFinite(event?.onsetMs) && Number.isInteger(event?.count);
  return own !== undefined && isEvent(open) && isEvent(ownerless);
}

class HostedDetector implements Detector {
  readonly #host: ModuleHost;
  readonly #id: number;
  readonly #options: DetectorOptions;
  /** Told by the module, not yet by the channel. */
  readonly #found: Finding[] = [];
  #open: Open;
  #ownerless: Open;
  /** The newest state that the module gave. */
  #own: unknown;
  /** Takes its place once it is off. */
  #instead: Detector | undefined;
  #cause: Finding['cause'] = 'rise';

  constructor(host: ModuleHost, id: number, options: DetectorOptions, saved: Saved | undefined) {
    this.#host = host;
    this.#id = id;
    this.#options = options;
    this.#open = saved?.open ?? NONE;
    this.#ownerless = saved?.ownerless ?? NONE;
    this.#own = saved?.own ?? null;
    this.#ask('create', { options, saved: this.#own });
  }

  get open(): OpenEvent | undefined {
    for (const event of [this.#open, this.#ownerless]) if (event.count > 0) return event;
    return this.#instead?.open;
  }

  accept(seen: Observation): Finding | undefined {
    if (this.#open.count > 0) this.#open = { ...this.#open, count: this.#open.count + 1 };
    if (!this.#host.isOff) {
      const { timeMs } = seen;
      this.#host.ask({ call: 'accept', id: this.#id, seen: { ...seen } }, (answer) => this.#answered(answer, timeMs));
    }
    const found = this.#found.shift();
    if (found) return found;
    if (this.#host.isOff && this.#open.count > 0) {
      this.#ownerless = this.#open;
      this.#open = NONE;
    }
    if (this.#ownerless.count > 0) return this.#end(seen);
    return this.#host.isOff ? this.#departed(seen) : undefined;
  }

  interrupt(): void {
    this.#instead?.interrupt();
    this.#ask('interrupt');
  }

  shift(byMs: number): void {
    if (this.#open.count > 0) this.#open = { ...this.#open, onsetMs: this.#open.onsetMs + byMs };
    if (this.#ownerless.count > 0) this.#ownerless = { ...this.#ownerless, onsetMs: this.#ownerless.onsetMs + byMs };
    this.#instead?.shift(byMs);
    this.#ask('shift', { byMs });
  }

  state(): Saved {
    // Once in a while, and when the gateway stops: the module may take its time.
    this.#ask('state', {}, (own) => this.#keep(own), moduleAnswerMsMax);
    const open = this.#instead?.open;
    const left = open && { onsetMs: open.onsetMs, count: open.count, cause: this.#cause };
    return { own: this.#own, open: { ...this.#open }, ownerless: { ...(left ?? this.#ownerless) } };
  }

  #ask(call: string, more: object = {}, onAnswer: (answer: unknown) => void = () => {}, waitMs?: number): void {
    if (!this.#host.isOff) this.#host.ask({ call, id: this.#id, ...more }, onAnswer, waitMs);
  }

  #keep(own: unknown): void {
    if (typeof own !== 'string') this.#host.switchOff('its state is no JSON');
    else if (own.length > detectorStateBytesMax)
      this.#host.switchOff(`its state is longer than ${detectorStateBytesMax} characters`);
    else this.#own = JSON.parse(own);
  }

  #answered(answer: unknown, timeMs: number): void {
    const severityMax = this.#options.levels.length + 1;
    const found = findingOf(answer, { timeMs, isOpen: this.#open.count > 0, severityMax });
    if (typeof found === 'string') this.#host.switchOff(found);
    if (typeof found !== 'object') return;
    const { kind, cause, onsetMs, samples: count } = found;
    if (kind === 'event') this.#open = { onsetMs, count, cause };
    if (kind === 'cleared') this.#open = NONE;
    this.#found.push(found);
  }

  #end({ timeMs }: Observation): Finding {
    const { onsetMs, count: samples, cause } = this.#ownerless;
    this.#ownerless = NONE;
    const durationS = Math.max(0, Math.round((timeMs - onsetMs) / 1_000));
    return { kind: 'cleared', cause, onsetMs, samples, confidence: END_CONFIDENCE, severity: 1, durationS };
  }

  /** The module is off: `departure` goes on with what the channel has learned. */
  #departed(seen: Observation): Finding | undefined {
    this.#instead ??= DEPARTURE.create(this.#options);
    const found = this.#instead.accept(seen);
    if (found) this.#cause = found.cause;
    return found;
  }
}

/** Where the configuration names a module and not one of ours. */
export function openOwnDetector(
  detector: string,
  { isLive, emit }: { isLive: boolean; emit: Emit },
): DetectorModule | undefined {
  if (isDetectorName(detector)) return undefined;
  const onWarning = (message: string) => emit({ type: 'warning', message });
  return openDetectorModule({ file: detector, isLive, onWarning });
}
