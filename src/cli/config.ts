// `qis config check`: everything that is wrong with a configuration file.
//
// The problems are the answer, so they go to standard error as lines or to standard output as one JSON value. Devices are
// looked up, too, and profiles of the operator's own are read. Invariant: touches no device and no state.
import { resolve } from 'node:path';
import { type Config, checkConfig, problemLine, readConfig } from '../config/config.ts';
import { keyOf, lineOf, type Problem, type Source } from '../config/problem.ts';
import { OperatingError } from '../core/errors.ts';
import { configProblemsMax } from '../core/limits.ts';
import { settingOf } from '../gateway/configured.ts';
import { refusedSensors } from '../gateway/sensor.ts';
import { type Command, parseArguments } from './command.ts';

export const command: Command = {
  summary: 'check a configuration file',
  usage: `usage: qis config check [file] [--json]

  Checks a configuration file (qis.yaml in this folder unless named) and touches no device and no state.
  Each problem is one line with the key, the value and the line. Exits 0 when there is none.

  --json   one JSON value on standard output and nothing else
`,
  async run(args, io) {
    const { values, positionals } = parseArguments(args, { json: { type: 'boolean' } }, 2);
    const [action, name = 'qis.yaml'] = positionals;
    if (action !== 'check') throw new OperatingError('usage', 'say what to do with it: qis config check');
    const file = resolve(io.cwd, name);
    const checked = checkConfig(readConfig(file), file);
    const problems = checked.config
      ? [
          ...settingProblems(checked.config, checked.source!),
          ...(await sensorProblems(checked.config, checked.source!)),
        ]
      : checked.problems;
    const ok = problems.length === 0;
    if (values.json) io.stdout.write(`${JSON.stringify({ ok, file, problems })}\n`);
    else if (ok) io.stdout.write(`${name} is in order\n`);
    else for (const problem of problems) io.stderr.write(`${problemLine(file, problem)}\n`);
    return ok ? 0 : 1;
  },
};

/** What its domains, or its site, cannot be: each message begins with its key. */
function settingProblems(config: Config, source: Source): Problem[] {
  try {
    settingOf(config);
    return [];
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    const key = error.message.startsWith('site:') ? 'site' : 'domains';
    const line = Math.max(...['domain', key].map((name) => lineOf(source, [name])));
    return error.message.split('\n').map((message) => ({ key, line, message }));
  }
}

/** What the sensors of a file in good shape cannot be. */
async function sensorProblems({ sensors }: Config, source: Source): Promise<Problem[]> {
  const refused = await refusedSensors(sensors);
  const problems = refused.flatMap(({ sensor, key, says }) => {
    const at = ['sensors', sensors.findIndex(({ name }) => name === sensor)];
    const line = lineOf(source, [...at, key]);
    return says.split('\n').map((message) => ({ key: keyOf(at), line, message: `${keyOf(at)}: ${message}` }));
  });
  return problems.toSorted((a, b) => a.line - b.line).slice(0, configProblemsMax);
}
