// A broker on a free port with everything it says recorded, and well-behaved clients for it.
import type { TestContext } from 'node:test';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import type { AgentEvent } from '../../../src/core/events.ts';
import type { Arrival, ArrivalHandler } from '../../../src/route/arrival.ts';
import type { Account } from '../../../src/route/mqtt/access.ts';
import { type Broker, openBroker } from '../../../src/route/mqtt/broker.ts';
import type { RequestHandler } from '../../../src/route/mqtt/local-topic.ts';
import { type Recorder, recorder } from '../../recorder.ts';

export const NORTH: Account = { name: 'north', password: 'north secret', role: 'gateway' };
export const SOUTH: Account = { name: 'south', password: 'south secret', role: 'gateway' };
export const SENSOR: Account = { name: 'sensor', password: 'sensor secret', role: 'sensor' };
export const LAMP: Account = { name: 'lamp', password: 'lamp secret', role: 'program' };
export const TUNER: Account = { name: 'tuner', password: 'tuner secret', role: 'program' };
export const ACCOUNTS = [NORTH, SOUTH, SENSOR];

export const TOPIC = 'qis/1/0/0a0a0a0a/0b0b0b0b/0c0c0c0c/0d0d0d0d';

export interface Fixture {
  readonly broker: Broker;
  readonly events: Recorder<AgentEvent>;
  readonly arrivals: Recorder<Arrival>;
}

/** @param onPacket what to do besides recording */
export async function fixture(
  t: TestContext,
  options: { accounts?: readonly Account[]; onPacket?: ArrivalHandler; onRequest?: RequestHandler; port?: number } = {},
): Promise<Fixture> {
  const events = recorder<AgentEvent>();
  const arrivals = recorder<Arrival>();
  const broker = await openBroker({
    host: '127.0.0.1',
    port: options.port ?? 0,
    accounts: options.accounts ?? ACCOUNTS,
    onPacket(arrival) {
      arrivals.add(arrival);
      return options.onPacket?.(arrival);
    },
    ...(options.onRequest && { onRequest: options.onRequest }),
    emit: (event) => events.add(event),
  });
  t.after(() => broker[Symbol.asyncDispose]());
  return { broker, events, arrivals };
}

/** A client that connects once and does not come back. */
export async function client(
  t: TestContext,
  port: number,
  account: Account,
  options: IClientOptions = {},
): Promise<MqttClient> {
  const opened = await connectAsync(
    `mqtt://127.0.0.1:${port}`,
    { username: account.name, password: account.password, reconnectPeriod: 0, ...options },
    false,
  );
  t.after(() => opened.endAsync(true));
  return opened;
}

export interface Message {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

/** Subscribed at QoS 1; what it receives. */
export async function subscriber(
  t: TestContext,
  port: number,
  account: Account,
  filter: string,
): Promise<Recorder<Message>> {
  const messages = recorder<Message>();
  const opened = await client(t, port, account);
  opened.on('message', (topic, payload, { retain }) => messages.add({ topic, payload: payload.toString(), retain }));
  await opened.subscribeAsync(filter, { qos: 1 });
  return messages;
}
