import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { findDevice } from '../../devices/catalogue.ts';
import { checkConfig } from '../../src/config/config.ts';
import { publicKey } from '../../src/packet/gate.ts';
import { qis } from '../cli/qis.ts';
import { freePorts } from '../mosquitto.ts';
import { notifySocket } from '../notify-socket.ts';
import { requireProgram } from '../programs.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const UNIT = join(ROOT, 'deploy/qis-edge.service');
const SAMPLE = join(ROOT, 'deploy/qis.yaml');
const EXPOSURE_MAX = 1.5;

/** `Section.Key` -> its values, in order. */
function directives(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let section = '';
  for (const line of text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))) {
    const [, header] = /^\[(\w+)\]$/.exec(line) ?? [];
    if (header) section = header;
    else {
      const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? assert.fail(line);
      const name = `${section}.${key}`;
      found.set(name, [...(found.get(name) ?? []), value!]);
    }
  }
  return found;
}

suite('service', { timeout: 60_000 }, () => {
  const text = readFileSync(UNIT, 'utf8');
  const unit = directives(text);

  test('comes back for ever, is watched, and keeps what it needs', () => {
    const expected: [string, string[]][] = [
      ['Unit.StartLimitIntervalSec', ['0']],
      ['Service.Type', ['notify']],
      ['Service.NotifyAccess', ['all']],
      ['Service.WatchdogSec', ['120']],
      ['Service.Restart', ['always']],
      ['Service.DynamicUser', ['yes']],
      ['Service.StateDirectory', ['qis-edge']],
      ['Service.CacheDirectory', ['qis-edge']],
      ['Service.Environment', ['NODE_COMPILE_CACHE=%C/qis-edge']],
      ['Service.ConfigurationDirectory', ['qis-edge']],
      ['Service.SupplementaryGroups', ['dialout']],
      ['Service.DevicePolicy', ['closed']],
      ['Service.DeviceAllow', ['ttyUSB', 'ttyACM', 'ttyAMA', 'ttyS'].map((kind) => `char-${kind} rw`)],
      ['Service.IPAddressDeny', ['any']],
      ['Service.RestrictAddressFamilies', ['AF_INET AF_INET6 AF_UNIX']],
      ['Service.ProtectSystem', ['strict']],
      ['Service.CapabilityBoundingSet', ['']],
      ['Install.WantedBy', ['multi-user.target']],
    ];
    for (const [name, values] of expected) assert.deepEqual(unit.get(name), values, name);
    assert(Number(unit.get('Service.RestartSec')?.[0]) > 0);
    // MemoryMax alone does nothing where the memory controller is off.
    const heapMb = Number(/ --max-old-space-size=(\d+) /.exec(unit.get('Service.ExecStart')![0]!)?.[1]);
    const memoryMb = Number(/^(\d+)M$/.exec(unit.get('Service.MemoryMax')![0]!)?.[1]);
    assert(heapMb >= 64 && heapMb + 100 <= memoryMb, `${heapMb} of ${memoryMb} MB`);
    // V8 compiles at run time; `qis status` looks for the socket in the data folder.
    for (const name of ['MemoryDenyWriteExecute', 'RuntimeDirectory', 'PrivateDevices']) {
      assert.equal(unit.has(`Service.${name}`), false, name);
    }
  });

  test(`systemd judges its exposure at no more than ${EXPOSURE_MAX}, and knows every directive`, (t) => {
    const analyze = requireProgram(t, 'systemd-analyze', 'apt install systemd');
    if (!analyze) return;
    const judged = (file: string) => {
      const options = { encoding: 'utf8' as const, env: { ...process.env, LC_ALL: 'C' } };
      const said = execFileSync(analyze, ['security', '--offline=true', '--no-pager', file], options);
      return Number(/Overall exposure level for .*: ([\d.]+)/.exec(said)?.[1]);
    };
    assert(judged(UNIT) <= EXPOSURE_MAX, `${judged(UNIT)}`);
    // The program is not where it will be on a field unit; another one is as good here.
    const file = join(temporaryFolder(t), 'qis-edge.service');
    writeFileSync(file, text.replaceAll('/opt/qis-edge/bin/node', '/bin/true'));
    const { stderr } = spawnSync(analyze, ['verify', file], { encoding: 'utf8' });
    assert.doesNotMatch(stderr, /qis-edge/);
  });

  test('installed as the guide says, it tells systemd that it is ready, well and stopping', async (t) => {
    const socket = await notifySocket(t);
    if (!socket) return;
    const folder = temporaryFolder(t);
    const installed = install(folder);
    const [port] = (await freePorts(1)) as [number];
    const [state, cache] = [join(folder, 'state'), join(folder, 'cache')];
    const config = `name: field\ndata: ${state}\nbroker: {port: ${port}}\nsensors: [{device: plantower-pmsx003, port: /dev/none}]\n`;
    writeFileSync(join(folder, 'qis.yaml'), config);
    const command = unit.get('Service.ExecStart')![0]!.replaceAll('/opt/qis-edge', installed).replaceAll('%d', folder);
    const [program, ...args] = command.split(' ');
    const env = {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: cache,
      NOTIFY_SOCKET: socket.path,
      WATCHDOG_USEC: '200000',
    };
    const child = spawn(program!, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    t.after(() => child.kill('SIGKILL'));
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (more: string) => {
      said += more;
    });
    const ended = once(child, 'close').then(([code]) => assert.equal(code, 0, said));
    await Promise.race([socket.says('READY=1'), ended]);
    await Promise.race([socket.says('WATCHDOG=1'), ended]);
    const told = /^STATUS=(all is well|degraded: .*\/dev\/none.*); \d sensors?, 0 of 0 links up, 0 packets to send$/;
    assert(
      socket.lines.items.some((line) => told.test(line)),
      socket.lines.items.join(),
    );
    const { status, stdout } = spawnSync(join(installed, 'bin/qis'), ['status', '--config', join(folder, 'qis.yaml')], {
      encoding: 'utf8',
    });
    assert.match(stdout, /^field: degraded, 1 problem, marked with !\n {2}running for \d+ s, /);
    assert.match(stdout, /^! sensor plantower-pmsx003: .*cannot open \/dev\/none/m);
    assert.match(stdout, /^ {2}public key: [0-9a-f]{64}-[0-9a-f]{4}$/m);
    assert.equal(status, 1);
    child.kill('SIGTERM');
    await ended;
    await socket.says('STOPPING=1');
    // The sensor that is not there was told, and was no reason to end: the serial add-on works where it was copied to.
    assert.match(said, /WARN plantower-pmsx003: cannot open \/dev\/none: no such port/);
    assert.doesNotMatch(said, /systemd-notify/);
    assert(existsSync(cache));
  });
});

