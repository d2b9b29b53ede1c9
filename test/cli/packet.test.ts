// `qis packet`, as the function the command line calls and once as a process of its own.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { type PacketIo, packet } from '../../src/cli/packet.ts';
import { community } from '../../src/packet/community.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { issue } from '../../src/packet/packet.ts';
import { vectorsUrl } from '../vectors/make.ts';
import { smoke } from '../vectors/smoke.ts';

const folder = mkdtempSync(join(tmpdir(), 'qis-packet-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const seed = Buffer.alloc(32, 21);
const identity = temporaryIdentity(seed);
const key = identity.publicKey;
const keyHex = key.bytes.toString('hex');
const stranger = temporaryIdentity().publicKey;
const issued = issue(smoke, identity);
const hex = issued.bytes.toString('hex');

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

async function qis(args: string[], keys: PacketIo['keys'] = []): Promise<Result> {
  const result = { code: -1, stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (result[name] += text) });
  result.code = await packet(args, { stdout: into('stdout'), stderr: into('stderr'), keys });
  return result;
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function assertOneLine(result: Result, pattern: RegExp): void {
  assert.match(result.stderr, /^qis packet: [^\n]+\n$/);
  assert.match(result.stderr, pattern);
  assert.equal(result.stdout, '');
}

test('inspect shows every field with its unit, the derived names and the signature', async () => {
  const { code, stdout, stderr } = await qis(['inspect', hex, '--key', keyHex]);
  assert.equal(code, 0);
  assert.equal(stderr, '');
  const rows = new Map(stdout.split('\n').map((line) => [line.slice(0, 14).trim(), line.slice(14)]));
  assert.equal(rows.get('signature'), 'valid');
  assert.equal(rows.get('packet id'), issued.id.toString('hex'));
  assert.equal(rows.get('node id'), key.nodeId.toString('hex'));
  assert.equal(rows.get('observed'), '85.3 ug/m3 (853)');
  assert.equal(rows.get('finding'), '0 (event)');
  assert.equal(rows.get('age'), '240 s');
  assert.equal(rows.get('issued'), '2026-09-21T14:13:20Z (1790000000)');
  assert.match(rows.get('coarse') ?? '', /^phenomenon 1 \(pm2_5\), latitude_cell 266, longitude_cell 213$/);
  assert.match(rows.get('topic') ?? '', /^qis\/1\/0\/[0-9a-f]{8}\//);
});

test('inspect --json prints one value with stable keys', async () => {
  const { code, stdout } = await qis(['inspect', '--json', hex, '--key', keyHex]);
  assert.equal(code, 0);
  const report = JSON.parse(stdout);
  const keys = 'ok bytes kid packet_id signature key node_id fingerprint address tokens topic outcome expires';
  assert.deepEqual(Object.keys(report), keys.split(' '));
  const { ok, bytes, packet_id, signature, node_id, expires, outcome } = report;
  assert.deepEqual({ ok, bytes, signature }, { ok: true, bytes: issued.bytes.length, signature: 'valid' });
  assert.equal(packet_id, issued.id.toString('hex'));
  assert.equal(node_id, key.nodeId.toString('hex'));
  assert.equal(expires, 1_790_000_000 + 6 * 3600);
  assert.deepEqual(outcome.observed, { raw: 853, value: 85.3, unit: 'ug/m3' });
  assert.deepEqual(outcome.finding, { code: 0, name: 'event' });
  assert.deepEqual(outcome.sensor, { code: 1, name: 'optical_plantower' });
  assert.equal(outcome.context, 'c0ffee01');
});

test('a domain without a profile is shown with its raw integers', async () => {
  const other = issue({ ...smoke, domain: 'soil' }, identity).bytes.toString('hex');
  const report = JSON.parse((await qis(['inspect', other, '--json'])).stdout);
  assert.equal(report.outcome.domain, 'soil');
  assert.deepEqual(report.outcome.observed, { raw: 853, value: null, unit: null });
  assert.equal((await qis(['inspect', other])).code, 0);
});

test('exit codes tell whether the signature holds', async () => {
  const broken = Buffer.from(issued.bytes);
  broken[broken.length - 1]! ^= 1;
  const brokenHex = broken.toString('hex');
  const strangerHex = stranger.bytes.toString('hex');
  const cases: [string[], PacketIo['keys'], number, string][] = [
    [['inspect', hex], [], 0, 'unknown_key'],
    [['inspect', hex], [stranger], 0, 'unknown_key'],
    [['inspect', hex], [stranger, key], 0, 'valid'],
    [['inspect', hex, '--key', strangerHex], [], 1, 'invalid'],
    [['inspect', brokenHex], [], 0, 'unknown_key'],
    [['inspect', brokenHex, '--key', keyHex], [], 1, 'invalid'],
    [['inspect', brokenHex], [key], 1, 'invalid'],
    [['verify', hex], [], 1, 'unknown_key'],
    [['verify', hex, '--key', strangerHex], [], 1, 'invalid'],
    [['verify', hex, '--key', strangerHex, '--key', keyHex], [], 0, 'valid'],
    [['verify', hex], [key], 0, 'valid'],
    [['verify', brokenHex, '--key', keyHex], [], 1, 'invalid'],
  ];
  for (const [args, keys, code, signature] of cases) {
    const result = await qis([...args, '--json'], keys);
    const report = JSON.parse(result.stdout);
    assert.equal(result.code, code, args.join(' '));
    assert.equal(report.signature, signature);
    assert.equal(report.ok, code === 0);
    assert.equal(report.packet_id, signature === 'valid' ? issued.id.toString('hex') : null);
    assert.equal((await qis(args, keys)).code, code);
  }
});

test('a community key is part of what must match', async () => {
  const secret = Buffer.alloc(32, 8);
  const inside = issue(smoke, identity, community(secret)).bytes.toString('hex');
  assert.equal((await qis(['verify', inside, '--key', keyHex])).code, 1);
  assert.equal((await qis(['verify', inside, '--key', keyHex, '--community', secret.toString('hex')])).code, 0);
});

test('packets and keys come as files or as hex', async () => {
  const spaced = `0x${hex.slice(0, 2)} ${hex.slice(2, 60)}\n${hex.slice(60)}\n`;
  const colons = hex.match(/../g)!.join(':').toUpperCase();
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  const privateKey = createPrivateKey({ key: Buffer.concat([head, seed]), format: 'der', type: 'pkcs8' });
  const secretPem = file('private.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const publicPem = file('public.pem', key.keyObject.export({ format: 'pem', type: 'spki' }));
  for (const source of [file('raw', issued.bytes), file('hex', spaced), file('colons', colons), spaced, colons]) {
    for (const by of [keyHex, secretPem, publicPem]) assert.equal((await qis(['verify', source, '--key', by])).code, 0);
  }
});

test('whatever is malformed gives exit 1 and one line, never a trace', async () => {
  const { malformed } = JSON.parse(readFileSync(vectorsUrl, 'utf8')) as {
    malformed: { packet: string; reason: string }[];
  };
  for (const { packet: bad, reason } of malformed) {
    const result = await qis(['inspect', file('bad', Buffer.from(bad, 'hex'))]);
    assert.equal(result.code, 1);
    assertOneLine(result, /not a packet: /);
    assert(result.stderr.includes(reason), reason);
    const json = await qis(['verify', file('bad', Buffer.from(bad, 'hex')), '--json']);
    const message = `not a packet: ${reason}`;
    assert.deepEqual(JSON.parse(json.stdout), { ok: false, error: { code: 'packet_invalid', message } });
  }
});

test('random bytes and random arguments give exit 1 or 2 and one line', async () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 700 }).map((bytes) => file('noise', Buffer.from(bytes))),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('inspect', 'verify', 'x', ''), noise, async (mode, source) => {
      const result = await qis([mode, source]);
      fc.pre(source !== '-h' && source !== '.');
      assert(result.code === 1 || result.code === 2);
      assertOneLine(result, /./);
    }),
    { numRuns: 300 },
  );
});

