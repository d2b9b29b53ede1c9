import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkConfig } from '../../src/config/config.ts';
import { refusedSensors } from '../../src/gateway/sensor.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { qis } from './qis.ts';

test('a new gateway has a configuration that is in order and a key of its own', async (t) => {
  const folder = join(temporaryFolder(t), 'new', 'roof-1');
  const place = ['--latitude', '-33.9', '--longitude', '18.4'];
  const { code, stdout, stderr } = await qis(['init', folder, '--name', 'roof-1', ...place, '--json']);
  assert.deepEqual([code, stderr], [0, '']);
  const said = JSON.parse(stdout);
  assert.equal(said.name, 'roof-1');
  assert.deepEqual(said.made, [join(folder, 'qis.yaml'), join(folder, 'data', 'identity.pem')]);
  assert.match(said.public_key, /^[0-9a-f]{64}-[0-9a-f]{4}$/);
  assert.match(said.node_id, /^[0-9a-f]{32}$/);
  const { config } = checkConfig(readFileSync(said.config, 'utf8'), said.config);
  assert.deepEqual(config?.location, { latitude: -33.9, longitude: 18.4 });
  assert.equal(statSync(said.identity).mode & 0o777, 0o600);
  assert.equal(statSync(said.config).mode & 0o777, 0o600);
  assert.equal(statSync(join(folder, 'data')).mode & 0o777, 0o700);
});

test('the examples in the comments are in order too', async (t) => {
  const folder = temporaryFolder(t);
  await qis(['init', '--name', 'a'], folder);
  const text = readFileSync(join(folder, 'qis.yaml'), 'utf8');
  const uncommented = text
    .replaceAll(/^(sensors|neighbours| {2}accounts): \[\]\n/gm, (_, key) =>
      key === '  accounts' ? '  accounts:\n' : '',
    )
    .replaceAll(/^# (location|site|sensors|neighbours| )/gm, '$1')
    .replace(/^#( {3}- \{name: gw2, password_file)/m, ' $1')
    .replace('their public key', 'ab'.repeat(32));
  const { config, problems } = checkConfig(uncommented, 'qis.yaml');
  assert.deepEqual(problems, []);
  assert.equal(config?.sensors.length, 3);
  assert.deepEqual(await refusedSensors(config.sensors), []);
  assert.equal(config.neighbours.length, 1);
  assert.equal(config.broker?.accounts.length, 1);
  assert.equal(config.site, 'urban');
  assert.equal(config.location?.latitude, 48.01);
});

test('the second run changes nothing and says what is there', async (t) => {
  const folder = temporaryFolder(t);
  const first = await qis(['init'], folder);
  assert.equal(first.code, 0);
  assert.match(first.stdout, /public key {2}[0-9a-f]{64}-[0-9a-f]{4}\n/);
  assert.match(first.stdout, /qis run --config/);
  const key = readFileSync(join(folder, 'data', 'identity.pem'));
  const second = await qis(['init', '--name', 'other'], folder);
  assert.deepEqual([second.code, second.stdout], [1, '']);
  assert.match(
    second.stderr,
    /^.*qis\.yaml and .*identity\.pem are there already, nothing was changed; public key .*\n$/,
  );
  assert.deepEqual(readFileSync(join(folder, 'data', 'identity.pem')), key);
});

test('only what is missing is made', async (t) => {
  const folder = temporaryFolder(t);
  const first = JSON.parse((await qis(['init', '--json'], folder)).stdout);
  rmSync(first.config);
  const again = JSON.parse((await qis(['init', '--json'], folder)).stdout);
  assert.deepEqual(again.made, [first.config]);
  assert.equal(again.public_key, first.public_key);

  writeFileSync(first.config, 'name: mine\ndata: elsewhere\n');
  const third = JSON.parse((await qis(['init', '--json'], folder)).stdout);
  assert.equal(third.name, 'mine');
  assert.deepEqual(third.made, [join(folder, 'elsewhere', 'identity.pem')]);
  assert.equal(readFileSync(first.config, 'utf8'), 'name: mine\ndata: elsewhere\n');
});

test('what cannot be is wrong usage, and nothing is made', async (t) => {
  const folder = temporaryFolder(t);
  for (const args of [
    ['--name', 'Roof 1'],
    ['--latitude', '91', '--longitude', '0'],
    ['--latitude', '48'],
    ['--latitude', 'north', '--longitude', '0'],
    ['--nam', 'a'],
    ['a', 'b'],
  ]) {
    const { code, stdout, stderr } = await qis(['init', ...args], folder);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, /^qis init: .*; see qis init --help\n$/);
  }
  assert.deepEqual(readdirSync(folder), []);
});

test('a folder that cannot be made is one line', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'file'), '');
  const { code, stderr } = await qis(['init', join(folder, 'file', 'below')]);
  assert.equal(code, 1);
  assert.match(stderr, /^cannot make .*below .*; name a folder that this user may write to, .*\n$/);
});
