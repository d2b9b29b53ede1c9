// One agent process as it ships, with a probe in it: its loop's delays, its CPU time and its largest memory.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlPath } from '../../src/observe/control-address.ts';
import { readStatus } from '../../src/observe/control-client.ts';
import { NODE_FLAGS, openShippedAgent } from './shipped-agent.ts';

const PROBE = new URL('./load-probe.ts', import.meta.url).href;
/** Of /proc: what the kernel counts CPU time in. */
const TICKS_PER_S = 100;

export interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface LoadedAgent extends AsyncDisposable {
  readonly data: string;
  /** Since the last call, in ms. */
  delays(): Promise<Delays>;
  cpuMs(): number;
  rssMbMax(): number;
  /** SIGTERM; resolves with how long it took to end. */
  stop(): Promise<number>;
}

export async function openLoadedAgent(config: string): Promise<LoadedAgent> {
  const shipped = await openShippedAgent();
  const { folder } = shipped;
  writeFileSync(join(folder, 'qis.yaml'), config);
  const flags = [...NODE_FLAGS, '--import', PROBE, ...(process.env.QIS_LOAD_FLAGS?.split(' ') ?? [])];
  // As the service runs it: what it logs at this level are a few lines, and nobody's slow reading is measured.
  const child = spawn(process.execPath, [...flags, join(folder, 'src/qis.cjs'), 'run'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const exited = once(child, 'exit');
  const data = join(folder, 'data');
  while (!(await readStatus(controlPath(data, {})).catch(() => undefined))) {
    if (child.exitCode !== null) throw new Error('the agent ended before it had started');
    await sleep(100);
  }
  const proc = (file: string) => readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
  return {
    data,
    async delays() {
      const said = once(child, 'message');
      child.send({});
      return (await said)[0] as Delays;
    },
    cpuMs() {
      const fields = proc('stat').split(') ')[1]!.split(' ');
      return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_S;
    },
    rssMbMax: () => Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(proc('status'))?.[1]) / 102.4) / 10,
    async stop() {
      const startMs = performance.now();
      child.kill('SIGTERM');
      await exited;
      return performance.now() - startMs;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill('SIGKILL');
      await exited;
      shipped[Symbol.dispose]();
    },
  };
}
