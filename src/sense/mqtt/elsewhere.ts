// One connection to a broker elsewhere, which sensors publish at: mqtt.js with everything off that has no bound.
//
// mqtt.js queues without bound, reconnects on a fixed timer, takes messages of any size and stores those of QoS 2 until
// they are released: all four are off. The filters of the configuration are asked for at once and must be granted; those
// that were learned follow one at a time, so that it is known over which one the connection ended.
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { reasonOf } from '../../core/errors.ts';
import { linkConnectMsMax, sourceFrameBytesMax } from '../../core/limits.ts';
import type { Session } from '../../core/retry.ts';
import type { LearnedTopics } from './learned-topics.ts';

export interface ElsewhereBroker {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** PEM of the authority that signed its certificate; absent: those the system trusts. */
  readonly ca?: Buffer | undefined;
  /** Puts what TLS or the broker said into the words of the configuration. */
  readonly explain?: ((reason: string) => string) | undefined;
}

export interface ElsewhereOptions {
  /** Of the configuration. */
  readonly filters: readonly string[];
  readonly learned: LearnedTopics;
  readonly onMessage: (topic: string, payload: Buffer, retained: boolean) => void;
  /** A filter is given up, and why. */
  readonly onForgotten: (filter: string, reason: string) => void;
  /** Gives up connecting. */
  readonly signal: AbortSignal;
}

/** Resolves when connected and every configured filter is granted. @throws Error with what the broker or the network said */
export async function openElsewhere(broker: ElsewhereBroker, options: ElsewhereOptions): Promise<Session> {
  const { filters, learned, onMessage, signal } = options;
  const client = connect(broker.url, settingsOf(broker));
  const closed = Promise.withResolvers<string>();
  client.on('error', (error) => closed.resolve(reasonOf(error)));
  client.on('close', () => closed.resolve('connection closed'));
  client.on('message', (topic, payload, { retain }) => onMessage(topic, payload, retain));
  limitFrames(client, closed.resolve);
  const stop = () => closed.resolve('stopped');
  signal.addEventListener('abort', stop, { once: true });
  const lost = closed.promise.then((reason) => Promise.reject(new Error(reason)));
  try {
    await Promise.race([new Promise((resolve) => client.once('connect', resolve)), lost]);
    const granted = Promise.all(filters.map((filter) => subscribe(client, filter)));
    const ask = askInTurn(client, options);
    for (const filter of learned.all()) ask(filter);
    learned.onLearned(ask);
    await Promise.race([granted, lost]);
  } catch (cause) {
    client.end(true);
    const reason = reasonOf(cause);
    throw new Error(`${broker.url}: ${broker.explain?.(reason) ?? reason}`, { cause });
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return { closed: closed.promise, [Symbol.asyncDispose]: () => client.endAsync(true) };
}

async function subscribe(client: MqttClient, filter: string): Promise<void> {
  await client.subscribeAsync(filter, { qos: 0 }).catch((cause) => {
    throw new Error(`cannot subscribe to ${filter} (${reasonOf(cause)})`, { cause });
  });
}

/** @returns asks for a learned filter, once all those before were answered; does nothing when the connection is gone */
function askInTurn(client: MqttClient, { learned, onForgotten, signal }: ElsewhereOptions): (filter: string) => void {
  const waiting: string[] = [];
  let isAsking = false;

  async function ask(filter: string): Promise<void> {
    try {
      await client.subscribeAsync(filter, { qos: 0 });
    } catch (cause) {
      if (client.connected) {
        learned.refused(filter);
        onForgotten(filter, `the broker refused it (${reasonOf(cause)})`);
      } else if (!signal.aborted && !learned.cut(filter)) onForgotten(filter, 'the broker hung up over it');
    }
  }

  async function work(): Promise<void> {
    isAsking = true;
    for (let next = waiting.shift(); next !== undefined && client.connected; next = waiting.shift()) await ask(next);
    isAsking = false;
  }

  return (filter) => {
    waiting.push(filter);
    if (!isAsking) void work();
  };
}

function settingsOf({ username, password, ca }: ElsewhereBroker): IClientOptions {
  return {
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    queueQoSZero: false,
    connectTimeout: linkConnectMsMax,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca }),
  };
}

/** mqtt.js collects a message in memory until it is whole, up to 256 MB (MQTT 3.1.1 section 2.2.3). */
function limitFrames(client: MqttClient, onEnd: (reason: string) => void): void {
  let unfinishedBytes = 0;
  const end = (reason: string) => {
    onEnd(reason);
    client.stream.destroy();
  };
  client.on('packetreceive', (packet) => {
    unfinishedBytes = 0;
    // We subscribe at QoS 0, so nothing honest comes at QoS 2, and mqtt.js would store it until it is released.
    if (packet.cmd === 'publish' && packet.qos === 2) end('it sent a message at QoS 2, and was asked for QoS 0');
  });
  client.stream.on('data', (bytes: Buffer) => {
    unfinishedBytes += bytes.length;
    if (unfinishedBytes > sourceFrameBytesMax) end('it sent a message that is too large');
  });
}
