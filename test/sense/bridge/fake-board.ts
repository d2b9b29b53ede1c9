// A board in TypeScript: what a firmware with the bridge sends and answers, with every number in the test's hands.
import { Encoder } from 'cbor-x';
import { crc16CcittFalse } from '../../../src/sense/checksum/crc16.ts';
import { cobsFrame, createCobsFramer } from '../../../src/sense/frame/cobs-framer.ts';

const encoder = new Encoder({ useRecords: false });
const KEPT = 8;
const PART_BYTES = 23;

export const WEATHER = [
  '1.0 0 0 weather-node 1.0.0',
  '0 temperature - degC 0.01 1000',
  '1 pm2_5 indoor ug/m3 0.1 250',
  '2 fan_duty - % 0.5 1000\n',
].join('\n');

export interface Fake {
  /** Milliseconds since its start. */
  atMs: number;
  /** Results of commands to come. */
  result: number;
  /** Carries out no command, so answers none. */
  isDeaf: boolean;
  readonly orders: readonly string[];
  hello(part?: number): Buffer;
  heartbeat(): Buffer;
  reading(id: number, value: number): Buffer;
  /** What it answers to bytes from the host. */
  receive(bytes: Buffer): Buffer;
}

export interface FakeOptions {
  readonly text?: string;
  readonly boot?: number;
  readonly uid?: number;
  readonly cause?: number;
  /** Upper half of the type byte. */
  readonly major?: number;
}

export function fakeBoard(options: FakeOptions = {}): Fake {
  const { text = WEATHER, boot = 1, uid = 0x1a2b3c4d, cause = 1, major = 1 } = options;
  const bytes = Buffer.from(text, 'latin1');
  const epoch = (boot << 16) | crc16CcittFalse(bytes) | 0;
  const framer = createCobsFramer();
  const orders: string[] = [];
  let kept: Buffer[] = [];
  let next = 0;
  const frame = (kind: number, sequence: number, items: (number | Buffer)[]) =>
    cobsFrame(Buffer.concat([Buffer.from([(major << 4) | kind, sequence]), encoder.encode([epoch, ...items])]));

  function obey(sequence: number, [code, id, argument]: readonly [number, number, number]): Buffer {
    orders.push(`${code},${id},${argument}`);
    if (code !== 1) return frame(5, sequence, [board.result]);
    const count = Math.min((next - id) & 0xff, kept.length);
    const first = (next - count) & 0xff;
    return Buffer.concat([frame(5, sequence, [first]), ...kept.slice(kept.length - count)]);
  }

  const board: Fake = {
    atMs: 0,
    result: 0,
    isDeaf: false,
    orders,
    hello(part = 0) {
      const from = part * PART_BYTES;
      return frame(1, part, [board.atMs | 0, cause, uid | 0, bytes.subarray(from, from + PART_BYTES)]);
    },
    heartbeat: () => frame(2, next, [board.atMs | 0]),
    reading(id, value) {
      const sent = frame(3, next, [board.atMs | 0, id, value]);
      next = (next + 1) & 0xff;
      kept = [...kept, sent].slice(-KEPT);
      return sent;
    },
    receive(heard) {
      const answers: Buffer[] = [];
      framer.push(heard, (asked) => {
        const [type, sequence] = asked as unknown as [number, number];
        if (type === 0x11) answers.push(board.hello(sequence));
        if (type !== 0x14 || board.isDeaf) return;
        answers.push(obey(sequence, [asked[7]!, asked[8]!, asked.readUInt32LE(3)]));
      });
      return Buffer.concat(answers);
    },
  };
  return board;
}
