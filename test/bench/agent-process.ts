// The agent as it ships: the bundle with a warm compile cache and the flags of the service. Time from spawn to `started`,
// and resident memory while idle (a serial sensor that is silent, the broker open, one neighbour configured).
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './rate.ts';

const STARTS = 9;
const SETTLE_MS = 5_000;
/** As in the systemd unit. */
export const NODE_FLAGS = ['--max-semi-space-size=1'];

export async function benchAgent(): Promise<{ rss_mb_idle: number; start_ms: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'qis-bench-'));
  try {
    // The program reads its version from package.json, and its add-ons from node_modules, beside dist.
    execFileSync(process.execPath, ['deploy/bundle.ts', join(folder, 'dist')], { stdio: 'inherit' });
    mkdirSync(join(folder, 'src'));
    cpSync('src/qis.cjs', join(folder, 'src/qis.cjs'));
    cpSync('package.json', join(folder, 'package.json'));
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'qis.yaml'), CONFIG);
    await launch(folder, 0);
    const starts: number[] = [];
    for (let i = 0; i < STARTS; i++) starts.push((await launch(folder, 0)).startMs);
    const { rssMb } = await launch(folder, SETTLE_MS);
    return { rss_mb_idle: Math.round(rssMb * 10) / 10, start_ms: Math.round(median(starts)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const CONFIG = `name: bench
location: {latitude: 48.01, longitude: 7.85}
sensors:
  - {name: roof, device: plantower-pmsx003, port: tcp://127.0.0.1:9}
broker: {listen: 127.0.0.1, port: 18831, accounts: [{name: gw2, password: secret, role: gateway}]}
neighbours:
  - {name: gw2, url: "mqtt://127.0.0.1:9"}
`;

async function launch(folder: string, idleMs: number): Promise<{ startMs: number; rssMb: number }> {
  const spawnedMs = performance.now();
  const child = spawn(process.execPath, [...NODE_FLAGS, join(folder, 'src/qis.cjs'), 'run', '--json'], {
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
