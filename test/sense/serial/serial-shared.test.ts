import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { findDevice } from '../../../devices/catalogue.ts';
import type { Quantity } from '../../../src/core/quantities.ts';
import { modbusProfile } from '../../../src/sense/serial/modbus-model.ts';
import { openSerialSources, type SourceDevice } from '../../../src/sense/serial/serial-source.ts';
import { requireProgram } from '../../programs.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { emulatedModbus, type ModbusBus, type Slave } from './emulated/modbus.ts';
import { pseudoPort } from './pseudo-port.ts';
import { drops, type Opened, opened } from './serial-fixture.ts';

const LINE = { baud: 19_200, dataBits: 8, parity: 'none', stopBits: 1 } as const;

/** Register 0 is a temperature in tenths, register 1 a humidity; asked in a hurry. */
function probe(sensor: string, address: number, changes: Partial<SourceDevice> = {}): SourceDevice {
  const profile = modbusProfile({
    function: 3,
    line: LINE,
    everyS: 0.02,
    readings: [reading(0, 'temperature', 'degC'), reading(1, 'relative_humidity', '%')],
  });
  const [named] = Object.values(profile.models);
  const model = { ...named!, poll: { ...named!.poll!, timeoutS: 0.05 } };
  return { sensor, profile, model, address, silenceS: 0.4, ...changes };
}

const reading = (register: number, quantity: Quantity, unit: string) =>
  ({ register, type: 'i16be', quantity, unit, channel: '', scale: 0.1 }) as const;

interface Shared extends Opened {
  readonly bus: ModbusBus;
  /** Waits until a sensor said this after now, in degC. */
  says(sensor: string, value: number): Promise<unknown>;
}

interface Wired {
  readonly slaves: Record<number, Slave>;
  readonly devices: readonly SourceDevice[];
  readonly echoes?: boolean;
}

/** undefined when the test was skipped. */
async function shared(t: TestContext, { slaves, devices, echoes = false }: Wired): Promise<Shared | undefined> {
  const socat = requireProgram(t, 'socat', 'apt install socat');
  if (!socat) return undefined;
  const port = await pseudoPort(t, socat, join(temporaryFolder(t), 'ttyBus'));
  const bus = emulatedModbus(port, slaves, { echoes });
  const source = opened(t, port.path, { devices, quantity: 'temperature' });
  const says = (sensor: string, value: number) => {
    const before = new Set(source.readings.items);
    return source.readings.until((item) => !before.has(item) && item.sensor === sensor && item.value === value);
  };
  return { ...source, bus, says };
}

const isAbout = (name: string) => (event: object) => 'sensor' in event && event.sensor === name;

