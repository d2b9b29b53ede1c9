import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEVICES } from '../../devices/catalogue.ts';
import { createProbe, probeLines } from '../../src/sense/probe.ts';
import { lineText } from '../../src/sense/profile.ts';
import { fakeBoard } from './bridge/fake-board.ts';
import { hex } from './serial/plantower-bytes.ts';

function found(...chunks: readonly Uint8Array[]) {
  const probe = createProbe(DEVICES);
  for (const chunk of chunks) probe.push(chunk);
  return probe.candidates();
}

const models = (...chunks: readonly Uint8Array[]): string[] => found(...chunks).map(({ model }) => model);

test('only requests that read are ever sent', () => {
  const sent = probeLines(DEVICES).map(({ line, requests }) => [
    lineText(line),
    ...requests.map((request) => request.toString('hex')),
  ]);
  assert.deepEqual(sent, [
    // MH-Z19, Senseair with four registers and with six, PM1006, CM1106, PM1006K.
    ['9600 8N1', 'ff0186000000000079', 'fe0400000004e5c6', 'fe04000000066407', '11020b01e1', '110101ed', '110102ec'],
    // Vantage (waking, LOOP 100), SCD30, T66xx, WXT.
    ['19200 8N1', '0a', Buffer.from('LOOP 100\n').toString('hex'), '6103002800064c60', 'fffe020203', '3052300d0a'],
    ['9600 8E1'],
    ['115200 8N1', '7e000300fc7e'],
    ['115200 8E1', '81116e'],
    // Who are you?
    ['38400 8N1', '00021103820103d90c00'],
    ['4800 8N1'],
  ]);
});

test('a device that answers that it cannot now is recognised by that', () => {
  const [sps30, ...others] = found(hex('7e00034300b97e'));
  assert.deepEqual([sps30?.model, sps30?.frames, others], ['SPS30', 0, []]);
  assert.deepEqual(models(hex('81160168')), ['NextPM']);
});

test('what tells values comes before what only answers', () => {
  assert.deepEqual(models(hex('7e00034300b97e'), hex('aac0d4043a0aa1601dab')), ['SDS011', 'SDS018', 'SDS021']);
});

test('a refusal without a check is noise', () => {
  assert.deepEqual(models(hex('9696a5a59696')), []);
});

test('a line of JSON is no column of text', () => {
  assert.deepEqual(models(Buffer.from('{"id":"roof","temp":21.5,"pm25":12}\r\n')), ['json']);
  assert.deepEqual(models(Buffer.from('T=21.5 H=40\r\n')), ['csv']);
});

test('a board with the firmware bridge is recognised by what it says of itself', () => {
  const board = fakeBoard();
  assert.deepEqual(models(board.heartbeat()), ['firmware-bridge']);
  assert.deepEqual(models(board.hello()), ['firmware-bridge']);
});

test('an answer that fits another device has values that cannot be there', () => {
  const candidates = found(hex('ff86008500960065fa'));
  const implausible = candidates.filter((candidate) => candidate.implausible > 0).map(({ device }) => device);
  assert.equal(candidates.find(({ model }) => model === 'ZH03B')?.implausible, 0);
  assert.deepEqual(new Set(implausible), new Set(['winsen-mh-z19']));
  assert.equal(candidates.at(-1)?.device, 'winsen-mh-z19', 'the least likely comes last');
});
