import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { DeviceModel, Request } from '../../../src/sense/profile.ts';
import { addressProblem, isAnsweredAlike, modelAt, requestBytes } from '../../../src/sense/serial/request.ts';

suite('request', () => {
  // As published by makers and drivers: SCD30, Senseair, the Modbus specification.
  const known: readonly (readonly [string, number, 3 | 4 | 6, number, number])[] = [
    ['6103002800064c60', 0x61, 3, 0x28, 6],
    ['6103002700013da1', 0x61, 3, 0x27, 1],
    ['6106003600006064', 0x61, 6, 0x36, 0],
    ['6106002500021060', 0x61, 6, 0x25, 2],
    ['fe0400030001d5c5', 0xfe, 4, 3, 1],
    ['fe0400000004e5c6', 0xfe, 4, 0, 4],
    ['fe06001f00b4ac74', 0xfe, 6, 0x1f, 180],
    ['010300000002c40b', 1, 3, 0, 2],
  ];
  for (const [hex, address, fn, register, value] of known) {
    test(`Modbus ${hex}`, () => {
      assert.equal(requestBytes({ function: fn, register, value }, address).toString('hex'), hex);
      assert.equal(requestBytes({ function: fn, register, value }, String(address)).toString('hex'), hex);
    });
  }

  test('hex and text go as they are written, the address filled in', () => {
    assert.deepEqual(requestBytes({ hex: 'FF 01 86' }), Buffer.from([0xff, 1, 0x86]));
    assert.deepEqual(requestBytes({ text: '{address}R0\r\n' }, 'A'), Buffer.from('AR0\r\n'));
    assert.deepEqual(requestBytes({ text: '{address}R0\r\n' }, 0), Buffer.from('0R0\r\n'));
    assert.deepEqual(requestBytes({ text: 'T \xff LIST\r' }), Buffer.from('T \xff LIST\r', 'latin1'));
  });

  test('a Modbus request without an address, or with one that is none, is a mistake', () => {
    const request: Request = { function: 3, register: 0, value: 1 };
    for (const address of [undefined, 0, 255, 1.5, 'A']) assert.throws(() => requestBytes(request, address), /address/);
    assert.throws(() => requestBytes({ text: '{address}R0' }), /address/);
  });

  test('an address that will not do is explained', () => {
    const modbus: DeviceModel = { start: [{ function: 6, register: 0, value: 1 }] };
    const text: DeviceModel = { poll: { everyS: 1, requests: [{ text: '{address}R0\r\n' }] } };
    assert.equal(addressProblem(modbus, undefined), 'needs an address');
    assert.equal(addressProblem(modbus, 'A'), 'A is not a Modbus address; write 1 to 254');
    assert.equal(addressProblem(modbus, '0x61'), undefined);
    assert.equal(addressProblem(text, undefined), 'needs an address');
    assert.equal(addressProblem(text, 'A'), undefined);
    assert.equal(addressProblem({ start: [{ hex: 'ff' }] }, undefined), undefined);
  });

  test('only a Modbus write is answered with its own bytes', () => {
    assert.ok(isAnsweredAlike({ function: 6, register: 0, value: 1 }));
    assert.ok(!isAnsweredAlike({ function: 3, register: 0, value: 1 }));
    assert.ok(!isAnsweredAlike({ hex: '0106' }));
  });

  test('on a shared line, Modbus answers of other addresses are not its own', () => {
    const frames = [
      { header: '..0304', bytes: 9 },
      { header: '0506', bytes: 4 },
    ] as const;
    const poll = { everyS: 1, requests: [{ function: 3, register: 0, value: 2 }] } as const;
    const headers = (model: DeviceModel) => model.frames!.map(({ header }) => header);
    assert.deepEqual(headers(modelAt({ frames, poll }, 10)), ['0a0304', '0506']);
    const other = { frames, poll: { everyS: 1, requests: [{ hex: 'ff' }] } };
    assert.equal(modelAt(other, 10), other);
  });
});
