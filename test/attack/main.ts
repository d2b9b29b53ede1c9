// `npm run attack -- [--short] [--only <name>] [--against source|bundle] [--json]`: does the gateway stand what was done to it?
//
// Runs each attack against a gateway of its own, from the sources and as it ships. Exits 0 only when all were held. The
// long form takes 20 minutes and wants a quiet machine: it judges times.
import { parseArgs } from 'node:util';
import { type Target, type Trial, tryAttack } from './attack.ts';
import { ATTACKS, chosen } from './catalogue.ts';
import { programs } from './program.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    against: { type: 'string', default: 'source,bundle' },
    short: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const attacks = chosen(ATTACKS, { only: values.only, isShort: values.short });
const targets = values.against.split(',');
const isTarget = (name: string): name is Target => name === 'source' || name === 'bundle';
if (attacks.length === 0 || !targets.every(isTarget)) {
  const names = ATTACKS.map(({ name }) => `  ${name}\n`).join('');
  process.stderr.write(`--against takes source or bundle, --only the beginning of one of\n${names}`);
  process.exit(2);
}
// So that what was started goes when somebody stops it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
using built = programs();
const trials: Trial[] = [];
for (const against of targets.filter(isTarget)) {
  const program = await built.of(against);
  for (const attack of attacks) {
    const notes: string[] = [];
    const note = (message: string) => void notes.push(message);
    const trial = await tryAttack(attack, { against, program, isShort: values.short, note });
    trials.push(trial);
    if (!values.json) tell(trial, notes);
  }
}
const failed = trials.filter(({ reason }) => reason !== undefined);
const held = trials.length - failed.length;
process.stdout.write(
  values.json
    ? `${JSON.stringify({ attacks: trials.length, held, failed })}\n`
    : `${held} of ${trials.length} attacks held\n`,
);
process.exit(failed.length === 0 ? 0 : 1);

function tell({ name, against, seconds, reason }: Trial, notes: readonly string[]): void {
  const verdict = reason === undefined ? 'held  ' : 'FAILED';
  const more = [...(reason === undefined ? [] : [reason]), ...notes].map((line) => `       ${line}\n`);
  process.stdout.write(`${verdict} ${name} (${against}, ${seconds.toFixed(1)} s)\n${more.join('')}`);
}
