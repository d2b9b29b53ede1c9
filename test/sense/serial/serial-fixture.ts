// A serial source with everything it says recorded, and a serial server on a TCP port for it.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { findDevice } from '../../../devices/catalogue.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { AgentEvent } from '../../../src/core/events.ts';
import type { Quantity } from '../../../src/core/quantities.ts';
import type { Reading } from '../../../src/core/reading.ts';
import type { Source } from '../../../src/sense/reading-queue.ts';
import {
  openSerialSources,
  type SerialSourceOptions,
  type SourceDevice,
} from '../../../src/sense/serial/serial-source.ts';
import { type Recorder, recorder } from '../../recorder.ts';
import type { Scope } from '../../scope.ts';

const { profile, modelName, model } = findDevice('PMS5003')!;
const wallClock: Clock = { now: Date.now, quality: () => 2 };

export interface Opened {
  readonly source: Source;
  readonly events: Recorder<AgentEvent>;
  /** Of the quantity asked for, main channel. */
  readonly readings: Recorder<Reading>;
  /** Settles when the source has ended. */
  readonly ended: Promise<void>;
  up(times: number): Promise<unknown>;
  down(reason: RegExp): Promise<unknown>;
}

export interface Changes extends Partial<SerialSourceOptions> {
  /** Of the only device. */
  readonly sensor?: string;
  readonly silenceS?: number;
  /** Of the readings that are recorded. */
  readonly quantity?: Quantity;
}

/** A PMS5003 named roof, unless `devices` says otherwise. */
export function opened(t: TestContext, path: string, changes: Changes = {}): Opened {
  const { sensor = 'roof', silenceS = 60, quantity = 'pm2_5', ...options } = changes;
  // Short waits: 2 % of the ceiling.
  if (!('mock' in Math.random)) t.mock.method(Math, 'random', () => 0.02);
  const events = recorder<AgentEvent>();
  const readings = recorder<Reading>();
  const emit = (event: AgentEvent) => events.add(event);
  const devices: SourceDevice[] = [{ sensor, profile, modelName, model, silenceS }];
  const { line } = (options.devices ?? devices)[0]!.profile;
  const source = openSerialSources({ path, line, devices, clock: wallClock, emit, ...options });
  t.after(() => source[Symbol.asyncDispose]());
  const ended = (async () => {
    for await (const reading of source) {
      if (reading.quantity === quantity && reading.channel === '') readings.add(reading);
    }
  })();
  return {
    source,
    events,
    readings,
    ended,
    up: (times) => {
      let seen = 0;
      return recorderCount(events, (event) => event.type === 'source_up' && ++seen >= times);
    },
    down: (reason) => events.until((event) => event.type === 'source_down' && reason.test(event.reason)),
  };
}

/** Looks at each event once, from the first. */
function recorderCount(events: Recorder<AgentEvent>, fits: (event: AgentEvent) => boolean): Promise<unknown> {
  const looked = new Set<AgentEvent>();
  return events.until((event) => {
    if (looked.has(event)) return false;
    looked.add(event);
    return fits(event);
  });
}

export const values = (readings: Recorder<Reading>) => readings.items.map(({ value }) => value);
export const drops = (events: Recorder<AgentEvent>) =>
  events.items.flatMap((event) => (event.type === 'frame_dropped' ? [event.reason] : []));

/** What ser2net and the like are: bytes on a TCP port. */
export async function serialServer(t: Scope) {
  const connections = recorder<Socket>();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    connections.add(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of connections.items) socket.destroy();
  });
  const { port: tcpPort } = server.address() as { port: number };
  return { server, connections, path: `tcp://127.0.0.1:${tcpPort}` };
}
