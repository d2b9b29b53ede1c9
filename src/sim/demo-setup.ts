// The demo's gateways on disk: a folder each with key, configuration and hours of recorded frames to learn from.
//
// They form a ring: each dials its two neighbours' brokers with credentials of its own and subscribes there.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { openDataFolder } from '../gateway/data-folder.ts';
import { DEMO, type Station } from './demo-world.ts';
import { plantowerFrame } from './plantower-frame.ts';

export interface DemoGateway {
  readonly station: Station;
  readonly folder: string;
  readonly port: number;
  readonly liveConfig: string;
  readonly learnConfig: string;
}

export const MQTT_TOPIC = 'zigbee2mqtt/balcony';

export interface DemoAccounts {
  readonly hostile: { readonly name: string; readonly password: string };
  readonly sensor: { readonly name: string; readonly password: string };
}

export function demoAccounts(): DemoAccounts {
  return {
    hostile: { name: 'visitor', password: secret() },
    sensor: { name: 'zigbee2mqtt', password: secret() },
  };
}

const secret = (): string => randomBytes(12).toString('hex');

/** @param ports of serial lines by gateway number; the one that is fed over MQTT has none */
export async function setUpDemo(
  root: string,
  stations: readonly Station[],
  ports: ReadonlyMap<number, string>,
  accounts: DemoAccounts,
): Promise<DemoGateway[]> {
  const gateways: DemoGateway[] = [];
  const brokerPorts = await freePorts(stations.length);
  const keys: string[] = [];
  const links = stations.map(() => secret());
  for (const [index, station] of stations.entries()) {
    const folder = join(root, station.name);
    const { identity, store } = await openDataFolder(join(folder, 'data'));
    await store[Symbol.asyncDispose]();
    keys.push(identity.publicKey.bytes.toString('hex'));
    const [liveConfig, learnConfig] = ['qis.yaml', 'learn.yaml'].map((name) => join(folder, name)) as [string, string];
    gateways.push({ station, folder, port: brokerPorts[index]!, liveConfig, learnConfig });
  }
  for (const [index, gateway] of gateways.entries()) {
    const { station } = gateway;
    const around = [index - 1, index + 1].map((other) => (other + gateways.length) % gateways.length);
    const accountsHere = around.map((other) => ({
      name: gateways[other]!.station.name,
      password: links[other],
      role: 'gateway',
    }));
    if (station.number === DEMO.hostileAt) accountsHere.push({ ...accounts.hostile, role: 'gateway' });
    if (station.number === DEMO.mqttGateway) accountsHere.push({ ...accounts.sensor, role: 'sensor' });
    const base = {
      name: station.name,
      location: { latitude: station.latitude, longitude: station.longitude },
      site: 'urban',
      clock: 'synchronised',
    };
    write(gateway.liveConfig, {
      ...base,
      sensors: [liveSensor(station.number, ports)],
      broker: { listen: '127.0.0.1', port: gateway.port, accounts: accountsHere },
      neighbours: around.map((other) => ({
        name: gateways[other]!.station.name,
        url: `mqtt://127.0.0.1:${gateways[other]!.port}`,
        username: station.name,
        password: links[index],
        key: keys[other],
      })),
      // Trust is pinned, as an operator would: every member's key in every configuration.
      peers: gateways.flatMap((other, at) =>
        other === gateway || around.includes(at) ? [] : [{ name: other.station.name, key: keys[at] }],
      ),
    });
    write(gateway.learnConfig, { ...base, sensors: [recording(gateway)], broker: 'off' });
  }
  return gateways;
}

const SENSOR = 'roof';

function liveSensor(number: number, ports: ReadonlyMap<number, string>): object {
  if (number !== DEMO.mqttGateway) {
    return { name: SENSOR, device: 'plantower-pmsx003', model: 'PMS5003', port: ports.get(number) };
  }
  const readings = [
    { key: 'pm25', quantity: 'pm2_5', unit: 'ug/m3' },
    { key: 'temperature', quantity: 'temperature', unit: 'degC' },
    { key: 'humidity', quantity: 'relative_humidity', unit: '%' },
  ];
  return { name: SENSOR, mqtt: { topic: MQTT_TOPIC }, readings };
}

/** Writes what the sensor saw while it learned, as bytes of the device or as a table, and says how to replay it. */
function recording({ station, folder }: DemoGateway): object {
  const from = DEMO.startMs - DEMO.learnMs;
  const times = Array.from({ length: DEMO.learnMs / DEMO.frameMs }, (_, i) => from + i * DEMO.frameMs);
  if (station.number !== DEMO.mqttGateway) {
    const file = join(folder, 'learning.bin');
    writeFileSync(file, Buffer.concat(times.map((timeMs) => plantowerFrame(station.measure(timeMs)))));
    const replay = { file, start: new Date(from).toISOString(), interval_s: DEMO.frameMs / 1000 };
    return { name: SENSOR, device: 'plantower-pmsx003', model: 'PMS5003', replay };
  }
  const file = join(folder, 'learning.csv');
  const rows = times.map((timeMs) => `${timeMs / 1000},${Math.round(station.measure(timeMs).pm2_5)}`);
  writeFileSync(file, `time,pm25\n${rows.join('\n')}\n`);
  const replay = { file, timestamp: { column: 'time', format: 'unix' } };
  return { name: SENSOR, replay, readings: [{ column: 'pm25', quantity: 'pm2_5', unit: 'ug/m3' }] };
}

function write(file: string, config: object): void {
  writeFileSync(file, stringify(config), { mode: 0o600 });
}

/** Ports that were free a moment ago; all are held at once, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
