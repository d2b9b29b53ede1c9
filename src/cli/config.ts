// `qis config check`: everything that would keep `qis run` from starting with a configuration file, short of opening devices.
//
// The problems are the answer, so they go to standard error as lines or to standard output as one JSON value. The checks
// are those of src/gateway/preflight.ts, which `qis run` makes as well. Invariant: opens no device and changes nothing.
import { basename, dirname } from 'node:path';
import { problemLine, readConfig } from '../config/config.ts';
import { OperatingError } from '../core/errors.ts';
import { checkRunnable } from '../gateway/preflight.ts';
import { type Command, parseArguments } from './command.ts';
import { configFile } from './config-file.ts';

export const command: Command = {
  summary: 'check a configuration file',
  usage: `usage: qis config check [file | --config <file>] [--json]

  Checks a configuration file (unless named ./qis.yaml, or else /etc/qis-edge/qis.yaml), and the files and the folder
  it names, as qis run does before it starts. Run it as the user who runs qis. It opens no device and changes nothing.
  Each problem is one line with the key, the value and the line. Exits 0 when there is none.

  --json   one JSON value on standard output and nothing else

  Example: qis config check ~/roof-1/qis.yaml
`,
  async run(args, io) {
    const { values, positionals } = parseArguments(args, { config: { type: 'string' }, json: { type: 'boolean' } }, 2);
    const [action, named] = positionals;
    if (action !== 'check') throw new OperatingError('usage', 'say what to do with it: qis config check');
    const file = configFile(named ?? values.config, io);
    const { problems } = await checkRunnable(readConfig(file), file);
    const ok = problems.length === 0;
    if (values.json) io.stdout.write(`${JSON.stringify({ ok, file, problems })}\n`);
    else if (ok) io.stdout.write(`${dirname(file) === io.cwd ? basename(file) : file} is in order\n`);
    else for (const problem of problems) io.stderr.write(`${problemLine(file, problem)}\n`);
    return ok ? 0 : 1;
  },
};
