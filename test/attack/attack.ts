// An attack: what is done to a gateway that runs, and what must hold. It reports by throwing: the first line is the reason.
//
// The long form is the whole of it, judged by times as well; the short one is small, and machines may be slow.
import { reasonOf } from '../../src/core/errors.ts';
import type { Scope } from '../scope.ts';

export interface Attack {
  /** Words, unique. */
  readonly name: string;
  /** Part of the short form. */
  readonly isQuick?: boolean;
  run(scene: Scene): Promise<void>;
}

export interface Scene extends Scope {
  /** What Node runs as the gateway: flags and the file. */
  readonly program: readonly string[];
  readonly isShort: boolean;
}

export type Target = 'source' | 'bundle';

export interface Trial {
  readonly name: string;
  readonly against: Target;
  readonly seconds: number;
  /** One line; absent when it was held. */
  readonly reason?: string;
}

export interface Trying {
  readonly against: Target;
  readonly program: readonly string[];
  readonly isShort: boolean;
  readonly note: (message: string) => void;
}

const RUN_MS_MAX = 300_000;

/** Runs it and clears up after it. What could not be run was not held. */
export async function tryAttack(attack: Attack, { against, program, isShort, note }: Trying): Promise<Trial> {
  const startMs = performance.now();
  const reason = await runAlone(attack, { program, isShort, note });
  const seconds = (performance.now() - startMs) / 1000;
  const trial = { name: attack.name, against, seconds: Math.round(seconds * 10) / 10 };
  return reason === undefined ? trial : { ...trial, reason };
}

async function runAlone(attack: Attack, how: Omit<Trying, 'against'>): Promise<string | undefined> {
  const stack = new AsyncDisposableStack();
  const skipped: string[] = [];
  const scene: Scene = {
    program: how.program,
    isShort: how.isShort,
    after: (end) => stack.defer(async () => void (await end())),
    diagnostic: how.note,
    skip: (message) => void skipped.push(message),
  };
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`not over after ${RUN_MS_MAX / 1000} s`)), RUN_MS_MAX);
  try {
    await Promise.race([attack.run(scene), late.promise]);
    return skipped[0];
  } catch (error) {
    return reasonOf(error).split('\n')[0] ?? '';
  } finally {
    clearTimeout(timer);
    await stack.disposeAsync();
  }
}
