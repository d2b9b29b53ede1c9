// Brokers elsewhere from which the gateway reads sensors, those who publish there, and a device with a name for terminals.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { runNode } from '../cli/qis.ts';
import { mosquitto } from '../mosquitto.ts';
import { publishFrame, rawClient } from '../route/mqtt/raw-client.ts';
import type { Attack } from './attack.ts';
import { hostileHub } from './hostile-hub.ts';
import { GADGET, pulse, until, victim, within } from './victim.ts';

const ATTIC = { dev_cla: 'temperature', unit_of_meas: '°C', name: 'attic' };
/** Clears the screen, sets the title by C1, turns the line round, and begins a line of its own. */
const HOSTILE = 'roof\u001b[2J\u009d0;owned\u009c\u202e\u2066\nrunning: no';
const UNSAFE = /[^\P{Cc}\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u;

/** As MQTT has it: at QoS 2, with an id. */
function qos2Frame(topic: string, { payload, id }: { payload: Buffer; id: number }): Buffer {
  const atQos1 = publishFrame(topic, payload, { id });
  return Buffer.concat([Buffer.of(0x34), atQos1.subarray(1)]);
}

function* qos2Frames(count: number, payloadBytes: number): Generator<Buffer> {
  const payload = Buffer.alloc(payloadBytes);
  for (let n = 0; n < count; n++)
    yield qos2Frame(`homeassistant/sensor/n${n}/t/config`, { payload, id: (n % 65_535) + 1 });
}

const poisoned: Attack = {
  name: 'retained descriptions that Mosquitto hangs up over',
  async run(scene) {
    const broker = await mosquitto(scene);
    if (!broker) return;
    const other = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
    scene.after(() => other.endAsync(true));
    const named = ['a\u0001b', Array.from({ length: 240 }, () => 'a').join('/'), '$SYS/#', '\ud800', 'attic'];
    for (const [n, stat_t] of named.entries()) {
      const config = JSON.stringify({ ...ATTIC, stat_t, dev: { ids: `d${n}`, name: `n${n}` } });
      await other.publishAsync(`homeassistant/sensor/t${n}/config`, config, { qos: 1, retain: true });
    }
    const sensors = [{ name: 'far', device: 'homeassistant', mqtt: { url: `mqtt://127.0.0.1:${broker.port}` } }];
    const target = await victim(scene, { sensors });
    await target.process.start();
    const heart = await pulse(scene, target);
    let value = 20;
    const tell = setInterval(() => {
      value += 0.1;
      other.publish('attic', value.toFixed(1));
    }, 100);
    scene.after(() => clearInterval(tell));
    const isRead = async () => (await target.status()).readings.some(({ channel }) => channel.startsWith('far'));
    await within(until(isRead), 'the honest sensor beside them was not read');
    if (!scene.isShort) await sleep(20_000);
    const cuts = target.process.events.items.filter((event) => event.type === 'source_down' && event.sensor === 'far');
    assert.equal(cuts.length, 0, 'the broker hung up');
    await heart.endured();
  },
};

const unreleased: Attack = {
  name: '3,000 messages at QoS 2 that are never released',
  async run(scene) {
    const hub = await hostileHub(scene);
    const sensors = [{ name: 'far', device: 'homeassistant', mqtt: { url: hub.url } }];
    const target = await victim(scene, { sensors });
    await target.process.start();
    const heart = await pulse(scene, target);
    await within(hub.asked.count(1), 'the broker elsewhere was not asked for anything');
    const [count, bytes] = scene.isShort ? [20, 20_000] : [3_000, 230_000];
    const stop = AbortSignal.timeout(scene.isShort ? 500 : 15_000);
    for (let session = 0; !stop.aborted && session < hub.sockets.length; session++) {
      await Promise.race([hub.flood(qos2Frames(count, bytes), stop), sleep(10_000)]);
      const isBack = until(() => hub.sockets.length > session + 1 || stop.aborted);
      await isBack;
    }
    const own = await rawClient(target.port, { account: GADGET });
    scene.after(() => own.destroy());
    for (const bytes of qos2Frames(count, 8_000)) own.write(bytes);
    await within(
      until(() => own.destroyed),
      'its own broker took messages at QoS 2',
    );
    await heart.endured();
  },
};

const named: Attack = {
  name: 'a device whose name is for the terminal',
  isQuick: true,
  async run(scene) {
    const sensors = [{ name: 'zigbee', device: 'zigbee2mqtt', mqtt: {} }];
    const target = await victim(scene, { sensors });
    await target.process.start();
    const gadget = await rawClient(target.port, { account: GADGET });
    scene.after(() => gadget.destroy());
    gadget.write(publishFrame(`zigbee2mqtt/${HOSTILE}`, Buffer.from('{"temperature": 20}')));
    gadget.write(publishFrame(`zigbee2mqtt/${HOSTILE}`, Buffer.from('{"temperature": 20.5}'), { id: 1 }));
    const isRead = async () => (await target.status()).readings.some(({ channel }) => channel.startsWith('zigbee'));
    await within(until(isRead), 'the device was not read');
    for (const args of scene.isShort ? [['status']] : [['status'], ['status', '--peers'], ['status', '--json']]) {
      const { code, stdout, stderr } = await runNode([...scene.program, ...args, '--config', target.config]);
      // Another sensor, or the one that was replaced, may be in trouble: that is status 1.
      assert(code === 0 || (code === 1 && stdout !== ''), stderr);
      if (!args.includes('--peers')) assert(stdout.includes('zigbee'), 'the device is not shown');
      assert(!UNSAFE.test(stdout + stderr), `what ${args.join(' ')} shows is not plain text`);
      assert.doesNotMatch(stdout, /^running: no/m, 'the name made a line of its own');
    }
    await (await pulse(scene, target)).endured();
  },
};

export const SOURCE_ATTACKS: readonly Attack[] = [poisoned, unreleased, named];
