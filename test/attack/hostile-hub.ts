// A broker elsewhere that the victim dials, and that means harm: it grants everything and pushes frames as fast as they
// are read, with no regard for what was acknowledged.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { generate, type Packet, parser } from 'mqtt-packet';
import { type Recorder, recorder } from '../recorder.ts';
import { publishFrame } from '../route/mqtt/raw-client.ts';
import type { Scene } from './attack.ts';
import type { Said } from './insider.ts';

export interface HostileHub {
  readonly url: string;
  /** Filters that were subscribed to. */
  readonly asked: Recorder<string>;
  readonly sockets: readonly Socket[];
  /** All frames it is given, as fast as they are read; ends early with the connection. @returns how many were written */
  push(frames: Iterable<Buffer>, signal?: AbortSignal): Promise<number>;
  /** The same; settles once the victim has acknowledged as many, or the connection has ended. */
  flood(frames: Iterable<Buffer>, signal?: AbortSignal): Promise<number>;
}

export async function hostileHub(scene: Scene): Promise<HostileHub> {
  const asked = recorder<string>();
  const sockets: Socket[] = [];
  const closings = new Map<Socket, Promise<void>>();
  let answered = 0;
  let onAnswer = () => {};
  const hear = (socket: Socket, packet: Packet) => {
    if (packet.cmd === 'connect') socket.write(Buffer.from([0x20, 2, 0, 0]));
    if (packet.cmd === 'pingreq') socket.write(Buffer.from([0xd0, 0]));
    if (packet.cmd === 'publish' && packet.qos === 1)
      socket.write(generate({ cmd: 'puback', messageId: packet.messageId! }));
    if (packet.cmd === 'subscribe') {
      const granted = packet.subscriptions.map(() => 1);
      socket.write(generate({ cmd: 'suback', messageId: packet.messageId!, granted }));
      for (const { topic } of packet.subscriptions) asked.add(topic);
    }
    if (packet.cmd === 'puback') {
      answered++;
      onAnswer();
    }
  };
  const server = createServer((socket) => {
    sockets.push(socket);
    closings.set(socket, closing(socket));
    const frames = parser();
    frames.on('packet', (packet) => hear(socket, packet));
    socket.on('error', () => {});
    socket.on('data', (bytes) => frames.parse(bytes));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  scene.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  async function push(frames: Iterable<Buffer>, signal?: AbortSignal): Promise<number> {
    const socket = sockets.at(-1)!;
    const closed = closings.get(socket);
    let written = 0;
    for (const frame of frames) {
      if (socket.destroyed || signal?.aborted) break;
      written++;
      if (!socket.write(frame)) await Promise.race([drained(socket), closed]);
    }
    return written;
  }

  return {
    url: `mqtt://127.0.0.1:${(server.address() as { port: number }).port}`,
    asked,
    sockets,
    push,
    async flood(frames, signal) {
      const closed = closings.get(sockets.at(-1)!);
      const before = answered;
      const written = await push(frames, signal);
      const all = new Promise<void>((resolve) => {
        onAnswer = () => answered - before >= written && resolve();
        onAnswer();
      });
      await Promise.race([all, closed, ...(signal ? [once(signal, 'abort')] : [])]);
      return written;
    },
  };
}

/** Settles when it is closed, by whatever; `once` would reject when it breaks. */
export const closing = (socket: Socket): Promise<void> =>
  new Promise((resolve) => (socket.destroyed ? resolve() : socket.once('close', () => resolve())));

export const drained = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('drain', resolve));

/** At QoS 1. */
export function* framesOf(said: Iterable<Pick<Said, 'topic' | 'bytes'>>): Generator<Buffer> {
  let id = 0;
  for (const { topic, bytes } of said) yield publishFrame(topic, bytes, { id: (id++ % 65_535) + 1 });
}
