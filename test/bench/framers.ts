// Frames a second that each framer cuts out of good bytes on one core, in the pieces a serial port hands out.
import { PLANTOWER_PMSX003 } from '../../devices/plantower-pmsx003/profile.ts';
import { crc16CcittFalse } from '../../src/sense/checksum/crc16.ts';
import { createCobsFramer } from '../../src/sense/frame/cobs-framer.ts';
import { createFixedFramer } from '../../src/sense/frame/fixed-framer.ts';
import type { Framer } from '../../src/sense/frame/framer.ts';
import { createLineFramer } from '../../src/sense/frame/line-framer.ts';
import { createShdlcFramer } from '../../src/sense/frame/shdlc-framer.ts';
import type { DeviceModel } from '../../src/sense/profile.ts';
import { createAir } from '../../src/sim/air.ts';
import { plantowerFrame } from '../../src/sim/plantower-frame.ts';
import { ratesPerS } from './rate.ts';

const FRAMES = 20_000;
const CHUNK_BYTES = 61;
const TIME_MS = 1_000;
const START_MS = Date.UTC(2026, 0, 1);
/** An SPS30's answer with ten numbers, as published by someone who has one. */
const SPS30_ANSWER = Buffer.from(
  '7e00030028' + '40b9c67f41036c8b411e4ae24123aa92420c5b7c422efdba4238cab3423ab2c9423afde93f4a1025' + 'd67e',
  'hex',
);
const WEATHER_LINE = Buffer.from('$WIMWV,120.1,R,002.4,M,A*24\r\n');

export function benchFramers(): Record<string, number> {
  const air = createAir(1, []);
  const model: DeviceModel = PLANTOWER_PMSX003.models.PMS5003;
  const sps30 = [{ header: '00030028', bytes: 45 }];
  return ratesPerS(
    {
      fixed: work(
        () => createFixedFramer(model.frames!),
        (i) => plantowerFrame(air(START_MS + i * 1_000)),
      ),
      shdlc: work(
        () => createShdlcFramer(sps30),
        () => SPS30_ANSWER,
      ),
      line: work(createLineFramer, () => WEATHER_LINE),
      cobs: work(createCobsFramer, cobsFrame),
    },
    TIME_MS,
  );
}

function work(create: () => Framer, frame: (i: number) => Buffer): { count: number; run: () => void } {
  const bytes = Buffer.concat(Array.from({ length: FRAMES }, (_, i) => frame(i)));
  const chunks = Array.from({ length: Math.ceil(bytes.length / CHUNK_BYTES) }, (_, i) =>
    bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES),
  );
  const run = () => {
    const framer = create();
    let frames = 0;
    for (const chunk of chunks) framer.push(chunk, () => frames++);
    if (frames !== FRAMES) throw new Error(`a framer found ${frames} of ${FRAMES} frames`);
  };
  return { count: FRAMES, run };
}

/** A frame of a firmware bridge with four values, some of their bytes zero. */
function cobsFrame(i: number): Buffer {
  const content = Buffer.alloc(24);
  content.writeUInt8(2);
  content.writeUInt8(i & 0xff, 1);
  for (let at = 2; at < 22; at += 5) content.writeUInt16LE((i * at) & 0xffff, at);
  content.writeUInt16BE(crc16CcittFalse(content.subarray(0, 22)), 22);
  const blocks = content.toString('latin1').split('\0');
  return Buffer.from(`${blocks.map((block) => String.fromCharCode(block.length + 1) + block).join('')}\0`, 'latin1');
}
