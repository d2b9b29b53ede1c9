// `npm run -s demo:removals [-- <words of a name>]`: the demo without each part of the loop in turn, alone, two at a time.
// Exits 0 only when the demo failed each time and named what was missing, no more and no less. About three minutes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_REMOVALS } from './demo-removals.ts';
import { playWithout } from './removal-demo.ts';

const AT_ONCE = 2;

const words = process.argv.slice(2).join(' ');
const removals = DEMO_REMOVALS.filter(({ name }) => name.includes(words));
const folder = mkdtempSync(join(tmpdir(), 'qis-removals-'));
process.exitCode = removals.length === 0 ? 2 : 0;
try {
  for (let at = 0; at < removals.length; at += AT_ONCE) {
    const now = removals.slice(at, at + AT_ONCE);
    const played = await playWithout(
      now.map((removal) => [removal]),
      folder,
    );
    for (const [index, { name, missing }] of now.entries()) {
      const { code, missing: said, stderr } = played[index]!;
      const isNoticed = code === 1 && said.join() === [...missing].sort().join();
      if (!isNoticed) process.exitCode = 1;
      process.stdout.write(`${isNoticed ? 'noticed' : 'NOT NOTICED'}  ${name}: ${stderr || 'the demo passed\n'}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
