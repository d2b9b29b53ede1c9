// Runs the real program in a process of its own, and collects what it says.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param extra environment variables beside our own */
export function qis(
  args: readonly string[],
  cwd?: string,
  extra: NodeJS.ProcessEnv = {},
  input?: string,
): Promise<Ran> {
  return runNode([MAIN, ...args], cwd, extra, input);
}

/** Node itself, with arguments of its own. */
export async function runNode(
  args: readonly string[],
  cwd: string = tmpdir(),
  extra: NodeJS.ProcessEnv = {},
  input = '',
): Promise<Ran> {
  const { RUNTIME_DIRECTORY: _, CREDENTIALS_DIRECTORY: __, QIS_DEBUG: ___, ...env } = process.env;
  const child = spawn(process.execPath, args, { cwd, env: { ...env, ...extra }, stdio: 'pipe' });
  // A program that does not read it may have ended before.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
