// An insider gone bad: a client with valid credentials of one broker. It listens until it has captured a packet, then
// publishes a forgery in that origin's name, and the captured packet again.
import { connectAsync } from 'mqtt';
import { sign1Message, sigStructure } from '../packet/cose.ts';
import { topicOf } from '../packet/fingerprint.ts';
import { temporaryIdentity } from '../packet/identity.ts';
import { parse, payloadOf } from '../packet/packet.ts';

export interface HostileClient extends AsyncDisposable {
  /** Settles when the forgery and the copies were acknowledged by the broker. */
  readonly done: Promise<{ forgeries: number; replays: number }>;
}

export interface HostileOptions {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly replays: number;
}

export async function openHostileClient({ url, username, password, replays }: HostileOptions): Promise<HostileClient> {
  const client = await connectAsync(url, { username, password, reconnectPeriod: 0, protocolVersion: 4 });
  const captured = Promise.withResolvers<{ topic: string; bytes: Buffer }>();
  // Nobody may be waiting when the connection goes down.
  captured.promise.catch(() => {});
  client.on('close', () => captured.reject(new Error('the hostile client was disconnected')));
  client.on('error', captured.reject);
  client.on('message', (topic, bytes) => captured.resolve({ topic, bytes }));
  await client.subscribeAsync('qis/1/#', { qos: 1 });

  async function attack(): Promise<{ forgeries: number; replays: number }> {
    const { topic, bytes } = await captured.promise;
    const forged = forgery(bytes);
    await client.publishAsync(forged.topic, forged.bytes, { qos: 1 });
    for (let i = 0; i < replays; i++) await client.publishAsync(topic, bytes, { qos: 1 });
    return { forgeries: 1, replays };
  }

  const done = attack();
  done.catch(() => {});
  return { done, [Symbol.asyncDispose]: () => client.endAsync(true) };
}

/** The captured packet with another value and the next sequence, under the origin's kid but signed with our own key. */
function forgery(captured: Buffer): { topic: string; bytes: Buffer } {
  const parsed = parse(captured);
  if (!parsed.ok) throw new Error(`captured something that is no packet: ${parsed.detail}`);
  const { outcome, kid } = parsed.packet;
  const liar = temporaryIdentity();
  const changed = { ...outcome, observed: outcome.observed * 3, sequence: outcome.sequence + 1 };
  const payload = payloadOf(changed);
  const signature = liar.sign(sigStructure({ kind: 'packet', key: liar.publicKey }, payload));
  return { topic: topicOf(changed), bytes: sign1Message(kid, payload, signature) };
}
