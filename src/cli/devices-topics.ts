// `qis devices watch '#'`: which topics get messages at a broker, how many, and which convention each looks like.
//
//     message ──> its topic: count, newest payload ──> conventions whose filters take it ──> the one whose engine reads it
//
// A topic is told when it is first seen, all of them at the end. Invariant: at most topicsListedMax topics, of each the
// beginning of one payload; what finds no room is counted.
import { setTimeout as wait } from 'node:timers/promises';
import { CONVENTIONS } from '../../devices/conventions.ts';
import { secretOf } from '../config/secret.ts';
import { topicsListedMax } from '../core/load-limits.ts';
import { plainLine } from '../core/plain-text.ts';
import { keepOpen } from '../core/retry.ts';
import { matchesFilter } from '../core/topic-filter.ts';
import { brokerFailure } from '../gateway/sources.ts';
import { count } from '../observe/amount.ts';
import type { Convention, Message } from '../sense/convention/convention.ts';
import { createConvention } from '../sense/mqtt/conventions.ts';
import { openElsewhere } from '../sense/mqtt/elsewhere.ts';
import { createLearnedTopics } from '../sense/mqtt/learned-topics.ts';
import type { Sink } from '../sense/sink.ts';
import type { Io } from './command.ts';

export interface TopicsOptions {
  readonly json: boolean;
  readonly url: string;
  readonly username: string | undefined;
  readonly passwordFile: string | undefined;
  /** For how long; until the signal when absent. */
  readonly seconds: number | undefined;
}

interface Topic {
  readonly topic: string;
  messages: number;
  /** Its beginning, as text or as hex. */
  newest: string;
  /** Names of conventions; empty when none reads it. */
  looksLike: readonly string[];
}

const QUIET_MS = 10_000;
const PAYLOAD_SHOWN = 60;

/** @returns the exit code: 1 where the broker was never reached */
export async function watchTopics(filter: string, options: TopicsOptions, io: Io): Promise<number> {
  const { json, url, username, passwordFile, seconds } = options;
  const password = secretOf({ password_file: passwordFile }, io.cwd);
  const signal = seconds === undefined ? io.signal : AbortSignal.any([io.signal, AbortSignal.timeout(seconds * 1000)]);
  const tally = createTopicTally();
  const onMessage = (topic: string, payload: Buffer, retained: boolean) => {
    const seen = tally.note({ topic, payload, retained, timeMs: Date.now() });
    if (seen?.messages === 1 && !json) io.stdout.write(`${lineOf(seen)}\n`);
  };
  const learned = createLearnedTopics([filter], []);
  let isReached = false;
  const open = async () => {
    const session = await openElsewhere(
      { url, username, password, explain },
      { filters: [filter], learned, onMessage, onForgotten() {}, signal },
    );
    isReached = true;
    return session;
  };
  let told = '';
  const onDown = (reason: string) => {
    if (reason !== told) io.stderr.write(`${plainLine(reason)}; it is tried again\n`);
    told = reason;
  };
  const running = keepOpen(open, { signal, onDown });
  wait(QUIET_MS, undefined, { signal }).then(
    () =>
      isReached &&
      tally.topics.size === 0 &&
      io.stderr.write(`no message for 10 s; check the filter, and what publishes to ${url}\n`),
    () => {},
  );
  await running;
  tell(tally, json, io);
  return isReached ? 0 : 1;
}

/** In the words of the command line. */
const explain = (reason: string): string =>
  brokerFailure(reason)
    .replace('username and password_file', '--username and --password-file')
    .replace(' in url', ' in --url');

interface TopicTally {
  readonly topics: ReadonlyMap<string, Topic>;
  /** Messages on topics that found no room. */
  readonly missed: number;
  note(message: Message): Topic | undefined;
}

export function createTopicTally(topicsMax = topicsListedMax): TopicTally {
  const topics = new Map<string, Topic>();
  const engines = CONVENTIONS.map((profile) => ({ profile, engine: createConvention(profile) }));
  let missed = 0;

  /** The conventions that read most of it, among those whose topics these are. */
  function readersOf(message: Message): string[] {
    const readers = engines
      .filter(({ profile }) => profile.topics.some((filter) => matchesFilter(filter, message.topic)))
      .map(({ profile, engine }) => ({ name: profile.name, read: readBy(engine, message) }));
    const most = Math.max(0, ...readers.map(({ read }) => read));
    return readers.filter(({ read }) => read === most).map(({ name }) => name);
  }

  return {
    topics,
    get missed() {
      return missed;
    },
    note(message) {
      const { topic, payload } = message;
      const known = topics.get(topic);
      if (!known && topics.size >= topicsMax) {
        missed++;
        return undefined;
      }
      const seen = known ?? { topic, messages: 0, newest: '', looksLike: [] };
      seen.messages++;
      seen.newest = beginningOf(payload);
      // What a device says first may be its name alone.
      const looksLike = readersOf(message);
      if (looksLike.length > 0) seen.looksLike = looksLike;
      topics.set(topic, seen);
      return seen;
    },
  };
}

/** How much an engine makes of a message: values, whether a device is there, where values will come. -1: it refuses it. */
function readBy(engine: Convention, message: Message): number {
  let [read, refused] = [0, 0];
  const sink: Sink = {
    frame() {},
    value: () => void read++,
    online: () => void read++,
    topic: () => void read++,
    rejected: () => void refused++,
  };
  engine.accept(message, sink);
  return read === 0 && refused > 0 ? -1 : read;
}

function beginningOf(payload: Buffer): string {
  const text = payload.subarray(0, 4 * PAYLOAD_SHOWN).toString('utf8');
  const isText = payload.length > 4 * PAYLOAD_SHOWN || Buffer.from(text).equals(payload);
  const shown =
    isText && !/[\p{Cc}--[\t\r\n]]/v.test(text) ? text : payload.subarray(0, PAYLOAD_SHOWN / 2).toString('hex');
  return shown.length > PAYLOAD_SHOWN || payload.length > 4 * PAYLOAD_SHOWN
    ? `${shown.slice(0, PAYLOAD_SHOWN)}...`
    : shown;
}

function tell({ topics, missed }: TopicTally, json: boolean, io: Io): void {
  const all = [...topics.values()].sort((a, b) => (a.topic < b.topic ? -1 : 1));
  if (json) {
    const shown = all.map(({ topic, messages, newest, looksLike }) => ({
      topic,
      messages,
      newest,
      looks_like: looksLike,
    }));
    io.stdout.write(`${JSON.stringify({ topics: shown, missed })}\n`);
    return;
  }
  const messages = all.reduce((sum, topic) => sum + topic.messages, 0);
  io.stdout.write(`\n${count(all.length, 'topic')}, ${count(messages, 'message')}\n`);
  for (const topic of all) io.stdout.write(`${lineOf(topic)}\n`);
  if (missed > 0)
    io.stdout.write(`and ${count(missed, 'message')} on other topics: choose among them by a longer filter\n`);
}

/** `   14  zigbee2mqtt/Balcony  zigbee2mqtt  {"temperature":21.5}` */
function lineOf({ topic, messages, newest, looksLike }: Topic): string {
  const like =
    looksLike.length > 0 ? looksLike.join(' or ') : newest.startsWith('{') ? 'JSON of its own' : 'nothing known';
  return plainLine(`${String(messages).padStart(5)}  ${topic.padEnd(36)}  ${like.padEnd(16)}  ${newest}`);
}
