// Runs several commands one after the other in one process in which whoever opens a database ends it, with exit code 99.
//
// So commands that do their work all the same have opened none. The commands are the first argument, as JSON; what each
// said is told as JSON.
import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';
import type { Command } from '../../src/cli/command.ts';
import { OperatingError } from '../../src/core/errors.ts';
import type { Ran } from './qis.ts';

registerHooks({
  load(url, context, nextLoad) {
    if (!url.includes('/better-sqlite3/lib/')) return nextLoad(url, context);
    const told = 'require("node:fs").writeSync(2, "opened " + path)';
    return {
      format: 'commonjs',
      source: `module.exports = function (path) { ${told}; process.exit(99); };`,
      shortCircuit: true,
    };
  },
});

const { packet, packetUsage } = await import('../../src/cli/packet.ts');
const { backup, restore } = await import('../../src/cli/backup.ts');
const COMMANDS: Readonly<Record<string, Command>> = {
  status: (await import('../../src/cli/status.ts')).command,
  packets: (await import('../../src/cli/packets.ts')).command,
  maintenance: (await import('../../src/cli/maintenance.ts')).command,
  time: (await import('../../src/cli/time.ts')).command,
  packet: { summary: '', usage: packetUsage, run: packet },
  backup,
  restore,
};

async function run([name = '', ...args]: readonly string[]): Promise<Ran> {
  const said = { stdout: '', stderr: '' };
  const into = (stream: keyof typeof said) => ({ write: (text: string) => (said[stream] += text) });
  const { stdin, env } = process;
  const io = { stdin, stdout: into('stdout'), stderr: into('stderr'), signal: new AbortController().signal };
  try {
    return { code: await COMMANDS[name]!.run(args, { ...io, cwd: process.cwd(), env }), ...said };
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    return { code: error.code === 'usage' ? 2 : 1, stdout: said.stdout, stderr: `${error.message}\n` };
  }
}

const all: Ran[] = [];
for (const words of JSON.parse(process.argv[2]!) as string[][]) all.push(await run(words));
writeSync(1, JSON.stringify(all));
