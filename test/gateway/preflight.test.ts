// Configurations that a gateway cannot start with: `qis config check` reports whatever `qis run`, or a part of it, refuses.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { rootCertificates } from 'node:tls';
import type { Command } from '../../src/cli/command.ts';
import { command as configCommand } from '../../src/cli/config.ts';
import { command as runCommand } from '../../src/cli/run.ts';
import { checkConfig } from '../../src/config/config.ts';
import { virtualClock } from '../../src/core/clock.ts';
import { OperatingError } from '../../src/core/errors.ts';
import { openDataFolder } from '../../src/gateway/data-folder.ts';
import { openGateway, runRecordings } from '../../src/gateway/gateway.ts';
import { isRecording } from '../../src/gateway/sources.ts';
import { freePorts } from '../mosquitto.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A folder with what configurations name: PORT stands for a free one. */
async function prepared(t: TestContext, text: string): Promise<string> {
  const folder = temporaryFolder(t);
  const [port] = await freePorts(1);
  const files: Record<string, string> = {
    'qis.yaml': `name: here\n${text.replaceAll('PORT', `${port}`)}\n`,
    password: 'secret\n',
    empty: '\n',
    'ca.pem': rootCertificates[0]!,
    'day.csv': 'time,pm25\n1767225600,12\n',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  mkdirSync(join(folder, 'own'));
  writeFileSync(join(folder, 'own/identity.pem'), 'not a key', { mode: 0o644 });
  return folder;
}

interface Ended {
  /** undefined: it refused. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command in this process, stopped as soon as it has started. */
async function ended(command: Command, args: string[], folder: string): Promise<Ended> {
  const stop = new AbortController();
  const said = { stdout: '', stderr: '' };
  const into = (stream: 'stdout' | 'stderr') => ({
    write(line: string) {
      said[stream] += line;
      if (line.includes('"type":"started"')) stop.abort();
    },
  });
  const io = { stdin: process.stdin, stdout: into('stdout'), stderr: into('stderr'), cwd: folder, env: {} };
  try {
    const code = await command.run(args, { ...io, signal: stop.signal });
    return { code, ...said };
  } catch (error) {
    assert.ok(error instanceof OperatingError, `${error}`);
    return { code: undefined, stdout: said.stdout, stderr: `${said.stderr}${error.message}\n` };
  }
}

const check = (folder: string) => ended(configCommand, ['check'], folder);
const run = (folder: string) => ended(runCommand, ['--json'], folder);

/** Whether a part of the gateway refuses, when nobody asked before. */
async function isRefusedByAPart(folder: string, text: string): Promise<boolean> {
  const { config } = checkConfig(text, join(folder, 'qis.yaml'));
  assert.ok(config);
  try {
    const { identity, store } = await openDataFolder(config.data);
    await using _ = store;
    const options = { config, identity, store, clock: virtualClock(), emit: () => {}, tickMs: 1000 };
    if (config.sensors.some(isRecording)) await runRecordings(options);
    else await (await openGateway(options))[Symbol.asyncDispose]();
    return false;
  } catch (error) {
    assert.ok(error instanceof OperatingError, `${error}`);
    return true;
  }
}

const ZEROS = '0'.repeat(64);
const NOT_CANONICAL = `ee${'f'.repeat(60)}7f`;
const neighbour = (keys: string) => `broker: off\nneighbours:\n  - {name: hub, ${keys}}`;
const account = (keys: string) => `broker:\n  port: PORT\n  accounts:\n  - {role: sensor, ${keys}}`;

/** What is wrong -> the configuration after its first line, and the problem. */
const REFUSED: Readonly<Record<string, readonly [text: string, problem: string]>> = {
  'an alarm of what is not watched': [
    'broker: off\nwatch: [co2]\nalarm:\n  pm2_5: 75',
    ':4: alarm: pm2_5 is not watched by a domain; name it under watch',
  ],
  'a key of zeros': [
    neighbour(`key: "${ZEROS}"`),
    `:4: neighbours[0].key: "${ZEROS}" is not a valid Ed25519 public key`,
  ],
  'a key that is not canonical': [
    `broker: off\npeers:\n  - {name: hill, key: ${NOT_CANONICAL}}`,
    `:4: peers[0].key: "${NOT_CANONICAL}" is not a valid Ed25519 public key`,
  ],
  'a broker open to the network': [
    'broker:\n  port: PORT\n  listen: 0.0.0.0',
    ':4: broker.listen: "0.0.0.0" can be reached from other machines, so anyone could publish; add accounts',
  ],
  'the same over IPv6': ['broker: {port: PORT, listen: "::"}', ':2: broker.listen: "::" can be reached'],
  'an account no client can name': [
    account('name: a/b, password: x'),
    ':5: broker.accounts[0].name: "a/b" is not a valid',
  ],
  'an account whose password is missing': [
    account('name: a, password_file: none'),
    ':5: broker.accounts[0].password_file: "none" does not exist; make it',
  ],
  'an account whose password is empty': [
    account('name: a, password_file: empty'),
    ':5: broker.accounts[0].password_file: "empty" is empty; write the password in it',
  ],
  'a password that is a folder': [
    neighbour('url: "mqtt://127.0.0.1:9", username: a, password_file: own'),
    ':4: neighbours[0].password_file: "own" is not a file',
  ],
  'a password for a neighbour that is missing': [
    neighbour('url: "mqtt://127.0.0.1:9", username: a, password_file: none'),
    ':4: neighbours[0].password_file: "none" does not exist; make it',
  ],
  'an authority that is missing': [
    neighbour('url: "mqtts://127.0.0.1:9", ca_file: none.pem'),
    ':4: neighbours[0].ca_file: "none.pem" does not exist; make it',
  ],
  'an authority without a certificate': [
    neighbour('url: "mqtts://127.0.0.1:9", ca_file: password'),
    ':4: neighbours[0].ca_file: "password" holds no certificate in PEM',
  ],
  'a network that is not known': [
    neighbour(`key: ${'ab'.repeat(32)}, network: carrier-pigeon`),
    ':4: neighbours[0].network: "carrier-pigeon" is not known; leave the key out for MQTT',
  ],
  'a domain that is not known': ['broker: off\ndomain: noise', ':3: domains: '],
  'a password for a sensor that is missing': [
    'broker: off\nsensors:\n  - {device: tasmota, mqtt: {url: "mqtt://127.0.0.1:9", username: a, password_file: none}}',
    ':4: sensors[0].mqtt.password_file: "none" does not exist; make it',
  ],
  'a minute that does not exist': [
    'broker: off\nhousekeeping: "61 3 * * *"',
    ':3: housekeeping: "61 3 * * *" is not a schedule; write five fields as in crontab',
  ],
  'a device that nobody makes': [
    'broker: off\nsensors:\n  - {device: PMS503, port: /dev/none}',
    ':4: sensors[0]: no device or model "PMS503"',
  ],
  'a data folder below a file': ['broker: off\ndata: qis.yaml/data', ' cannot be made, because '],
  'a data folder that is a file': ['broker: off\ndata: password', ' is not a folder; name another one'],
  'a key file that others may read': ['broker: off\ndata: own', ' holds a key that cannot be used: '],
  'a recording that is missing': [
    'broker: off\nsensors:\n  - {device: PMS5003, replay: {file: none, start: 2026-01-01T00:00:00Z, interval_s: 1}}',
    ' cannot be read (ENOENT',
  ],
};

suite('refused', () => {
  for (const [name, [text, problem]] of Object.entries(REFUSED)) {
    test(`${name}: run and check say the same, and nothing is made`, async (t) => {
      const folder = await prepared(t, text);
      const checked = await check(folder);
      assert.equal(checked.code, 1);
      assert.ok(checked.stderr.includes(problem), checked.stderr);
      assert.match(checked.stderr, /^(qis\.yaml:\d+: \S.*\n)+$/);
      assert.deepEqual(await run(folder), { ...checked, code: undefined });
      assert.equal(existsSync(join(folder, 'data')), false);
      assert.equal(await isRefusedByAPart(folder, `name: here\n${text.replaceAll('PORT', '1')}`), true);
    });
  }
});

test('a neighbour that is our own broker is refused, though it could be dialled', async (t) => {
  const own = 'broker: {port: PORT}\nneighbours:\n  - {name: hub, url: "mqtt://localhost:PORT"}';
  const folder = await prepared(t, own);
  const checked = await check(folder);
  assert.match(checked.stderr, /^qis\.yaml:4: neighbours\[0\]\.url: "[^"]*" is this gateway's own broker; .*\n$/);
  assert.deepEqual(await run(folder), { ...checked, code: undefined });
});

test('all that is wrong is told at once, in the order of the file', async (t) => {
  const text = `housekeeping: "* * * * 9"\ndata: password\n${account('name: a/b, password_file: none')}`;
  const { stderr } = await check(await prepared(t, text));
  const lines = [...stderr.matchAll(/^qis\.yaml:(\d+)/gm)].map(([, line]) => Number(line));
  assert.deepEqual(lines, [2, 3, 7, 7]);
});

const GOOD: Readonly<Record<string, string>> = {
  'a name and nothing else': 'broker: {port: PORT}',
  'accounts, neighbours, files and a schedule': `broker:
  port: PORT
  accounts: [{name: hub, password_file: password, role: gateway}]
housekeeping: "17 3 * * *"
data: made/below/here
sensors: [{device: tasmota, mqtt: {url: "mqtt://127.0.0.1:9", username: a, password_file: ./password}}]
neighbours:
  - {name: hub, url: "mqtts://127.0.0.1:9", username: a, password_file: password, ca_file: ca.pem, key: ${'ab'.repeat(32)}}`,
  'a recording': `broker: off
sensors:
  - name: roof
    replay: {file: day.csv, timestamp: {column: time, format: unix}}
    readings: [{column: pm25, quantity: pm2_5, unit: ug/m3}]`,
};

suite('accepted', { timeout: 60_000 }, () => {
  for (const [name, text] of Object.entries(GOOD)) {
    test(`${name}: check finds nothing, and it runs`, async (t) => {
      const folder = await prepared(t, text);
      assert.deepEqual(await check(folder), { code: 0, stdout: 'qis.yaml is in order\n', stderr: '' });
      assert.equal(existsSync(join(folder, 'data')) || existsSync(join(folder, 'made')), false);
      const { code, stdout, stderr } = await run(folder);
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(stdout, /"type":"(stopped|source_ended)"/);
    });
  }
});

test('a password that stands in a sample is refused, wherever it is written, and is not repeated', async (t) => {
  const sample = readFileSync(new URL('../../deploy/qis.yaml', import.meta.url), 'utf8');
  const written = [...sample.matchAll(/password: ([^,}\n]+)/g)].map(([, password]) => password!);
  assert.equal(written.length, 3);
  const page = readFileSync(new URL('../../deploy/mosquitto/README.md', import.meta.url), 'utf8');
  written.push(/password: ([^,}\n]+)/.exec(page)![1]!);
  const folder = await prepared(t, '');
  for (const [index, password] of written.entries()) {
    writeFileSync(join(folder, `${index}.password`), `${password}\n`);
    for (const secret of [`password: ${password}`, `password_file: ./${index}.password`]) {
      const text = `name: here\nneighbours: [{name: hub, url: "mqtt://10.0.0.1", username: a, ${secret}}]\n`;
      writeFileSync(join(folder, 'qis.yaml'), text);
      for (const [command, args] of [
        [configCommand, ['check']],
        [runCommand, ['--json']],
      ] as const) {
        const { code, stderr, stdout } = await ended(command, [...args], folder);
        assert.notEqual(code, 0, secret);
        assert.match(`${stdout}${stderr}`, /neighbours\[0\]\.password.* placeholder of a sample/);
        assert.ok(!`${stdout}${stderr}`.includes(password));
      }
    }
  }
});
