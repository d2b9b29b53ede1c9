import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainLine, plainText } from '../../src/core/plain-text.ts';

/** ESC, CSI as C1, DEL, CR, a bidi override and isolate, a mark, a separator, a soft hyphen, a tag, half a pair. */
const HOSTILE = ['\u001b', '\u009b', '\u007f', '\r', '\u202e', '\u2066', '\u200f', '\u2028', '\u00ad', '\u{e0041}'];

test('what steers a terminal, turns a line round or hides in it becomes its escape', () => {
  assert.equal(plainLine('a\u001b[2J\u009b31m\u202eb'), 'a\\u001b[2J\\u009b31m\\u202eb');
  assert.equal(plainLine('one\ntwo\tthree'), 'one\\u000atwo\\u0009three');
  assert.equal(plainText('one\ntwo\tthree\r'), 'one\ntwo\tthree\\u000d');
  for (const each of [...HOSTILE, '\ud800']) assert.match(plainText(each), /^(\\u[0-9a-f]{4})+$/);
});

test('the words of all languages stay as they are', () => {
  for (const text of ['grüße', '東京 😀', 'می‌خواهم', 'क्‍ष', '👨‍👩‍👧', 'São Paulo 25 °C', 'a\\u001b']) {
    assert.equal(plainLine(text), text);
  }
});

test('a JSON text means the same, and a second time changes nothing', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE));
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const written = plainText(`${JSON.stringify(texts)}\n`);
      assert.deepEqual(JSON.parse(written), texts);
      assert.equal(plainText(written), written);
      assert.doesNotMatch(plainLine(texts.join('')), /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});
