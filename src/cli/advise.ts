// `qis advise`: the action that outcomes under conditions like these speak for, what to expect of it, and who says so.
import type { DomainProfile } from '../core/domain.ts';
import { plainLine } from '../core/plain-text.ts';
import type { Command } from './command.ts';
import { actionWords, effectWords, widenedWords } from './outcome-words.ts';
import { QUESTION_HELP, type Questioned, questioned } from './question.ts';

export const command: Command = {
  summary: 'say what worked best under conditions like these',
  usage: `usage: qis advise --domain <name> --where <key>=<value> ... [--min-confidence <x>] [--top <n>] [--json]

  Asks the running gateway, which asks its neighbours; when it is not running, its database.
  Whoever follows it can say what came of it: qis deposit --about <id> --worked, or --did-not.
  Example: qis advise --domain clinical --where condition=rare-histiocytosis --where age=50

  ${QUESTION_HELP}
  --top      of at most so many packets (1000)
  --json     one JSON value on standard output and nothing else
`,
  async run(args, io) {
    const { answer, profile, json } = await questioned('advise', args, io);
    io.stdout.write(json ? `${JSON.stringify(answer)}\n` : `${lines(answer, profile).map(plainLine).join('\n')}\n`);
    return 0;
  },
};

type Advice = Questioned<'advise'>['answer'];

function lines(advice: Advice, profile: DomainProfile): string[] {
  const { action, expected, prediction, evidence, origins, significant, best_single, widened } = advice;
  const words = (effect: number | null) => effectWords(effect, profile);
  const site = prediction && `; at the next site ${words(prediction.low)} to ${words(prediction.high)}`;
  return [
    `do: ${actionWords(action)}`,
    expected
      ? `expect: ${words(expected.effect)} (${words(expected.low)} to ${words(expected.high)})${site ?? ''}`
      : 'expect: no effect was stated with its standard error, so nothing can be said of it',
    `behind it: ${packets(evidence.length)} of ${origins} origin${origins === 1 ? '' : 's'}, ${widenedWords(widened)}`,
    ...(expected ? [significanceWords(significant, origins)] : []),
    ...(advice.too_heterogeneous
      ? ['beware: the sites differ so much that not even the direction is known for the next']
      : []),
    `best single: ${actionWords(best_single.action)}, effect ${words(best_single.effect)}; ${best_single.id}`,
    `evidence: ${evidence.slice(0, EVIDENCE_SHOWN).join(' ')}${evidence.length > EVIDENCE_SHOWN ? ' ...' : ''}`,
  ];
}

const EVIDENCE_SHOWN = 5;

const packets = (count: number): string => `${count} packet${count === 1 ? '' : 's'}`;

function significanceWords({ alone, together }: Advice['significant'], origins: number): string {
  // "Together" takes others: of one origin nothing can be said of it.
  if (origins < 2)
    return `significant: ${alone.length > 0 ? packets(alone.length) : 'no packet'} alone; it takes more origins to tell together`;
  if (alone.length === 0)
    return together ? 'significant: together, and none of them alone' : 'significant: not even together';
  return `significant: ${packets(alone.length)} alone, ${together ? 'and together' : 'but not together'}`;
}
