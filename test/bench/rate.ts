// How often something runs in a second.

/** Runs `work` (which does `count` things) in turns with others until `ms` have passed for each; things per second, median of turns. */
export function ratesPerS(
  works: Readonly<Record<string, { count: number; run: () => void }>>,
  ms: number,
): Record<string, number> {
  const names = Object.keys(works);
  const turns: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) works[name]!.run();
  const endMs = performance.now() + ms * names.length;
  do {
    for (const name of names) {
      const { count, run } = works[name]!;
      const startMs = performance.now();
      run();
      turns[name]!.push((count * 1000) / (performance.now() - startMs));
    }
  } while (performance.now() < endMs);
  return Object.fromEntries(names.map((name) => [name, Math.round(median(turns[name]!))]));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
