// Rows a second of a whole replay: files, detectors, packets, verdicts, the report.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../src/cli/replay.ts';
import { exampleFiles } from '../../src/sim/replay-example.ts';

const STATIONS = 12;
const DAYS = 30;

export async function benchReplay(): Promise<{ rows_per_s: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'qis-bench-'));
  try {
    for (const { name, text } of exampleFiles({ stations: STATIONS, days: DAYS })) {
      writeFileSync(join(folder, name), text);
    }
    let json = '';
    const stdout = { write: (text: string) => (json += text) };
    const io = {
      stdin: process.stdin,
      stdout,
      stderr: process.stderr,
      signal: new AbortController().signal,
      cwd: folder,
      env: {},
    };
    const startMs = performance.now();
    const code = await command.run(['manifest.yaml', '--out', 'alerts.csv', '--json'], io);
    const tookMs = performance.now() - startMs;
    if (code !== 0) throw new Error(`the replay ended with ${code}`);
    return { rows_per_s: Math.round((JSON.parse(json).total.rows * 1000) / tookMs) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
