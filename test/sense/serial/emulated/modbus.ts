// Modbus RTU slaves on one RS-485 bus, behind an adapter that may hear itself.
import { crc16Modbus } from '../../../../src/sense/checksum/crc16.ts';
import { type Recorder, recorder } from '../../../recorder.ts';
import type { Wire } from './wire.ts';

export interface Slave {
  /** From register 0. */
  registers: number[];
  /** Says nothing. */
  isDead?: boolean;
  /** Answers with this exception. */
  refuses?: number;
  /** Answers when this resolves. */
  slow?: () => Promise<unknown>;
  /** Written before its answers. */
  noise?: Buffer;
}

export interface ModbusBus {
  /** Requests as they come, in hex. */
  readonly told: Recorder<string>;
  readonly slaves: Readonly<Record<number, Slave>>;
  /** Requests that came while another one was not answered. */
  readonly collisions: number;
}

export function emulatedModbus(
  wire: Wire,
  slaves: Record<number, Slave>,
  options: { echoes?: boolean } = {},
): ModbusBus {
  const told = recorder<string>();
  let held: Buffer = Buffer.alloc(0);
  let collisions = 0;
  let answering = 0;

  async function accept(request: Buffer): Promise<void> {
    const slave = slaves[request[0]!];
    if (options.echoes) wire.write(request);
    told.add(request.toString('hex'));
    if (answering > 0) collisions++;
    if (!slave || slave.isDead) return;
    answering++;
    await slave.slow?.();
    answering--;
    wire.write(Buffer.concat([slave.noise ?? Buffer.alloc(0), answerOf(slave, request)]));
  }

  wire.listen((bytes) => {
    held = Buffer.concat([held, bytes]);
    while (held.length >= 8) {
      const isRequest = crc16Modbus(held, 0, 6) === held.readUInt16LE(6);
      if (isRequest) void accept(Buffer.from(held.subarray(0, 8)));
      held = held.subarray(isRequest ? 8 : 1);
    }
  });
  return {
    told,
    slaves,
    get collisions() {
      return collisions;
    },
  };
}

function answerOf(slave: Slave, request: Buffer): Buffer {
  const address = request[0]!;
  const fn = request[1]!;
  const register = request.readUInt16BE(2);
  const value = request.readUInt16BE(4);
  if (slave.refuses !== undefined) return modbus([address, fn | 0x80, slave.refuses]);
  if (fn === 6) {
    slave.registers[register] = value;
    return request;
  }
  const words = slave.registers.slice(register, register + value);
  return modbus([address, fn, 2 * words.length, ...words.flatMap((word) => [word >> 8, word & 0xff])]);
}

function modbus(bytes: readonly number[]): Buffer {
  const crc = crc16Modbus(Uint8Array.from(bytes));
  return Buffer.from([...bytes, crc & 0xff, crc >> 8]);
}
