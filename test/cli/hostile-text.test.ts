// Names that others chose reach the terminal as text: through the real program, whichever command shows them.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { controlPath } from '../../src/observe/control-address.ts';
import { serveControl } from '../../src/observe/control-socket.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { qis } from './qis.ts';

/** Clears the screen, sets the title by C1, turns the line round, and begins a line of its own. */
const HOSTILE = 'roof\u001b[2J\u009d0;owned\u009c\u202e\u2066\nrunning: no';
const UNSAFE = /[^\P{Cc}\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u;

test('status shows the name of a device as text, in one line, and as JSON with its meaning kept', async (t) => {
  const folder = temporaryFolder(t);
  await qis(['init', '--name', 'roof-1'], folder);
  const snapshot = {
    running: true,
    gateway: HOSTILE,
    channels: [{ sensor: HOSTILE, value: 1 }],
    sensors: [{ name: HOSTILE, state: 'ok', problem: HOSTILE }],
    links: [{ name: HOSTILE, up: false, problem: HOSTILE }],
    conclusions: [{ time: null, id: null, words: HOSTILE }],
    counters: { [HOSTILE]: 3 },
    reputation: [{ name: HOSTILE, origin: 'ab', phenomenon: 'pm2_5', weight: 1, equivocated: false, reasons: {} }],
  };
  await using _ = await serveControl(controlPath(join(folder, 'data'), {}), { status: () => snapshot });
  for (const args of [['status'], ['status', '--all'], ['status', '--peers']]) {
    const { code, stdout } = await qis(args, folder);
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, UNSAFE);
    assert.doesNotMatch(stdout, /^running: no/m);
    assert.match(stdout, /roof\\u001b\[2J/);
  }
  const { stdout } = await qis(['status', '--json'], folder);
  assert.doesNotMatch(stdout, UNSAFE);
  assert.equal(JSON.parse(stdout).channels[0].sensor, HOSTILE);
});

test('decode, config check, devices and a wrong command show what they were given as text', async (t) => {
  const folder = temporaryFolder(t);
  const name = HOSTILE.replaceAll('\n', ' ');
  writeFileSync(join(folder, 'qis.yaml'), `name: roof-1\n${JSON.stringify(HOSTILE)}: 1\nsensors: []\n`);
  const line = JSON.stringify({ device: 'zigbee2mqtt', topic: `zigbee2mqtt/${name}`, payload: '{"temperature": 20}' });
  const runs = [
    await qis(['decode'], folder, {}, `${line}\n{"device": ${JSON.stringify(name)}}\n`),
    await qis(['config', 'check'], folder),
    await qis(['devices', 'watch', `${name}/#`], folder),
    await qis([name], folder),
  ];
  for (const { stdout, stderr } of runs) {
    assert.ok(`${stdout}${stderr}`.includes('\\u'), stderr);
    assert.doesNotMatch(`${stdout}${stderr}`, UNSAFE);
  }
});
