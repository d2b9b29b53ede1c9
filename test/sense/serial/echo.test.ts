import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { createEcho, type Echo } from '../../../src/sense/serial/echo.ts';

const REQUEST = Buffer.from('610300280006', 'hex');
const ANSWER = Buffer.from('61030c43db8c2e', 'hex');

/** What comes out of these pieces, and what is held in the end. */
const through = (echo: Echo, ...pieces: Buffer[]): string =>
  Buffer.concat([...pieces.map((piece) => Buffer.from(echo.strip(piece))), echo.release()]).toString('hex');

const bytewise = (bytes: Buffer): Buffer[] => [...bytes].map((byte) => Buffer.from([byte]));

suite('echo', () => {
  test('an exact echo goes, once, however it arrives', () => {
    for (const pieces of [
      [Buffer.concat([REQUEST, ANSWER])],
      [REQUEST, ANSWER],
      bytewise(Buffer.concat([REQUEST, ANSWER])),
    ]) {
      const echo = createEcho();
      echo.sent(REQUEST, false);
      assert.equal(through(echo, ...pieces), ANSWER.toString('hex'));
      assert.equal(through(echo, REQUEST), REQUEST.toString('hex'));
    }
  });

  test('an answer that begins as the request did is whole', () => {
    const echo = createEcho();
    echo.sent(REQUEST, false);
    assert.equal(through(echo, ...bytewise(ANSWER)), ANSWER.toString('hex'));
  });

  test('half an echo is held until it is asked for', () => {
    const echo = createEcho();
    echo.sent(REQUEST, false);
    assert.equal(echo.strip(REQUEST.subarray(0, 4)).length, 0);
    assert.deepEqual(echo.release(), REQUEST.subarray(0, 4));
    assert.equal(through(echo, ANSWER), ANSWER.toString('hex'));
  });

  test('the answer to a write is no echo, but on a line that echoes', () => {
    const echo = createEcho();
    echo.sent(REQUEST, true);
    assert.equal(through(echo, REQUEST), REQUEST.toString('hex'));
    echo.sent(REQUEST, false);
    assert.equal(through(echo, REQUEST, ANSWER), ANSWER.toString('hex'));
    echo.sent(REQUEST, true);
    assert.equal(through(echo, REQUEST, REQUEST), REQUEST.toString('hex'));
    echo.sent(REQUEST, false);
    assert.equal(through(echo, ANSWER), ANSWER.toString('hex'));
    echo.sent(REQUEST, true);
    assert.equal(through(echo, REQUEST), REQUEST.toString('hex'));
  });

  test('nothing else is ever lost or changed', () => {
    const few = fc.uint8Array({ max: 3, maxLength: 12 });
    fc.assert(
      fc.property(few, fc.array(few), (request, pieces) => {
        const echo = createEcho();
        echo.sent(Buffer.from(request), false);
        const sent = Buffer.concat(pieces);
        const isEcho = request.length > 0 && sent.subarray(0, request.length).equals(request);
        const expected = isEcho ? sent.subarray(request.length) : sent;
        assert.equal(through(echo, ...pieces.map((piece) => Buffer.from(piece))), expected.toString('hex'));
      }),
    );
  });
});
