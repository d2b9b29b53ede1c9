// An SPS30 on its UART: SHDLC, idle until it is told to measure, and idle again once it has lost its power.
import { type Recorder, recorder } from '../../../recorder.ts';
import type { Wire } from './wire.ts';

export interface EmulatedSps30 {
  /** `start`, `stop`, `read`, as they come. */
  readonly told: Recorder<string>;
  isMeasuring(): boolean;
  /** It forgets that it was told to measure. */
  losePower(): void;
  /** Takes its power away, so that it says nothing, or gives it back. */
  power(isOn: boolean): void;
}

const NAMES: Readonly<Record<number, string>> = { 0: 'start', 1: 'stop', 3: 'read' };
const NOT_ALLOWED = 0x43;

/** @param pm2_5 in ug/m3, one more with each reading */
export function emulatedSps30(wire: Wire, pm2_5 = 1): EmulatedSps30 {
  const told = recorder<string>();
  let isOn = true;
  let isMeasuring = false;
  let value = pm2_5;
  let held: number[] = [];

  function accept(frame: Buffer): void {
    const command = frame[1]!;
    const isAllowed = command === 0 ? !isMeasuring : isMeasuring;
    const state = isAllowed ? 0 : NOT_ALLOWED;
    if (isAllowed && command !== 3) isMeasuring = command === 0;
    told.add(NAMES[command] ?? frame.toString('hex'));
    wire.write(
      shdlc(Buffer.concat([Buffer.from([0, command, state]), lengthAnd(state || command !== 3 ? [] : floats())])),
    );
  }

  const floats = () => [value, value++, value, value, 0, 0, 0, 0, 0, 0.5];

  wire.listen((bytes) => {
    if (!isOn) return;
    for (const byte of bytes) {
      if (byte !== 0x7e) held.push(byte);
      else if (held.length > 0) {
        const frame = unstuffed(held);
        held = [];
        if (frame.length >= 4 && check(frame.subarray(0, -1)) === frame.at(-1)) accept(frame);
      }
    }
  });
  return {
    told,
    isMeasuring: () => isMeasuring,
    losePower() {
      isMeasuring = false;
    },
    power(on) {
      isOn = on;
      isMeasuring = false;
    },
  };
}

function lengthAnd(values: readonly number[]): Buffer {
  const data = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => void data.writeFloatBE(value, 4 * i));
  return Buffer.concat([Buffer.from([data.length]), data]);
}

const check = (bytes: Buffer): number => ~bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;

function shdlc(bytes: Buffer): Buffer {
  const stuffed = [...bytes, check(bytes)].flatMap((byte) =>
    [0x7e, 0x7d, 0x11, 0x13].includes(byte) ? [0x7d, byte ^ 0x20] : [byte],
  );
  return Buffer.from([0x7e, ...stuffed, 0x7e]);
}

function unstuffed(bytes: readonly number[]): Buffer {
  const plain: number[] = [];
  for (let at = 0; at < bytes.length; at++) plain.push(bytes[at] === 0x7d ? bytes[++at]! ^ 0x20 : bytes[at]!);
  return Buffer.from(plain);
}
