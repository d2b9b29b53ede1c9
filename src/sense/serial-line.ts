// A line to a serial device: a local port, or a serial server that passes bytes over TCP (ser2net and the like).
//
// Bytes in, bytes out, close; no retry here (core/retry.ts owns that). serialport facts this relies on, each measured:
// a port without a data listener never reports that its device is gone; `close` can be emitted twice; a port object that
// is opened again sends what was written to it while closed. Hence: a listener always, one promise, one object per open.
import { connect } from 'node:net';
import { SerialPort } from 'serialport';
import { OperatingError, reasonOf } from '../core/errors.ts';
import type { Session } from '../core/retry.ts';
import type { SerialLine } from './profile.ts';

export interface Line extends Session {
  write(bytes: Uint8Array): void;
}

/**
 * @param path `/dev/serial/by-id/...`, any other device path, or `tcp://host:port`
 * @throws OperatingError port_unavailable, saying what to check
 */
export function openLine(path: string, line: SerialLine, onData: (bytes: Buffer) => void): Promise<Line> {
  return path.startsWith('tcp://') ? openTcp(path, onData) : openPort(path, line, onData);
}

function openPort(path: string, line: SerialLine, onData: (bytes: Buffer) => void): Promise<Line> {
  const { baud, dataBits, parity, stopBits } = line;
  const port = new SerialPort({ path, baudRate: baud, dataBits, parity, stopBits, autoOpen: false });
  const closed = Promise.withResolvers<string>();
  port.on('data', onData);
  port.on('error', (error) => closed.resolve(reasonOf(error)));
  port.on('close', (error: Error | null) => closed.resolve(error ? `unplugged (${reasonOf(error)})` : 'closed'));
  return new Promise((resolve, reject) => {
    port.open((error) => {
      if (error) reject(unavailable(path, error));
      else
        resolve({
          closed: closed.promise,
          write: (bytes) => {
            if (port.isOpen) port.write(Buffer.from(bytes));
          },
          [Symbol.asyncDispose]: () => new Promise<void>((done) => (port.isOpen ? port.close(() => done()) : done())),
        });
    });
  });
}

function openTcp(path: string, onData: (bytes: Buffer) => void): Promise<Line> {
  const { hostname, port } = new URL(path);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), keepAlive: true });
  const closed = Promise.withResolvers<string>();
  socket.on('data', onData);
  socket.on('close', () => closed.resolve('connection closed'));
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => reject(unavailable(path, error)));
    socket.once('connect', () => {
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
  return new OperatingError('port_unavailable', `cannot open ${path}: ${advice(cause.message)}`, { cause });
}

function advice(message: string): string {
  if (/lock/i.test(message)) return 'another program has it open; stop that program';
  if (/permission|EACCES/i.test(message)) return 'permission denied; add the user to the group dialout';
  if (/no such file/i.test(message)) return 'no such port; check the cable and ls /dev/serial/by-id';
  if (/Inappropriate ioctl/i.test(message)) return 'not a serial port';
  return message;
}
