import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findDevice } from '../../../devices/catalogue.ts';
import { referencedClock } from '../../../src/core/referenced-clock.ts';
import { openSerialSources } from '../../../src/sense/serial/serial-source.ts';
import { requireProgram } from '../../programs.ts';
import { recorder } from '../../recorder.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { pseudoPort } from './pseudo-port.ts';
import { opened, serialServer } from './serial-fixture.ts';

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

/** A fix of this time. */
function fix(timeMs: number): string {
  const [date = '', time = ''] = new Date(timeMs).toISOString().split('T');
  const day = date.slice(8) + date.slice(5, 7) + date.slice(2, 4);
  return sentence(`GPRMC,${time.replaceAll(':', '').slice(0, 9)},A,4807.038,N,01131.000,E,0,0,${day},,`);
}

test('sixty fixes that waited in the adapter do not set the clock, the live ones after them do', async (t) => {
  const socat = requireProgram(t, 'socat', 'apt install socat');
  if (!socat) return;
  const port = await pseudoPort(t, socat, join(temporaryFolder(t), 'ttyGnss'));
  const { profile, model } = findDevice('NMEA')!;
  const hourMs = 3_600_000;
  const clock = referencedClock({ now: Date.now, quality: () => 0 }, () => 0);
  const times = recorder<number>();
  const onTime = (timeMs: number) => {
    clock.hear(timeMs);
    times.add(timeMs);
  };
  const { up } = opened(t, port.path, { devices: [{ sensor: 'gnss', profile, model, silenceS: 60 }], onTime });
  await up(1);
  const now = Date.now() + hourMs;
  port.write(Buffer.from(['\r\n', ...Array.from({ length: 60 }, (_, at) => fix(now - (60 - at) * 1_000))].join('')));
  await times.count(60);
  assert.equal(clock.quality(), 0, 'what waited is not believed');
  for (let live = 0; live < 40 && clock.quality() === 0; live++) {
    port.write(Buffer.from(fix(Date.now() + hourMs)));
    await sleep(100);
  }
  assert.equal(clock.quality(), 2);
  const offMs = Math.abs(clock.now() - (Date.now() + hourMs));
  assert.ok(offMs < 1_000, `${offMs} ms off`);
});
