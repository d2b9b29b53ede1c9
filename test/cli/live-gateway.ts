// A gateway as a process of its own, whose sensor `roof` has failed and recovered: three packets of its own, and nothing else.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import type { GatewayProcess } from '../conformance/gateway-process.ts';
import { gatewayProcess } from '../conformance/gateway-process.ts';
import { freePorts } from '../mosquitto.ts';
import type { Scope } from '../scope.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type Ran, runNode } from './qis.ts';

const NO_DATABASE = new URL('./no-database-main.ts', import.meta.url).pathname;

export interface LiveGateway {
  /** With qis.yaml in it. */
  readonly folder: string;
  readonly data: string;
  readonly gateway: GatewayProcess;
  /** Commands in its folder, one after the other, which no database may be opened by. @throws what they said when one is */
  ask(...commands: readonly string[]): Promise<Ran[]>;
  /** Values of the sensor, one after the other. */
  publish(values: readonly number[]): Promise<void>;
}

/** Its clock runs ten times as fast, so that it may issue after a second; silence is a fault after six. */
export async function liveGateway(t: Scope, { packets = true } = {}): Promise<LiveGateway> {
  const folder = temporaryFolder(t);
  const [port] = (await freePorts(1)) as [number];
  const config = {
    name: 'roof-1',
    location: { latitude: 48, longitude: 7.8 },
    clock: 'synchronised',
    broker: { port },
    sensors: [
      { name: 'roof', mqtt: { topic: 'air/roof' }, readings: [{ key: 'pm', quantity: 'pm2_5', unit: 'ug/m3' }] },
    ],
  };
  writeFileSync(join(folder, 'qis.yaml'), JSON.stringify(config));
  const data = join(folder, 'data');
  const clock = ['--clock-origin', `${Date.now()}:${Date.now()}`, '--clock-factor', '10'];
  const args = ['run', '--json', '--config', join(folder, 'qis.yaml'), ...clock];
  const gateway = gatewayProcess(t, { name: 'roof-1', port, nodeId: Buffer.alloc(16), folder: data, args });
  await gateway.start();
  const publish = async (values: readonly number[]) => {
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
    for (const pm of values) {
      await client.publishAsync('air/roof', JSON.stringify({ pm }), { qos: 1 });
      await sleep(5);
    }
    await client.endAsync();
  };
  if (packets) {
    await publish([9_000, 9_001, 9_002, 10, 11, 12]);
    const issued = () => gateway.events.items.filter(({ type }) => type === 'packet_issued').length;
    await gateway.events.until(() => issued() >= 3);
  }
  return {
    folder,
    data,
    gateway,
    async ask(...commands) {
      const { code, stdout, stderr } = await runNode([NO_DATABASE, JSON.stringify(commands.map(wordsOf))], folder);
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout) as Ran[];
    },
    publish,
  };
}

const wordsOf = (command: string): string[] => command.split(' ');
