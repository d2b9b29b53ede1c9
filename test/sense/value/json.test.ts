import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonDepthMax } from '../../../src/core/limits.ts';
import { memberOf, parseJson } from '../../../src/sense/value/json.ts';

test('only what an object holds itself is a member of it', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    assert.equal(memberOf({}, name), undefined, name);
  }
  assert.equal(memberOf(JSON.parse('{"constructor": 7}'), 'constructor'), 7);
  assert.equal(memberOf(JSON.parse('{"__proto__": 7}'), '__proto__'), 7);
});

test('nesting has a cap, which brackets inside a text do not reach', () => {
  const nested = (depth: number) => Buffer.from(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  assert.ok(parseJson(nested(jsonDepthMax)));
  assert.equal(parseJson(nested(jsonDepthMax + 1)), undefined);
  assert.ok(parseJson(Buffer.from(JSON.stringify({ text: `\\"${'['.repeat(jsonDepthMax + 1)}` }))));
  assert.equal(parseJson(Buffer.from('{')), undefined);
});
