import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyText, readKeyText } from '../../src/packet/key-text.ts';

const BYTES = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex');

test('what is printed is read, with the check and without, in either case', () => {
  const text = keyText(BYTES);
  // The end of `xxd -r -p | sha256sum` of those digits.
  assert.equal(text, `${BYTES.toString('hex')}-21b9`);
  for (const form of [text, text.toUpperCase(), BYTES.toString('hex')])
    assert.deepEqual(readKeyText(form), { bytes: BYTES });
});

test('a wrong digit anywhere is found, and anything else is not a key', () => {
  const text = keyText(BYTES);
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '-') continue;
    const wrong = `${text.slice(0, at)}${text[at] === '0' ? '1' : '0'}${text.slice(at + 1)}`;
    const read = readKeyText(wrong);
    assert.ok('says' in read && /does not fit; copy it again$/.test(read.says), wrong);
  }
  for (const other of ['', text.slice(1), `${text}0`, `${text.slice(0, 64)}-`, ` ${text}`, `${text}\n`]) {
    const read = readKeyText(other);
    assert.ok('says' in read && /^is not a public key; /.test(read.says), JSON.stringify(other));
  }
});
