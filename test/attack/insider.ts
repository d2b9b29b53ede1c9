// Who has an account at the victim's broker and a key: what it says as a gateway, with packets and link frames of its own
// making. Honest neighbours are made of the same parts; what they are sent is kept.
import { randomBytes } from 'node:crypto';
import { connectAsync, type MqttClient } from 'mqtt';
import { signAnnouncement } from '../../src/packet/announcement.ts';
import { topicOf } from '../../src/packet/fingerprint.ts';
import type { Identity } from '../../src/packet/identity.ts';
import type { Outcome } from '../../src/packet/outcome.ts';
import { issue } from '../../src/packet/packet.ts';
import { type LinkFrame, parseFrame, sealFrame } from '../../src/route/session/link-frame.ts';
import { VERBS } from '../../src/route/session/verb.ts';
import { linkTopic } from '../../src/route/topic.ts';
import { type Recorder, recorder } from '../recorder.ts';
import { smoke } from '../vectors/smoke.ts';
import type { Scene } from './attack.ts';
import { type Victim, within } from './victim.ts';

export interface Said {
  readonly topic: string;
  readonly bytes: Buffer;
  /** In hex. */
  readonly id: string;
}

/** Packets of a key, each with the next sequence. */
export function author(identity: Identity): (changes?: Partial<Outcome>) => Said {
  let sequence = 1_000;
  return (changes = {}) => {
    const outcome = { ...smoke, issued: Math.floor(Date.now() / 1000), lifetime: 48, sequence: ++sequence, ...changes };
    const { bytes, id } = issue(outcome, identity);
    return { topic: topicOf(outcome), bytes, id: id.toString('hex') };
  };
}

export interface Insider {
  readonly client: MqttClient;
  /** Packets on topics that it subscribed to, and in STORE frames. */
  readonly heard: Recorder<{ readonly topic: string; readonly bytes: Buffer }>;
  readonly frames: Recorder<LinkFrame>;
  /** Settles when the victim's broker says that it was committed or dropped. */
  publish(said: Pick<Said, 'topic' | 'bytes'>): Promise<unknown>;
  say(verb: keyof typeof VERBS, body: LinkFrame['body'], as?: Speaker): Promise<unknown>;
  /** A session, and the announcement that it watches everything. */
  begin(as?: Speaker): Promise<void>;
}

/** One start of a key towards the victim. */
export interface Speaker {
  readonly identity: Identity;
  seal(verb: number, body: LinkFrame['body']): Buffer;
}

export function speaker(identity: Identity, { key }: Pick<Victim, 'key'>): Speaker {
  const keys = identity.linkKeys(key)!;
  const boot = randomBytes(4);
  let counter = 0;
  const seal = (verb: number, body: LinkFrame['body']) =>
    sealFrame(
      { verb, messageId: randomBytes(8), boot, counter: ++counter, hops: 0, body },
      identity.publicKey.kid,
      keys.send,
    );
  return { identity, seal };
}

/** What it announces: some topics, or all of `air`. */
export const announcement = (identity: Identity, tokens: readonly Buffer[] = [Buffer.alloc(0)]): Buffer =>
  signAnnouncement(
    {
      urls: [],
      filters: tokens.map((token) => ({ domain: 0, tokens: [token] })),
      expiresS: Math.floor(Date.now() / 1000) + 40 * 3600,
    },
    identity,
    undefined,
  );

export async function insider(
  scene: Scene,
  victim: Victim,
  account: { name: string; password: string },
): Promise<Insider> {
  const { port, key, identities } = victim;
  const url = `mqtt://127.0.0.1:${port}`;
  const client = await connectAsync(url, { username: account.name, password: account.password, reconnectPeriod: 0 });
  scene.after(() => client.endAsync(true));
  client.on('error', () => {});
  const own = speaker(identities[account.name]!, victim);
  const heard = recorder<{ topic: string; bytes: Buffer }>();
  const frames = recorder<LinkFrame>();
  client.on('message', (topic, bytes) => {
    const frame = topic.startsWith('q1/') ? parseFrame(bytes)?.frame : undefined;
    if (frame) frames.add(frame);
    if (frame?.verb === VERBS.store.number) heard.add({ topic, bytes: frame.body as Buffer });
    if (!topic.startsWith('q1/')) heard.add({ topic, bytes });
  });
  const to = linkTopic(key.kid.toString('hex'));
  const say = (verb: keyof typeof VERBS, body: LinkFrame['body'], as = own) =>
    client.publishAsync(to, as.seal(VERBS[verb].number, body), { qos: 1 });
  return {
    client,
    heard,
    frames,
    publish: ({ topic, bytes }) => client.publishAsync(topic, bytes, { qos: 1 }),
    say,
    async begin(as = own) {
      await client.subscribeAsync(linkTopic(as.identity.publicKey.kid.toString('hex')), { qos: 1 });
      const before = frames.items.length;
      const next = (verb: keyof typeof VERBS) =>
        frames.until((frame) => frames.items.indexOf(frame) >= before && frame.verb === VERBS[verb].number);
      await say('announce', announcement(as.identity), as);
      const ping = await within(next('ping'), `${account.name} was not challenged`);
      await say('pong', ping.body, as);
      await say('announce', announcement(as.identity), as);
      await say('ping', randomBytes(8), as);
      await within(next('pong'), `${account.name} was not answered`);
    },
  };
}
