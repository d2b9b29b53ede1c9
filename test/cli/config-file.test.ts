// Which configuration a command works with, when its caller names one and when not.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { configFile } from '../../src/cli/config-file.ts';
import { OperatingError } from '../../src/core/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { qis } from './qis.ts';

test('the one that is named, else the one here, else the one of the service', (t) => {
  const folder = temporaryFolder(t);
  const service = join(folder, 'service.yaml');
  const cwd = join(folder, 'here');
  mkdirSync(cwd);
  const neither = (error: unknown) =>
    error instanceof OperatingError &&
    error.code === 'config_missing' &&
    error.message === `there is no ${cwd}/qis.yaml and no ${service}; make one with qis init, or name it with --config`;
  assert.throws(() => configFile(undefined, { cwd }, service), neither);
  writeFileSync(service, '');
  assert.equal(configFile(undefined, { cwd }, service), service);
  // A link that leads nowhere is a mistake to be told of, not a reason to look at another gateway.
  symlinkSync('nowhere', join(cwd, 'qis.yaml'));
  assert.equal(configFile(undefined, { cwd }, service), join(cwd, 'qis.yaml'));
  assert.equal(configFile('../other.yaml', { cwd }, service), join(folder, 'other.yaml'));
});

test('every command that works with a configuration looks in the same places, and says which', async (t) => {
  const folder = temporaryFolder(t);
  const commands = [['run'], ['status'], ['time', 'reset'], ['backup', 'b'], ['restore', 'b'], ['config', 'check']];
  const ran = await Promise.all(commands.map((args) => qis(args, folder)));
  for (const [i, { code, stdout, stderr }] of ran.entries()) {
    assert.deepEqual([code, stdout], [1, ''], `${commands[i]}`);
    assert.equal(
      stderr,
      `there is no ${folder}/qis.yaml and no /etc/qis-edge/qis.yaml; make one with qis init, or name it with --config\n`,
    );
  }
});
