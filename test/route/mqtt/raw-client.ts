// An MQTT 3.1.1 client that is only bytes on a socket: for what a well-behaved client would never send.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const text = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};

/** One frame; `body` gets its length field. */
export function frame(header: number, body: Buffer): Buffer {
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push((rest & 127) | (rest > 127 ? 128 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([header, ...length]), body]);
}

export function connectFrame(id: string, account?: { name: string; password: string }): Buffer {
  const flags = account ? 0b1100_0010 : 0b0000_0010;
  const head = Buffer.concat([text('MQTT'), Buffer.from([4, flags, 0, 0]), text(id)]);
  return frame(0x10, account ? Buffer.concat([head, text(account.name), text(account.password)]) : head);
}

export function subscribeFrame(filter: string): Buffer {
  return frame(0x82, Buffer.concat([Buffer.from([0, 1]), text(filter), Buffer.from([1])]));
}

/** QoS 0 unless an id is given. */
export function publishFrame(topic: string, payload: Buffer, options: { id?: number; retain?: boolean } = {}): Buffer {
  const { id, retain } = options;
  const idBytes = id === undefined ? [] : [id >> 8, id & 255];
  const header = 0x30 | (id === undefined ? 0 : 0b10) | (retain ? 1 : 0);
  return frame(header, Buffer.concat([text(topic), Buffer.from(idBytes), payload]));
}

/** A socket that ignores the errors a cut connection brings. */
export async function rawSocket(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Connected and, where a filter is given, subscribed. */
export async function rawClient(
  port: number,
  options: { id?: string; account?: { name: string; password: string }; filter?: string; address?: string } = {},
): Promise<Socket> {
  const { id = 'raw', account, filter } = options;
  const socket = await rawSocket(port, options.address);
  socket.write(connectFrame(id, account));
  await once(socket, 'data');
  if (filter !== undefined) {
    socket.write(subscribeFrame(filter));
    await once(socket, 'data');
  }
  return socket;
}
