// A gateway without a time server whose GNSS receiver once says a year to come: files, sockets and a broker as they are.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { stringify } from 'yaml';
import { checkConfig } from '../../src/config/config.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { referencedClock } from '../../src/core/referenced-clock.ts';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { openGateway } from '../../src/gateway/gateway.ts';
import { systemClock } from '../../src/gateway/system-clock.ts';
import { openTimeKeeper } from '../../src/gateway/time-keeper.ts';
import { parse } from '../../src/packet/packet.ts';
import { freePorts } from '../mosquitto.ts';
import { recorder } from '../recorder.ts';
import { serialServer } from '../sense/serial/serial-fixture.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const YEARS_MS = 10 * 365 * 86_400_000;
/** More than show a detector that the clock went back, and then that the sensor is well again. */
const READINGS_MAX = 200;
const FEEDER = { username: 'feeder', password: 'feeder secret' };

/** A fix as a receiver writes it; NMEA 0183: the exclusive or of what stands between `$` and `*`. */
function fix(timeMs: number): string {
  const [date = '', time = ''] = new Date(timeMs).toISOString().split('T');
  const clock = time.replaceAll(':', '').slice(0, 9);
  const day = date.slice(8) + date.slice(5, 7) + date.slice(2, 4);
  const body = `GPRMC,${clock},A,4807.038,N,01131.000,E,0,0,${day},,`;
  const sum = Buffer.from(body).reduce((all, byte) => all ^ byte, 0);
  return `$${body}*${sum.toString(16).padStart(2, '0')}\r\n`;
}

/** Runs the gateway until it has issued what it makes of its sensor. @returns its newest packet, and what is unsent */
async function run(t: TestContext, folder: string, { aheadMs, pm }: { aheadMs: number; pm: number }) {
  const server = await serialServer(t);
  const [port] = await freePorts(1);
  const sensors = [
    { name: 'gnss', device: 'NMEA', port: server.path },
    { name: 'roof', mqtt: { topic: 'air' }, readings: [{ key: 'pm', quantity: 'pm2_5', unit: 'ug/m3' }] },
  ];
  const broker = { port, accounts: [{ name: FEEDER.username, password: FEEDER.password, role: 'sensor' }] };
  const text = stringify({ name: 'here', data: join(folder, 'data'), sensors, broker });
  const { config, problems } = checkConfig(text, join(folder, 'qis.yaml'));
  assert(config, JSON.stringify(problems));
  const { identity, store } = await openDataFolder(config.data);
  const floorMs = () => store.timeFloorMs();
  using machine = systemClock({ trusted: false, askKernel: (answer) => answer(false) });
  const clock = referencedClock(machine, floorMs);
  const events = recorder<AgentEvent>();
  const emit = (event: AgentEvent) => events.add(event);
  const uptimeMs = () => performance.now();
  const time = openTimeKeeper({ clock, isVouched: false, uptimeMs, store, emit });
  const gateway = await openGateway({
    ...{ config, identity, store, clock, time, emit },
    tickMs: 20,
    onTime: clock.hear,
  });
  try {
    const [socket] = await server.connections.count(1);
    // Until it is believed: what comes all at once may have waited in a buffer.
    while (clock.quality() === 0) {
      socket!.write(fix(Date.now() + aheadMs));
      await sleep(200);
    }
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, FEEDER);
    const isIssued = () => events.items.some(({ type }) => type === 'packet_issued');
    for (let i = 0; i < READINGS_MAX && !isIssued(); i++) {
      await client.publishAsync('air', JSON.stringify({ pm: pm + i / 10 }), { qos: 1 });
      await sleep(5);
    }
    client.end(true);
    await sleep(50);
    const [newest] = store.packets.recent(0, 9).slice(-1);
    const parsed = parse(newest!.bytes);
    assert(parsed.ok);
    return { quality: clock.quality(), unsent: store.packets.unsent(9).length, outcome: parsed.packet.outcome };
  } finally {
    await gateway[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  }
}

test('a receiver that was once in the future mutes nobody', { timeout: 20_000 }, async (t) => {
  const folder = temporaryFolder(t);
  const wrong = await run(t, folder, { aheadMs: YEARS_MS, pm: 9_000 });
  assert(wrong.outcome.issued > Date.now() / 1000 + YEARS_MS / 2000, 'it had the only word');
  const right = await run(t, folder, { aheadMs: 0, pm: 10 });
  assert.deepEqual([right.quality, right.unsent], [2, 0]);
  assert(Math.abs(right.outcome.issued - Date.now() / 1000) < 60, `${right.outcome.issued}`);
  assert(right.outcome.sequence < wrong.outcome.sequence, 'or the two would contradict each other');
});