/** Runs the guide's commands that copy what a gateway needs. @returns the folder that stands for /opt/qis-edge */
function install(folder: string): string {
  const guide = readFileSync(join(ROOT, 'docs/operators.md'), 'utf8');
  const [, commands] = /Copy what a gateway needs.*?```sh\n(.*?)```/s.exec(guide) ?? assert.fail('no such commands');
  const checkout = join(folder, 'checkout');
  const installed = join(folder, 'opt');
  mkdirSync(join(checkout, 'src'), { recursive: true });
  for (const name of ['src/qis.cjs', 'package.json']) copyFileSync(join(ROOT, name), join(checkout, name));
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
  execFileSync(process.execPath, ['deploy/bundle.ts', join(checkout, 'dist')], { cwd: ROOT });
  const here = commands!.replaceAll('sudo ', '').replaceAll('/opt/qis-edge', installed);
  execFileSync('sh', ['-ec', here], { cwd: checkout, stdio: ['ignore', 'ignore', 'inherit'] });
  return installed;
}

suite('sample configuration', () => {
  test('is in order once it has passwords of its own, and checking it touches nothing', async (t) => {
    const folder = temporaryFolder(t);
    copyFileSync(SAMPLE, join(folder, 'qis.yaml'));
    const { code, stderr } = await qis(['config', 'check'], folder);
    const refused = stderr.match(/^qis\.yaml:\d+: \S+\.password is the placeholder of a sample.*\n/gm) ?? [];
    assert.deepEqual([code, refused.join('')], [1, stderr]);
    assert.equal(refused.length, 3);
    const own = readFileSync(SAMPLE, 'utf8').replaceAll(/password: [^,\n]+/g, 'password: 5f1c9d0e7a');
    writeFileSync(join(folder, 'qis.yaml'), own);
    assert.deepEqual(await qis(['config', 'check'], folder), { code: 0, stdout: 'qis.yaml is in order\n', stderr: '' });
    assert.deepEqual(readdirSync(folder), ['qis.yaml']);
  });

  test('keeps its state where the service may write, and names what there is', () => {
    const { config } = checkConfig(readFileSync(SAMPLE, 'utf8'), SAMPLE);
    assert(config);
    assert.equal(config.data, `/var/lib/${directives(readFileSync(UNIT, 'utf8')).get('Service.StateDirectory')![0]}`);
    for (const sensor of config.sensors) {
      if (sensor.kind === 'serial') assert(findDevice(sensor.device, sensor.model), sensor.device);
    }
    for (const { name, key } of [...config.neighbours, ...config.peers]) assert(key && publicKey(key), name);
  });
});
