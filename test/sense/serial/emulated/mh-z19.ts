// An MH-Z19 on its UART: nine bytes in, nine bytes out.
import { type Recorder, recorder } from '../../../recorder.ts';
import type { Wire } from './wire.ts';

/** @returns the commands it was given, in hex; @param co2 in ppm */
export function emulatedMhZ19(wire: Wire, co2: number): Recorder<string> {
  const told = recorder<string>();
  let held: Buffer = Buffer.alloc(0);
  wire.listen((bytes) => {
    held = Buffer.concat([held, bytes]);
    for (; held.length >= 9; held = held.subarray(9)) {
      const command = held.readUInt8(2);
      told.add(command.toString(16));
      const reply = Buffer.from([0xff, command, 0, 0, 0, 0, 0, 0, 0]);
      if (command === 0x86) reply.writeUInt16BE(co2, 2);
      reply[8] = -reply.subarray(1).reduce((sum, byte) => sum + byte, 0) & 0xff;
      wire.write(reply);
    }
  });
  return told;
}
