// How long pooling takes: sites that differ, in classes of their own and in forty, a quarter of them lying.
import { normal, seededRandom } from '../../src/sim/random.ts';
import { pool } from '../../src/synthesize/pool.ts';
import type { SiteResult } from '../../src/synthesize/pooling/claim.ts';
import { site } from '../pooling/sites.ts';
import { median } from './rate.ts';

const SITES = 1_000;
const RUNS = 300;

function sites(random: () => number, { classes, liars }: { classes: number; liars: number }): SiteResult[] {
  return Array.from({ length: SITES }, (_, i) => {
    const standardError = 0.1 * Math.exp(0.5 * normal(random));
    const honest = 0.3 + 0.2 * normal(random) + standardError * normal(random);
    return site(i, {
      sharedClass: i % classes,
      effect: i < liars * SITES ? 3 : honest,
      standardError,
      samples: 20 + Math.floor(100 * random()),
      similarity: 0.5 + 0.5 * random(),
      reputation: 0.5 + random(),
    });
  });
}

/** Milliseconds for one pool of 1,000 effects, median and least of 300. */
export function benchPool(): Record<string, { readonly p50_ms: number; readonly least_ms: number }> {
  const random = seededRandom(3);
  const networks = {
    classes_of_their_own: sites(random, { classes: SITES, liars: 0 }),
    forty_classes: sites(random, { classes: 40, liars: 0 }),
    a_quarter_liars: sites(random, { classes: SITES, liars: 0.25 }),
  };
  return Object.fromEntries(
    Object.entries(networks).map(([name, results]) => {
      for (let run = 0; run < RUNS; run++) pool(results);
      const times = Array.from({ length: RUNS }, () => {
        const startMs = performance.now();
        pool(results);
        return performance.now() - startMs;
      });
      const rounded = (ms: number) => Number(ms.toFixed(3));
      return [name, { p50_ms: rounded(median(times)), least_ms: rounded(Math.min(...times)) }];
    }),
  );
}
