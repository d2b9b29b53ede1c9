// `qis query`: which outcomes were deposited under conditions like these, the ones with most behind them first.
import { plainLine } from '../core/plain-text.ts';
import type { Command } from './command.ts';
import { actionWords, ageWords, effectWords, widenedWords } from './outcome-words.ts';
import { QUESTION_HELP, questioned } from './question.ts';

export const command: Command = {
  summary: 'show what was tried under conditions like these, and what came of it',
  usage: `usage: qis query --domain <name> --where <key>=<value> ... [--min-confidence <x>] [--top <n>] [--json]

  Asks the running gateway, which asks its neighbours; when it is not running, its database.
  Where too little fits, the search is widened, and every packet says by how many steps.
  Example: qis query --domain finetune --where task=translation --where tags=swahili,news --top 5

  ${QUESTION_HELP}
  --top      at most so many packets (20)
  --json     one JSON value on standard output and nothing else
`,
  async run(args, io) {
    const { answer, profile, json } = await questioned('query', args, io);
    if (json) {
      io.stdout.write(`${JSON.stringify(answer)}\n`);
      return 0;
    }
    if (answer.packets.length === 0)
      io.stdout.write(`nothing was deposited in ${profile.name} that compares with this\n`);
    for (const { id, origin, action, effect, score, samples, similarity, widened, age_s } of answer.packets) {
      const found = `similarity ${similarity.toFixed(2)}, ${widenedWords(widened)}`;
      const figures = `effect ${effectWords(effect, profile)}, score ${score}, ${samples} samples`;
      const from = `${ageWords(age_s)} ago by ${origin.slice(0, 8)}`;
      io.stdout.write(`${plainLine(`${actionWords(action)}: ${figures}; ${found}; ${from}; ${id}`)}\n`);
    }
    return 0;
  },
};
