// What a new operator has before him: folders that `qis init` made, `qis config check`, `qis run` in a terminal of its own,
// and `qis status` asked again and again. Every line that any of them says is kept with the time it came.
//
// The commands that only look run within this process, with the same code. Invariant: nothing is read but what a person
// could read.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import type { Command } from '../../src/cli/command.ts';
import { command as config } from '../../src/cli/config.ts';
import { command as init } from '../../src/cli/init.ts';
import { command as run } from '../../src/cli/run.ts';
import { command as status } from '../../src/cli/status.ts';
import { OperatingError } from '../../src/core/errors.ts';
import { freePorts } from '../mosquitto.ts';
import type { Scope } from '../scope.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
const LOOKS_EVERY_MS = 500;

export type Where = 'config check' | 'refused at start' | 'warning' | 'status';

export interface Told {
  readonly where: Where;
  readonly gateway: string;
  readonly line: string;
  readonly timeMs: number;
}

/** A gateway on disk. */
export interface Site {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  /** Public, as `qis init` printed it. */
  readonly key: string;
  /** Of its broker. */
  readonly port: number;
}

export interface Desk {
  /** A folder as `qis init` leaves it, with a free port for the broker and a clock that is vouched for. */
  site(name: string): Promise<Site>;
  /** Changes keys of a configuration; `text` adds to it what YAML takes or not. */
  write(site: Site, changes: Readonly<Record<string, unknown>>, text?: string): void;
  /** `qis config check`, then `qis run`; resolves when it started, or refused to. */
  run(site: Site, machine?: Machine): Promise<void>;
  /** From now on the time counts: the mistake is made at this moment. */
  begin(): void;
  /** All that was said since begin(), times in ms from then. */
  readonly told: readonly Told[];
  /** Resolves when it is so, or after so long; looks at `qis status` of all that run until then. */
  watch(isSo: () => boolean, patienceMs: number): Promise<void>;
}

export interface Manner {
  /** Each gateway in a process of its own, as it runs in the field; else within this one, which is cheaper. */
  readonly apart: boolean;
  /** How much faster the gateways' clocks run than ours. */
  readonly clockFactor: number;
  /** How much faster a machine that `isWaitedFor` counts the time since it started. */
  readonly uptimeFactor: number;
}

/** What is special about the machine of a gateway. */
export interface Machine {
  /** What its clock shows, Unix ms. */
  readonly shownMs?: number;
  /** Something is told only after it has lasted. */
  readonly isWaitedFor?: boolean;
}

export function openDesk(scope: Scope, { apart, clockFactor, uptimeFactor }: Manner): Desk {
  const openedMs = Date.now();
  const pace = ['--clock-origin', `${openedMs}:${openedMs}`, '--clock-factor', `${clockFactor}`];
  const told: Told[] = [];
  const running = new Set<Site>();
  let beganMs = performance.now();
  const tell = (where: Where, { name }: Site, line: string) =>
    told.push({ where, gateway: name, line: line.trimEnd(), timeMs: performance.now() - beganMs });
  return {
    told,
    begin() {
      beganMs = performance.now();
      told.length = 0;
    },
    site: (name) => makeSite(scope, name),
    write({ file, port }, changes, text = '') {
      const template = parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
      const broker = { listen: '127.0.0.1', port };
      writeFileSync(file, `${stringify({ ...template, clock: 'synchronised', broker, ...changes })}${text}`);
    },
    async run(site, machine) {
      for (const line of await said(config, ['check', site.file])) {
        if (!line.endsWith('is in order')) tell('config check', site, line);
      }
      running.add(site);
      const started = Promise.withResolvers<void>();
      const onLine = (line: string) => {
        if (/ started, node /.test(line)) started.resolve();
        if (/^\S+Z WARN /.test(line)) tell('warning', site, line);
        else if (!/^\S+Z /.test(line)) tell('refused at start', site, line);
      };
      const args = ['--config', site.file, ...(clockFactor === 1 ? [] : pace)];
      const before = machine ? otherTime(machine, uptimeFactor) : [];
      const gateway = apart || machine ? inProcess(args, onLine, before) : inside(args, onLine);
      scope.after(gateway.stop);
      void gateway.ended.then(() => {
        running.delete(site);
        started.resolve();
      });
      await started.promise;
    },
    async watch(isSo, patienceMs) {
      const untilMs = performance.now() + patienceMs;
      while (!isSo() && performance.now() < untilMs) {
        for (const site of running) {
          for (const line of await said(status, ['--config', site.file])) tell('status', site, line);
        }
        if (!isSo()) await sleep(LOOKS_EVERY_MS);
      }
    },
  };
}

async function makeSite(scope: Scope, name: string): Promise<Site> {
  const folder = join(temporaryFolder(scope), name);
  const lines = await said(init, [folder, '--name', name, '--latitude', '48.01', '--longitude', '7.85']);
  const key = /^public key +(\S+)$/m.exec(lines.join('\n'))![1]!;
  const [port] = (await freePorts(1)) as [number];
  return { name, folder, file: join(folder, 'qis.yaml'), key, port };
}

/** Both streams of a command that looks and ends, as lines. */
async function said(command: Command, args: string[]): Promise<string[]> {
  const lines: string[] = [];
  await call(command, args, (line) => lines.push(line));
  return lines;
}

/** A command within this process; a failure is its message, as main.ts prints it. */
async function call(command: Command, args: string[], onLine: (line: string) => void, signal = NEVER): Promise<void> {
  const out = {
    write(text: string) {
      for (const line of text.split('\n')) if (line.trim() !== '') onLine(line);
    },
  };
  const { RUNTIME_DIRECTORY: _, ...env } = process.env;
  try {
    await command.run(args, { stdin: process.stdin, stdout: out, stderr: out, signal, cwd: '/', env });
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    out.write(error.message);
  }
}

const NEVER = new AbortController().signal;

interface Running {
  readonly ended: Promise<unknown>;
  stop(): Promise<unknown>;
}

function inside(args: string[], onLine: (line: string) => void): Running {
  const stop = new AbortController();
  const ended = call(run, args, onLine, stop.signal);
  return {
    ended,
    stop() {
      stop.abort();
      return ended;
    },
  };
}

/** What makes Node see another time; the clock goes on from what it shows. */
function otherTime({ shownMs, isWaitedFor = false }: Machine, uptimeFactor: number): string[] {
  const shift = `const now = Date.now, by = ${shownMs} - now(); Date.now = () => now() + by;`;
  const haste = `const up = performance.now.bind(performance); performance.now = () => up() * ${uptimeFactor};`;
  const code = `${shownMs === undefined ? '' : shift}${isWaitedFor ? haste : ''}`;
  return [`--import=data:text/javascript,${encodeURIComponent(code)}`];
}

function inProcess(args: string[], onLine: (line: string) => void, before: readonly string[]): Running {
  const child = spawn(process.execPath, [...before, MAIN, 'run', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = Promise.all([once(child, 'exit'), once(createInterface(child.stderr).on('line', onLine), 'close')]);
  return {
    ended,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
