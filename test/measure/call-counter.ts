// Counts which functions of src/ V8 calls, and how often: its own counters, by precise coverage.
//
// Counting has to begin before the modules that are counted are loaded. A module's own top level and functions that were
// not called are left out.
import { Session } from 'node:inspector/promises';
import { ROOT } from '../source-tree.ts';

/** Calls by file and place of the function in it. */
export type Calls = ReadonlyMap<string, ReadonlyMap<number, number>>;

export interface CallCounter extends Disposable {
  /** Since the last time. */
  take(): Promise<Calls>;
}

export async function openCallCounter(): Promise<CallCounter> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  const prefix = `file://${ROOT}src/`;
  return {
    async take() {
      const { result } = await session.post('Profiler.takePreciseCoverage');
      const scripts = result.filter(({ url }) => url.startsWith(prefix));
      return new Map(
        scripts.map(({ url, functions }) => [
          `src/${url.slice(prefix.length)}`,
          new Map(
            functions
              .map(({ ranges }) => ranges[0]!)
              .filter(({ startOffset, count }) => startOffset > 0 && count > 0)
              .map(({ startOffset, count }) => [startOffset, count]),
          ),
        ]),
      );
    },
    [Symbol.dispose]: () => session.disconnect(),
  };
}

/** Files with a function that was called more often than in an idle interval of the same kind. */
export function filesEntered(calls: Calls, idle: Calls): string[] {
  return [...calls]
    .filter(([path, functions]) => [...functions].some(([place, count]) => count > (idle.get(path)?.get(place) ?? 0)))
    .map(([path]) => path)
    .sort();
}
