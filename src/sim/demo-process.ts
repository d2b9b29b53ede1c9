// A gateway of the demo as a process of its own: `qis run --json`, its events read line by line.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClockOrigin } from '../core/clock.ts';
import type { TimedEvent } from '../core/events.ts';
import { drainMsMax } from '../core/limits.ts';

export interface GatewayProcess extends AsyncDisposable {
  /** Rejects when the process ends before it has started. */
  readonly started: Promise<void>;
  readonly exited: Promise<{ code: number | null; stderr: string }>;
  isRunning(): boolean;
}

export interface StartOptions {
  readonly origin?: ClockOrigin;
  readonly onEvent: (event: TimedEvent) => void;
}

/** The entry point this process was started with: the same program, whether it runs from source or as a bundle. */
const ENTRY = process.argv[1] ?? '';
const STDERR_BYTES_MAX = 4_096;

export function startGateway(configFile: string, { origin, onEvent }: StartOptions): GatewayProcess {
  const clock = origin
    ? ['--clock-origin', `${origin.wallMs}:${origin.shownMs}`, '--clock-factor', `${origin.factor}`]
    : [];
  const child = spawn(
    process.execPath,
    [...process.execArgv, ENTRY, 'run', '--json', '--config', configFile, ...clock],
    {
      cwd: dirname(configFile),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stderr = '';
  child.stderr?.on('data', (bytes) => {
    stderr = `${stderr}${bytes}`.slice(-STDERR_BYTES_MAX);
  });
  const exited = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr: stderr.trim() }));
  const started = Promise.withResolvers<void>();
  started.promise.catch(() => {});
  void exited.then(() => started.reject(new Error(stderr.trim() || 'a gateway ended before it had started')));
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as TimedEvent;
      if (event.type === 'started') started.resolve();
      onEvent(event);
    });
  }
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return { started: started.promise, exited, isRunning, [Symbol.asyncDispose]: () => stop(child, exited, isRunning) };
}

async function stop(child: ChildProcess, exited: Promise<unknown>, isRunning: () => boolean): Promise<void> {
  if (!isRunning()) return;
  child.kill('SIGTERM');
  // Twice the time a gateway gives its parts to drain.
  await Promise.race([exited, sleep(2 * drainMsMax)]);
  if (isRunning()) child.kill('SIGKILL');
  await exited;
}
