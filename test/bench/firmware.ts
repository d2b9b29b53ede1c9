// What the firmware library costs a board: flash and RAM in bytes, as `make size` in firmware-bridge/ has it.
//
// Linked with a program that calls every public function, less the same program that calls none. The stack comes on top:
// 19 bytes at its deepest on an ATmega328P, by -fstack-usage.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../programs.ts';

export interface Cost {
  /** Code and constants, and what data starts with. */
  readonly flash: number;
  /** Data that has and has not a first value. */
  readonly ram: number;
}

export interface FirmwareCosts {
  /** null: its compiler is not installed. */
  readonly atmega328p: Cost | null;
  readonly 'cortex-m0plus': Cost | null;
}

const FOLDER = new URL('../../firmware-bridge/', import.meta.url).pathname;

export function benchFirmware(): FirmwareCosts {
  return { atmega328p: costBy('avr-gcc', 'size-avr'), 'cortex-m0plus': costBy('arm-none-eabi-gcc', 'size-arm') };
}

function costBy(compiler: string, target: string): Cost | null {
  const make = findProgram('make');
  if (!make || !findProgram(compiler)) return null;
  const folder = mkdtempSync(join(tmpdir(), 'qis-firmware-'));
  try {
    const table = execFileSync(make, ['-s', '-C', FOLDER, target, `BUILD=${folder}`], { encoding: 'utf8' });
    const [all, none] = table.trim().split('\n').slice(-2).map(costOf) as [Cost, Cost];
    return { flash: all.flash - none.flash, ram: all.ram - none.ram };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A row as `size` prints it: text, data, bss. */
function costOf(row: string): Cost {
  const [text, data, bss] = row.trim().split(/\s+/).map(Number) as [number, number, number];
  return { flash: text + data, ram: data + bss };
}
