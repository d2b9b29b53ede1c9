// A line to a serial device: a local port, or a serial server that passes bytes over TCP (ser2net and the like).
//
// Bytes in, bytes out, close; no retry here (core/retry.ts owns that). serialport facts this relies on, each measured:
// a port without a data listener never reports that its device is gone; `close` can be emitted twice; a port object that
// is opened again sends what was written to it while closed. Hence: a listener always, one promise, one object per open.
// One that is unplugged while it is read never reports it either, and reads nothing as fast as it can: so we look whether
// the device is still there. serialport is loaded when the first port is opened: a gateway without a port of its own starts
// 10 ms sooner.
import { statSync } from 'node:fs';
import { connect } from 'node:net';
import { OperatingError, reasonOf } from '../../core/errors.ts';
import { linkConnectMsMax } from '../../core/limits.ts';
import type { Session } from '../../core/retry.ts';
import type { SerialLine } from '../profile.ts';

export interface Line extends Session {
  write(bytes: Uint8Array): void;
}

export interface LineOptions {
  /** `/dev/serial/by-id/...`, any other device path, or `tcp://host:port`. */
  readonly path: string;
  readonly line: SerialLine;
  readonly onData: (bytes: Buffer) => void;
  /** Gives up connecting; a line that is open stays open. */
  readonly signal?: AbortSignal;
}

/** A sensor speaks about once a second. */
const PRESENCE_MS = 1_000;

/** @throws OperatingError port_unavailable, saying what to check */
export function openLine(options: LineOptions): Promise<Line> {
  return options.path.startsWith('tcp://') ? openTcp(options) : openPort(options);
}

async function openPort({ path, line, onData }: LineOptions): Promise<Line> {
  const { default: serialport } = await import('serialport');
  const { baud, dataBits, parity, stopBits } = line;
  const port = new serialport.SerialPort({ path, baudRate: baud, dataBits, parity, stopBits, autoOpen: false });
  const closed = Promise.withResolvers<string>();
  port.on('data', onData);
  port.on('error', (error) => closed.resolve(isGone(error) ? `unplugged (${reasonOf(error)})` : reasonOf(error)));
  port.on('close', (error: Error | null) => closed.resolve(error ? `unplugged (${reasonOf(error)})` : 'closed'));
  return new Promise((resolve, reject) => {
    port.open((error) => {
      if (error) {
        reject(unavailable(path, error));
        return;
      }
      const device = deviceAt(path);
      const presence = setInterval(() => {
        if (deviceAt(path) !== device) closed.resolve('unplugged');
      }, PRESENCE_MS);
      resolve({
        closed: closed.promise,
        write: (bytes) => {
          if (port.isOpen) port.write(Buffer.from(bytes));
        },
        async [Symbol.asyncDispose]() {
          clearInterval(presence);
          if (port.isOpen) await new Promise<void>((done) => port.close(() => done()));
        },
      });
    });
  });
}

/** What a write says first when the device went away between two looks. */
const isGone = (error: Error): boolean => /\b(EIO|ENXIO|ENODEV)\b/.test(error.message);

/** What stands at a path; what is plugged in again is another one, though its name is the same. */
function deviceAt(path: string): string | undefined {
  try {
    const { dev, ino, rdev } = statSync(path);
    return `${dev}/${ino}/${rdev}`;
  } catch {
    return undefined;
  }
}

function openTcp({ path, onData, signal }: LineOptions): Promise<Line> {
  const { hostname, port } = new URL(path);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect({ host, port: Number(port), keepAlive: true });
  const giveUp = () => void socket.destroy(new Error('aborted'));
  signal?.addEventListener('abort', giveUp);
  if (signal?.aborted) giveUp();
  socket.setTimeout(linkConnectMsMax, () => socket.destroy(new Error('no answer')));
  const closed = Promise.withResolvers<string>();
  socket.on('data', onData);
  socket.on('close', () => closed.resolve('connection closed'));
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      signal?.removeEventListener('abort', giveUp);
      reject(unavailable(path, error));
    });
    socket.once('connect', () => {
      signal?.removeEventListener('abort', giveUp);
      socket.setTimeout(0);
      socket.on('error', (error) => closed.resolve(reasonOf(error)));
      resolve({
        closed: closed.promise,
        write: (bytes) => void socket.write(bytes),
        [Symbol.asyncDispose]: async () => void socket.destroy(),
      });
    });
  });
}

function unavailable(path: string, cause: Error): OperatingError {
  return new OperatingError('port_unavailable', `cannot open ${path}: ${advice(reasonOf(cause))}`, { cause });
}

function advice(message: string): string {
  if (/lock/i.test(message)) return 'another program has it open; stop that program';
  if (/permission|EACCES/i.test(message)) return 'permission denied; add the user to the group dialout';
  if (/no such file/i.test(message))
    return 'no such port; check the cable, the power of its hub, and ls /dev/serial/by-id';
  if (/Inappropriate ioctl/i.test(message)) return 'not a serial port';
  return message;
}
