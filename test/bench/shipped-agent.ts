// The agent as it ships, in a folder of its own: the bundle with a compile cache and the flags of the service.
//
// Its sensor is silent, its broker open, its one neighbour not there. Any other program can be launched beside it in the
// same way, so that the two can be compared.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../mosquitto.ts';

/** What the systemd unit runs node with, up to the program. */
export const NODE_FLAGS = flagsOf(readFileSync('deploy/qis-edge.service', 'utf8'));

function flagsOf(unit: string): readonly string[] {
  const [, flags = ''] = /^ExecStart=\S+ (.*) \S+\/qis\.cjs /m.exec(unit) ?? [];
  return flags.split(' ');
}

export interface Launch {
  /** A JavaScript file and its arguments; by default the gateway. */
  readonly program?: readonly string[];
  readonly flags?: readonly string[];
  /** How long it is left alone after it said `started`. */
  readonly idleMs?: number;
}

export interface Launched {
  /** From spawn to `started`. */
  readonly startMs: number;
  /** Resident after the idle time. */
  readonly rssMb: number;
}

export interface ShippedAgent extends Disposable {
  readonly folder: string;
  /** Runs it until it has started and was idle, and ends it. */
  launch(how?: Launch): Promise<Launched>;
}

export async function openShippedAgent(): Promise<ShippedAgent> {
  const folder = mkdtempSync(join(tmpdir(), 'qis-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    // The program reads its version from package.json, and its add-ons from node_modules, beside dist.
    execFileSync(process.execPath, ['deploy/bundle.ts', join(folder, 'dist')], { stdio: 'inherit' });
    mkdirSync(join(folder, 'src'));
    cpSync('src/qis.cjs', join(folder, 'src/qis.cjs'));
    cpSync('package.json', join(folder, 'package.json'));
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    const [port] = (await freePorts(1)) as [number];
    writeFileSync(join(folder, 'qis.yaml'), configOf(port));
  } catch (error) {
    remove();
    throw error;
  }
  return { folder, launch: (how = {}) => launch(folder, how), [Symbol.dispose]: remove };
}

const configOf = (port: number): string => `name: bench
location: {latitude: 48.01, longitude: 7.85}
sensors:
  - {name: roof, device: plantower-pmsx003, port: tcp://127.0.0.1:9}
broker: {listen: 127.0.0.1, port: ${port}, accounts: [{name: gw2, password: secret, role: gateway}]}
neighbours:
  - {name: gw2, url: "mqtt://127.0.0.1:9"}
`;

async function launch(folder: string, { program, flags = [], idleMs = 0 }: Launch): Promise<Launched> {
  const args = program ?? [join(folder, 'src/qis.cjs'), 'run', '--json'];
  const spawnedMs = performance.now();
  const child = spawn(process.execPath, [...NODE_FLAGS, ...flags, ...args], {
    cwd: folder,
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'cache') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const started = new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (JSON.parse(line).type === 'started') resolve(performance.now() - spawnedMs);
    });
    void exited.then(() => reject(new Error('the agent ended before it had started')));
  });
  const startMs = await started;
  await sleep(idleMs);
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const rssKb = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]);
  child.kill('SIGTERM');
  await exited;
  return { startMs, rssMb: rssKb / 1024 };
}
