import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { benchFirmware } from '../bench/firmware.ts';
import { requireProgram } from '../programs.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { BRIDGE, buildExample, requireAvr } from './c-library.ts';

/** Of the 32 KiB and 2 KiB of an ATmega328P. */
const FLASH_BYTES_MAX = 1024;
const RAM_BYTES_MAX = 200;

test('the library is small on an ATmega328P', (t) => {
  if (!requireProgram(t, 'avr-gcc', 'apt install gcc-avr avr-libc')) return;
  const cost = benchFirmware().atmega328p!;
  t.diagnostic(JSON.stringify(cost));
  assert.ok(cost.flash > 500 && cost.flash <= FLASH_BYTES_MAX, `${cost.flash} bytes of flash`);
  assert.ok(cost.ram > 100 && cost.ram <= RAM_BYTES_MAX, `${cost.ram} bytes of RAM`);
});

test('the library is small on a Cortex-M0+', (t) => {
  if (!requireProgram(t, 'arm-none-eabi-gcc', 'apt install gcc-arm-none-eabi')) return;
  const cost = benchFirmware()['cortex-m0plus']!;
  t.diagnostic(JSON.stringify(cost));
  assert.ok(cost.flash > 400 && cost.flash <= FLASH_BYTES_MAX, `${cost.flash} bytes of flash`);
  assert.ok(cost.ram > 100 && cost.ram <= RAM_BYTES_MAX, `${cost.ram} bytes of RAM`);
});

test('the example builds for an Arduino Uno', (t) => {
  if (!requireAvr(t)) return;
  const folder = temporaryFolder(t);
  for (const name of ['weather-node', 'room-node'] as const) assert.ok(buildExample(folder, name));
});

test('a sketch in C++ may include it', (t) => {
  const compiler = cxx(t);
  if (!compiler) return;
  const sketch = `#include "qis_bridge.h"
const char qis_bridge_description[] QIS_BRIDGE_FLASH =
    QIS_BRIDGE_FIRMWARE("a", "1") QIS_BRIDGE_CHANNEL(0, "co2", "-", "ppm", 1, 1000);
void qis_bridge_write(uint8_t) {}
uint32_t qis_bridge_millis() { return 0; }
uint8_t qis_bridge_command(const qis_bridge_order *order) { return order->code; }
int main() { qis_bridge_self.uid = 1; qis_bridge_begin(); qis_bridge_reading(0, 400); qis_bridge_poll(); }
`;
  const strict = ['-std=c++11', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-fsyntax-only'];
  execFileSync(compiler, ['-x', 'c++', ...strict, '-I', BRIDGE, '-'], { input: sketch });
});

const cxx = (t: TestContext) => requireProgram(t, 'c++', 'apt install g++');
