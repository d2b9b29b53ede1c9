import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TimedEvent } from '../../src/core/events.ts';
import { keepLearned, takeLearned } from '../../src/sim/demo-learned.ts';
import { DEMO } from '../../src/sim/demo-world.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const EVENTS: TimedEvent[] = [{ type: 'source_ended', sensor: 'roof', readings: 7, timeMs: 1 }];

function learnedBy(root: string, text: string): void {
  for (let number = 1; number <= DEMO.gateways; number++) {
    mkdirSync(join(root, `gateway-${number}`, 'data'), { recursive: true });
    writeFileSync(join(root, `gateway-${number}`, 'data', 'qis.db'), text);
  }
}

test('what gateways learned in one demo is there for the next', (t) => {
  const folder = temporaryFolder(t);
  const [kept, before, after] = ['kept', 'before', 'after'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  assert.equal(takeLearned(kept, after), undefined);
  learnedBy(before, 'learned');
  keepLearned(kept, before, EVENTS);
  assert.deepEqual(takeLearned(kept, after), EVENTS);
  assert.equal(readFileSync(join(after, 'gateway-5', 'data', 'qis.db'), 'utf8'), 'learned');
  // Two demos at once: the first that is done is kept, and nothing else stays.
  learnedBy(before, 'learned by another');
  keepLearned(kept, before, []);
  assert.deepEqual(takeLearned(kept, after), EVENTS);
  assert.deepEqual(readdirSync(folder).sort(), ['after', 'before', 'kept']);
});

test('what was learned in another world, or is something else, is refused with a sentence', (t) => {
  const folder = temporaryFolder(t);
  assert.throws(() => takeLearned(folder, folder), {
    code: 'input_unreadable',
    message: /delete it, or name a folder/,
  });
  writeFileSync(join(folder, 'world.json'), JSON.stringify({ world: { ...DEMO, seed: 1 }, events: [] }));
  assert.throws(() => takeLearned(folder, folder), /the world of the demo has changed since/);
});
