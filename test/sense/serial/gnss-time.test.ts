import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDevice } from '../../../devices/catalogue.ts';
import { openSerialSources } from '../../../src/sense/serial/serial-source.ts';
import { recorder } from '../../recorder.ts';
import { serialServer } from './serial-fixture.ts';

/** NMEA 0183: the exclusive or of what stands between `$` and `*`. */
function sentence(body: string): string {
  const sum = Buffer.from(body).reduce((all, byte) => all ^ byte, 0);
  return `$${body}*${sum.toString(16).padStart(2, '0')}\r\n`;
}

test('a receiver tells the time of each fix, and none without one', async (t) => {
  const { profile, model } = findDevice('NMEA')!;
  const server = await serialServer(t);
  const times = recorder<number>();
  const source = openSerialSources({
    path: server.path,
    line: profile.line,
    devices: [{ sensor: 'gnss', profile, model, silenceS: 60 }],
    clock: { now: Date.now, quality: () => 0 },
    emit: () => {},
    onTime: (timeMs) => times.add(timeMs),
  });
  t.after(() => source[Symbol.asyncDispose]());
  const [socket] = await server.connections.count(1);
  socket!.write(
    [
      'the end of a line\r\n',
      sentence('GPRMC,101500,V,,,,,,,211126,,'),
      sentence('GPGGA,101501,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,'),
      sentence('GPRMC,101502,A,4807.038,N,01131.000,E,0,0,211126,,'),
      sentence('GPRMC,101503.50,A,4807.038,N,01131.000,E,0,0,211126,,'),
    ].join(''),
  );
  await times.count(2);
  assert.deepEqual(
    times.items.map((timeMs) => new Date(timeMs).toISOString()),
    ['2026-11-21T10:15:02.000Z', '2026-11-21T10:15:03.500Z'],
  );
});
