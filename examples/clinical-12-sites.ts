// Writes examples/clinical-12-sites.yaml: 12 hospitals with a rare condition, made up from a seed.
//
// Each treated a few patients and measured what that brought them, with an error of its own. `node examples/clinical-12-sites.ts`.
import { writeFileSync } from 'node:fs';
import { normal, seededRandom } from '../src/sim/random.ts';

const SEED = 12;
const SITES = 12;
/** What the treatment brings, in standard deviations between patients, and how much sites differ in it. */
const EFFECT = 0.42;
const SITES_DIFFER = 0.06;

/** One deposit a line: each is what one hospital hands in. */
export function twelveSites(): string {
  const random = seededRandom(SEED);
  const lines = Array.from({ length: SITES }, () => {
    const patients = 6 + Math.floor(9 * random());
    const own = EFFECT + SITES_DIFFER * normal(random);
    const changes = Array.from({ length: patients }, () => own + normal(random));
    const mean = changes.reduce((sum, change) => sum + change, 0) / patients;
    const variance = changes.reduce((sum, change) => sum + (change - mean) ** 2, 0) / (patients - 1);
    const improved = changes.filter((change) => change > 0).length / patients;
    const deposit = {
      domain: 'clinical',
      where: {
        condition: 'rare-histiocytosis',
        age: 40 + Math.floor(25 * random()),
        severity: 'severe',
        line: 'second',
      },
      action: { name: 'inhibitor-a', dose: 60, weeks: 26 },
      score: Number(improved.toFixed(2)),
      effect: Number(mean.toFixed(3)),
      standard_error: Number(Math.sqrt(variance / patients).toFixed(3)),
      samples: patients,
      confidence: 0.8,
    };
    return `- ${JSON.stringify(deposit)}\n`;
  });
  return `# Made up (examples/clinical-12-sites.ts). Each line is what one of 12 hospitals deposits; docs/domains.md tells the story.\n${lines.join('')}`;
}

if (import.meta.main) writeFileSync(new URL('clinical-12-sites.yaml', import.meta.url), twelveSites());
