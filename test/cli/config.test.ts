import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import { qis } from './qis.ts';

test('a file in order is said to be, and nothing is made', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'qis.yaml'), 'name: a\nsensors: [{device: PMS5003, port: /dev/none}]\n');
  assert.deepEqual(await qis(['config', 'check'], folder), { code: 0, stdout: 'qis.yaml is in order\n', stderr: '' });
  assert.deepEqual(readdirSync(folder), ['qis.yaml']);
});

test('each problem is one line, or one entry of one JSON value', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'qis.yaml'), 'name: a\nbrokr: off\nlog: {level: 7}\n');
  const text = await qis(['config', 'check'], folder);
  assert.equal(text.code, 1);
  assert.equal(text.stdout, '');
  assert.deepEqual(text.stderr.split('\n'), [
    'qis.yaml:2: unknown key "brokr"; did you mean "broker"?',
    'qis.yaml:3: log.level: 7 is not one of error, warn, info, debug',
    '',
  ]);
  const json = await qis(['config', 'check', 'qis.yaml', '--json'], folder);
  assert.deepEqual([json.code, json.stderr], [1, '']);
  const answer = JSON.parse(json.stdout);
  assert.equal(answer.ok, false);
  assert.deepEqual(answer.problems[1], {
    key: 'log.level',
    value: '7',
    line: 3,
    message: 'log.level: 7 is not one of error, warn, info, debug',
  });
});

test('what sensors cannot be is found without touching a device', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'own.yaml'), 'name: own\nframing: fixd\n');
  const sensors = `name: a
sensors:
  - {name: dust, device: PMS503, port: /dev/a}
  - {name: co2, device: MH-Z19B, port: /dev/b,
     on_open: [abc_of]}
  - {name: zigbee, device: PMS5003, mqtt: {}}
  - {name: bus-1, device: S8, port: /dev/c, address: 7}
  - {name: bus-2, device: K30, port: /dev/c, address: 7}
  - {name: mine, device: ./own.yaml, port: /dev/d}
  - {name: none, device: ./none.yaml, port: /dev/e}
`;
  writeFileSync(join(folder, 'qis.yaml'), sensors);
  const { code, stderr } = await qis(['config', 'check'], folder);
  assert.equal(code, 1);
  for (const line of [
    'qis.yaml:3: sensors[0]: no device or model "PMS503"; did you mean "PMS5003"',
    'qis.yaml:5: sensors[1]: on_open: no setting "abc_of"; it has abc_on, abc_off',
    'qis.yaml:6: sensors[2]: PMS5003 is on a serial line: give a port instead of mqtt',
    'qis.yaml:8: sensors[4]: has the address of bus-1; on one port each needs its own',
    'qis.yaml:9: sensors[5]: own.yaml:2: framing: "fixd" is not known; did you mean "fixed"?',
    'qis.yaml:10: sensors[6]: there is no ',
  ]) {
    assert.ok(stderr.includes(line), `${line}\n${stderr}`);
  }
});

test('a domain or a site that is not there is found, with what was probably meant', async (t) => {
  const folder = temporaryFolder(t);
  const says = async (text: string) => {
    writeFileSync(join(folder, 'qis.yaml'), `name: a\n${text}\n`);
    return (await qis(['config', 'check'], folder)).stderr.trim();
  };
  assert.match(await says('domain: aire'), /^qis\.yaml:2: domains: "aire" is not a domain; did you mean "air"\?/);
  assert.match(await says('site: urban\ndomains: [air, ./gone.yaml]'), /^qis\.yaml:3: there is no .*gone\.yaml; docs/);
  assert.match(
    await says('domains: [air]\nsite: urbane'),
    /^qis\.yaml:3: site: "urbane" is not a site class; use urban/,
  );
  assert.match(await says('domain: air\ndomains: [air]'), /^qis\.yaml:2: domain stands beside domains; keep one/);
});

test('a missing file is one line that says what to do, also as JSON', async (t) => {
  const folder = temporaryFolder(t);
  const { code, stdout, stderr } = await qis(['config', 'check', '--json'], folder);
  assert.equal(code, 1);
  assert.equal(JSON.parse(stdout).error.code, 'config_missing');
  assert.match(stderr, /^there is no .*qis\.yaml; make one with qis init.*\n$/);
});

test('without check it says what to write', async () => {
  const { code, stderr } = await qis(['config']);
  assert.equal(code, 2);
  assert.match(stderr, /^qis config: .*qis config check; see qis config --help\n$/);
});
