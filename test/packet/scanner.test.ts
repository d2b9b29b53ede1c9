// The edges of every range of the grammar, field by field; damage and hostile CBOR stand in the vectors.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from 'cbor-x';
import { FINDING } from '../../src/core/condition.ts';
import { evidenceMax, uintMax, valueMax } from '../../src/core/limits.ts';
import { FIELDS, outcomeItems } from '../../src/packet/outcome.ts';
import { scanOutcome } from '../../src/packet/scanner.ts';
import { smoke } from '../vectors/smoke.ts';

/** What the scanner says of the example with one item replaced. */
function scanWith(name: string, item: unknown): string | undefined {
  const items = outcomeItems(smoke);
  const at = FIELDS.findIndex((field) => field.name === name);
  assert(at >= 0, name);
  items[at] = item;
  return scanOutcome(encode(items));
}

const ones = (length: number): number[] => Array.from({ length }, () => 1);

test('the field table names every member of an outcome once', () => {
  const names = [...FIELDS.map(({ name }) => name), 'evidence'].sort();
  assert.deepEqual(names, Object.keys(smoke).sort());
});

test('integers pass up to both ends of their range and not beyond', () => {
  for (const { name, shape, min, max } of FIELDS) {
    // How long a packet may live goes by its finding, and a later version is another grammar: tests of their own.
    if (shape !== 'int' || name === 'lifetime' || name === 'version') continue;
    assert.equal(scanWith(name, min), undefined);
    assert.equal(scanWith(name, max), undefined);
    assert.equal(scanWith(name, min - 1), `outcome.${name}: ${min - 1} is not in ${min}..${max}`);
    // Beyond 32 bits cbor-x writes a float, which is refused as such.
    assert.match(scanWith(name, max + 1) ?? '', max === uintMax ? /a float or simple/ : /is not in/);
  }
});

test('two days are the longest life of what was sensed; what was deposited, and verdicts on it, may live for a year', () => {
  const of = (finding: number, lifetime: number) => {
    const items = outcomeItems({ ...smoke, finding, lifetime });
    return scanOutcome(encode(items));
  };
  for (const finding of Object.values(FINDING)) {
    const max = finding === FINDING.outcome || finding === FINDING.verdict ? 8_784 : 48;
    assert.deepEqual([of(finding, 1), of(finding, max)], [undefined, undefined]);
    for (const lifetime of [0, max + 1])
      assert.match(of(finding, lifetime) ?? '', new RegExp(`^outcome.lifetime: ${lifetime} is not in 1\\.\\.`));
  }
});

test('lists pass between their lengths and hold 32-bit integers', () => {
  for (const { name, shape, min, max } of FIELDS) {
    if (shape !== 'ordinals') continue;
    for (const length of [min, max]) assert.equal(scanWith(name, ones(length)), undefined);
    if (min > 0) assert.match(scanWith(name, ones(min - 1)) ?? '', /items, not/);
    assert.match(scanWith(name, ones(max + 1)) ?? '', /items, not/);
    assert.equal(scanWith(name, [0, uintMax].slice(-max)), undefined);
  }
});

test('an action is a code or a code with 1 to 8 values', () => {
  for (const action of [0, uintMax, [uintMax, -valueMax], [0, valueMax], ones(9)]) {
    assert.equal(scanWith('action', action), undefined);
  }
  for (const action of [-1, [1], ones(10), [-1, 1], [1, valueMax + 1], [1, [1]], '1', Buffer.alloc(1)]) {
    assert.match(scanWith('action', action) ?? '', /^outcome\.action: /);
  }
});

test('a domain is a number or a name that has none', () => {
  for (const domain of [0, uintMax, 'z', 'a-0', 'airs', 'abcdefghijklmnop'])
    assert.equal(scanWith('domain', domain), undefined);
  for (const domain of [
    -1,
    '',
    'A',
    '0a',
    '-a',
    'a_b',
    'a b',
    'ä',
    'abcdefghijklmnopq',
    'air',
    'finetune',
    'clinical',
  ]) {
    assert.match(scanWith('domain', domain) ?? '', /^outcome\.domain: /);
  }
});

test('evidence passes up to its number', () => {
  const evidence = (count: number) => Array.from({ length: count }, () => Buffer.alloc(16));
  const scan = (count: number) => scanOutcome(encode([...outcomeItems(smoke), ...evidence(count)]));
  assert.equal(scan(evidenceMax), undefined);
  assert.match(scan(evidenceMax + 1) ?? '', /37 items, not 20\.\.36/);
});