suite('a shared line', { timeout: 30_000 }, () => {
  test('each device is asked in turn, and its answers are its own', async (t) => {
    const slaves = { 1: { registers: [211, 450] }, 2: { registers: [-55, 450] } };
    const line = await shared(t, { slaves, devices: [probe('north', 1), probe('south', 2)] });
    if (!line) return;
    await Promise.all([line.says('north', 21.1), line.says('south', -5.5)]);
    slaves[1].registers[0] = 222;
    await Promise.all([line.says('north', 22.2), line.says('south', -5.5)]);
    assert.ok(line.readings.items.every(({ sensor, value }) => (sensor === 'south') === (value === -5.5)));
    assert.deepEqual(drops(line.events), []);
    assert.equal(line.bus.collisions, 0);
  });

  test('different devices on one line', async (t) => {
    const { profile, model } = findDevice('SCD30')!;
    const float = (value: number) => {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatBE(value);
      return [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
    };
    const scd30 = Array<number>(64).fill(0);
    scd30.splice(0x28, 6, ...float(612), ...float(21.5), ...float(40));
    const co2 = { sensor: 'co2', profile, model, silenceS: 30, everyS: 0.02 };
    const slaves = { 1: { registers: [211, 450] }, 97: { registers: scd30 } };
    const line = await shared(t, { slaves, devices: [probe('north', 1), co2] });
    if (!line) return;
    await Promise.all([line.says('north', 21.1), line.says('co2', 21.5)]);
    await line.source[Symbol.asyncDispose]();
    const toScd30 = line.bus.told.items.filter((request) => request.startsWith('61'));
    assert.equal(toScd30[0], '6106003600006064');
    assert.match(toScd30.at(-1)!, /^610600370001/);
    assert.deepEqual(drops(line.events), []);
  });

  test('a dead one is told as down, the others go on; when it is back it is told as up', async (t) => {
    const dead: Slave = { registers: [300, 0], isDead: true };
    const slaves = { 1: { registers: [211, 450] }, 2: dead };
    const line = await shared(t, { slaves, devices: [probe('north', 1), probe('south', 2)] });
    if (!line) return;
    const down = await line.events.until((event) => event.type === 'source_down' && isAbout('south')(event));
    const why =
      'no byte came in 0.4 s, though it was asked: check its power, whether TX and RX, or A and B, are swapped, and `baud` (19200 now), `address`';
    assert.deepEqual(down, { type: 'source_down', sensor: 'south', reason: why, retryMs: 0, silent: true });
    await line.says('north', 21.1);
    dead.isDead = false;
    await Promise.all([line.says('south', 30), line.up(3)]);
    const told = line.events.items.map((event) => `${event.type} ${'sensor' in event ? event.sensor : ''}`);
    assert.deepEqual(told, ['source_up north', 'source_up south', 'source_down south', 'source_up south']);
  });

  test('when all are silent the line is opened anew', async (t) => {
    const slaves = { 1: { registers: [211, 450] }, 2: { registers: [300, 0] } };
    const dead: Record<number, Slave> = { 1: { ...slaves[1], isDead: true }, 2: { ...slaves[2], isDead: true } };
    const line = await shared(t, { slaves: dead, devices: [probe('north', 1), probe('south', 2)] });
    if (!line) return;
    await line.up(4);
    const downs = line.events.items.filter(({ type }) => type === 'source_down');
    assert.ok(downs.some(isAbout('north')) && downs.some(isAbout('south')));
    dead[1]!.isDead = false;
    dead[2]!.isDead = false;
    await Promise.all([line.says('north', 21.1), line.says('south', 30)]);
  });

  test('when all are silent, each is told why it is itself', async (t) => {
    const slaves = { 1: { registers: [211, 450], isDead: true }, 2: { registers: [], refuses: 2 } };
    const line = await shared(t, { slaves, devices: [probe('north', 1), probe('south', 2)] });
    if (!line) return;
    await line.up(4);
    const whyOf = (sensor: string) =>
      line.events.items.flatMap((event) =>
        event.type === 'source_down' && isAbout(sensor)(event) ? [event.reason] : [],
      );
    assert.ok(whyOf('north').length > 0 && whyOf('north').every((why) => why.startsWith('no byte came')));
    assert.ok(whyOf('south').length > 0 && whyOf('south').every((why) => /^\d+ answers came/.test(why)));
  });

  test('one that refuses is counted, and is no good frame; the others go on', async (t) => {
    const slaves = { 1: { registers: [211, 450] }, 2: { registers: [], refuses: 2 } };
    const line = await shared(t, { slaves, devices: [probe('north', 1), probe('south', 2)] });
    if (!line) return;
    const down = await line.events.until((event) => event.type === 'source_down' && isAbout('south')(event));
    assert.match((down as { reason: string }).reason, /^\d+ answers came in 0.4 s, and refuse .*`modbus`, `address`$/);
    await line.says('north', 21.1);
    const dropped = line.events.items.filter(({ type }) => type === 'frame_dropped');
    assert.ok(dropped.length > 2);
    assert.ok(dropped.every((event) => isAbout('south')(event) && 'reason' in event && event.reason === 'refused'));
  });

  test('an adapter that hears itself, and a write that is answered with its own bytes', async (t) => {
    const probes = [probe('north', 1), probe('south', 2)].map((device) => {
      const start = [...device.model.poll!.requests, { function: 6, register: 7, value: 1 } as const];
      const answer = { header: '..0600', bytes: 8, check: { kind: 'crc16_modbus', from: 0, to: 6, at: 6 } } as const;
      return { ...device, model: { ...device.model, start, frames: [...device.model.frames!, answer] } };
    });
    for (const echoes of [true, false]) {
      const slaves = { 1: { registers: [211, 450] }, 2: { registers: [300, 0] } };
      const line = await shared(t, { slaves, devices: probes, echoes });
      if (!line) return;
      await Promise.all([line.says('north', 21.1), line.says('south', 30)]);
      await Promise.all([line.says('north', 21.1), line.says('south', 30)]);
      await line.source[Symbol.asyncDispose]();
      assert.deepEqual(drops(line.events), []);
      assert.equal(slaves[2].registers[7], 1);
      assert.equal(line.bus.collisions, 0);
    }
  });

  test('an answer that comes too late is nobody else’s', async (t) => {
    let release = Promise.withResolvers<void>();
    const slow: Slave = { registers: [300, 0], slow: () => release.promise };
    const slaves: Record<number, Slave> = { 1: { registers: [211, 450] }, 2: slow };
    const line = await shared(t, { slaves, devices: [probe('north', 1), probe('south', 2)] });
    if (!line) return;
    // Answers of the slow one come while the other one is asked.
    let answers = 0;
    slaves[1]!.slow = async () => {
      if (++answers > 8) return;
      release.resolve();
      release = Promise.withResolvers();
    };
    await line.bus.told.count(20);
    delete slow.slow;
    release.resolve();
    await Promise.all([line.says('north', 21.1), line.says('south', 30)]);
    assert.ok(line.readings.items.every(({ sensor, value }) => (sensor === 'south') === (value === 30)));
    assert.ok(drops(line.events).length > 0);
  });

  test('noise before an answer is counted, and the answer is read', async (t) => {
    const slaves = { 1: { registers: [211, 450], noise: Buffer.from('ffaa55', 'hex') }, 2: { registers: [300, 0] } };
    const line = await shared(t, { slaves, devices: [probe('north', 1), probe('south', 2)] });
    if (!line) return;
    await Promise.all([line.says('north', 21.1), line.says('south', 30)]);
    assert.deepEqual([...new Set(drops(line.events))], ['noise']);
    assert.ok(line.events.items.every((event) => event.type !== 'frame_dropped' || event.sensor === 'north'));
  });

  test('what cannot share a line is a mistake', () => {
    const open = (...devices: SourceDevice[]) =>
      openSerialSources({
        path: '/nowhere',
        line: LINE,
        devices,
        clock: { now: Date.now, quality: () => 2 },
        emit: () => {},
      });
    const { profile, model } = findDevice('PMS5003')!;
    const streaming: SourceDevice = { sensor: 'dust', profile, model, address: 3, silenceS: 60 };
    assert.throws(() => open(probe('north', 1), streaming), /dust sends by itself/);
    assert.throws(() => open(probe('north', 1), probe('south', 1)), /an address each/);
    assert.throws(() => open(probe('north', 1), { ...probe('south', 1), address: undefined }), /south .* no address/);
    assert.throws(() => open(), /an address each/);
    assert.throws(() => open(probe('north', 300)), /300 is not a Modbus address/);
    const duty = { periodS: 60, onS: 30 };
    assert.throws(() => open(probe('north', 1, { duty })), /north cannot sleep/);
    assert.throws(() => open(probe('north', 1, { onOpen: ['calibrate'] })), /north has no setting calibrate/);
  });
});