test('what cannot be a packet file is refused without reading it', async () => {
  assertOneLine(await qis(['inspect', folder]), /not a regular file/);
  assertOneLine(await qis(['inspect', '/dev/zero']), /not a regular file/);
  assertOneLine(await qis(['inspect', file('large', Buffer.alloc(65_537))]), /too large for a packet: 65537 bytes/);
  assertOneLine(await qis(['inspect', join(folder, 'missing\n')]), /neither a file nor hex/);
});

test('wrong usage is exit 2 and says what is wrong', async () => {
  const cases: [string[], RegExp][] = [
    [[], /say inspect or verify/],
    [['inspect'], /give one file/],
    [['inspect', hex, hex], /give one file/],
    [['inspect', hex, '--bogus'], /--bogus/],
    [['inspect', hex, '--key', 'beef'], /--key takes/],
    [['inspect', hex, '--key', '00'.repeat(32)], /--key takes/],
    [['inspect', hex, '--key', file('not.pem', 'no key')], /--key takes/],
    [['inspect', hex, '--community', 'beef'], /--community takes/],
  ];
  for (const [args, pattern] of cases) {
    const result = await qis(args);
    assert.equal(result.code, 2, args.join(' '));
    assertOneLine(result, pattern);
    assert.equal(JSON.parse((await qis([...args, '--json'])).stdout).error.code, 'usage');
  }
});

test('help goes to standard output', async () => {
  const { code, stdout } = await qis(['--help']);
  assert.equal(code, 0);
  assert.match(stdout, /^usage: qis packet/);
});

test('as a process: the report and nothing else', async () => {
  const url = new URL('../../src/cli/packet.ts', import.meta.url).href;
  const script = `import { packet } from '${url}'; process.exitCode = await packet(process.argv.slice(1), process);`;
  const args = ['--input-type=module', '-e', script, '--', 'verify', hex, '--key', keyHex, '--json'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  assert.equal(JSON.parse(stdout).signature, 'valid');
  assert.equal(stderr, '');
});
