// Deposits, questions and advice through the commands: a real gateway, its socket, and its database when it has stopped.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify as yamlOf } from 'yaml';
import { command as advise } from '../../src/cli/advise.ts';
import { command as deposit } from '../../src/cli/deposit.ts';
import { command as query } from '../../src/cli/query.ts';
import { depositsFileBytesMax } from '../../src/core/deposit-limits.ts';
import { OperatingError } from '../../src/core/errors.ts';
import { controlPath } from '../../src/observe/control-address.ts';
import { readStatus } from '../../src/observe/control-client.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { qis as runMain } from './qis.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
const START_MS = Date.UTC(2026, 0, 5);
/** Ten seconds in which nothing is issued are short then. */
const FACTOR = 100;

const run = (change: object = {}) => ({
  domain: 'finetune',
  where: { task: 'translation', tags: ['swahili'], data_scale: 5_000 },
  action: { name: 'lora', rank: 16, learning_rate: 2e-4 },
  score: 0.71,
  effect: 0.042,
  standard_error: 0.011,
  samples: 900,
  confidence: 0.8,
  ...change,
});

const WHERE = [
  '--domain',
  'finetune',
  '--where',
  'task=translation',
  '--where',
  'tags=swahili',
  '--where',
  'data_scale=6000',
];

function configured(t: TestContext): string {
  const folder = temporaryFolder(t);
  writeFileSync(
    join(folder, 'qis.yaml'),
    'name: lab\nbroker: off\nsensors: []\nclock: synchronised\ndomains: [air, finetune]\n',
  );
  return folder;
}

async function started(t: TestContext, folder: string): Promise<ChildProcess> {
  const { RUNTIME_DIRECTORY: _, ...env } = process.env;
  const clock = ['--clock-origin', `${Date.now()}:${START_MS}`, '--clock-factor', `${FACTOR}`];
  const child = spawn(process.execPath, [MAIN, 'run', ...clock], { cwd: folder, env, stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  const path = controlPath(join(folder, 'data'), {});
  while (!(await readStatus(path).catch(() => undefined))) await sleep(20);
  return child;
}

const COMMANDS = { deposit, query, advise };

/** In this process, which is quicker: what a command says, and how it ends; a failure as main.ts has it, with its code. */
async function qis([name, ...args]: readonly string[], cwd: string, input = '') {
  const said = { code: 0, stdout: '', stderr: '' };
  const output = (to: 'stdout' | 'stderr') => ({
    write(text: string) {
      said[to] += text;
    },
  });
  const [stdout, stderr, stdin] = [output('stdout'), output('stderr'), Readable.from([Buffer.from(input)])];
  try {
    const io = { stdin, stdout, stderr, signal: AbortSignal.any([]), cwd, env: {} };
    said.code = await COMMANDS[name as keyof typeof COMMANDS].run(args, io);
  } catch (error) {
    assert(error instanceof OperatingError);
    Object.assign(said, { code: 1, stderr: `${error.code}: ${error.message}\n` });
  }
  return said;
}

async function json(args: string[], folder: string, input?: string) {
  const { code, stdout, stderr } = await qis([...args, '--json'], folder, input);
  return { code, stderr, value: JSON.parse(stdout) };
}

test('what was deposited is found and advised, by the gateway and by its database', { timeout: 60_000 }, async (t) => {
  const folder = configured(t);
  const early = await qis(['deposit', '-'], folder, JSON.stringify(run()));
  assert.deepEqual(
    [early.code, early.stderr],
    [1, 'agent_silent: the gateway is not running; start it (qis run), then deposit again\n'],
  );
  const child = await started(t, folder);
  const one = await json(['deposit', '-'], folder, JSON.stringify(run()));
  assert.equal(one.code, 0);
  const list = [
    run({ action: { name: 'lora', rank: 'x' } }),
    run({ samples: 0 }),
    run({ score: 0.4, action: 'full' }),
    7,
  ];
  writeFileSync(join(folder, 'runs.yaml'), JSON.stringify(list, null, 1));
  const several = await json(['deposit', 'runs.yaml'], folder);
  assert.equal(several.code, 1);
  assert.deepEqual(
    several.value.results.map(({ reason = '' }) => reason),
    [
      'deposits[0].action.rank: "x" is not a number',
      'deposits[1].samples: 0 is not a whole number from 1',
      '',
      'deposits[3]: 7 is not a deposit',
    ],
  );
  const alike = await qis(['deposit', '-'], folder, JSON.stringify([7, 7, 7, run({ samples: 0 }), 7]));
  assert.deepEqual(alike.stderr.split('\n').slice(0, -1), [
    'deposits[0] to deposits[2]: 7 is not a deposit',
    'deposits[3].samples: 0 is not a whole number from 1',
    'deposits[4]: 7 is not a deposit',
  ]);
  const unnamed = await qis(['deposit', '-'], folder, 'score: .nan\n'.concat(yamlOf({ ...run(), score: undefined })));
  assert.equal(unnamed.stderr, 'score: "NaN" is not a number\n');
  let packets: { id: string; widened: number; origin: string }[] = [];
  while (packets.length < 2) packets = (await json(['query', ...WHERE], folder)).value.packets;
  const [best, other] = packets as [(typeof packets)[0], (typeof packets)[0]];
  const { id, origin, age_s, where, ...rest } = best as unknown as Record<string, unknown>;
  assert.match(`${id} ${origin}`, /^[0-9a-f]{32} [0-9a-f]{32}$/);
  assert.deepEqual(rest, {
    similarity: 0.973,
    widened: 0,
    score: 0.71,
    confidence: 0.8,
    samples: 900,
    effect: 0.042,
    action: { rank: 16, learning_rate: 0.0002, name: 'lora' },
    standard_error: 0.011,
  });
  assert.equal(typeof age_s, 'number');
  assert.deepEqual(Object.keys(where as object), ['task', 'tags', 'data_scale']);

  const advice = await json(['advise', ...WHERE], folder);
  assert.deepEqual([advice.code, advice.value.action], [0, { rank: 16, learning_rate: 0.0002, name: 'lora' }]);
  assert.deepEqual([advice.value.evidence, advice.value.best_single.id, advice.value.origins], [[best.id], best.id, 1]);
  const own = await qis(['deposit', '--about', other.id, '--worked'], folder);
  assert.deepEqual([own.code, own.stderr], [1, `about: ${other.id} is a deposit of this gateway itself\n`]);
  assert.match(
    (await qis(['advise', ...WHERE], folder)).stdout,
    /^do: lora, rank 16, learning rate 0.0002\nexpect: \+0.042 /,
  );
  assert.match(
    (await qis(['query', ...WHERE, '--top', '1'], folder)).stdout,
    /^lora, rank 16.* by [0-9a-f]{8}; [0-9a-f]{32}\n$/,
  );

  const shown = await runMain(['packet', 'inspect', best.id], folder);
  for (const line of [
    'coarse      task 2208092438 (translation), tag_1 ',
    'action      lora, rank 16, learning rate 0.0002\n',
    'observed    0.042 1 (420)\n',
  ])
    assert.ok(shown.stdout.includes(line), shown.stdout);

  child.kill('SIGTERM');
  await once(child, 'close');
  const stored = await json(['query', ...WHERE, '--min-confidence', '0.5'], folder);
  assert.deepEqual(
    stored.value.packets.map((packet: { id: string }) => packet.id),
    packets.map((packet) => packet.id),
  );
  assert.deepEqual((await json(['advise', ...WHERE], folder)).value.evidence, [best.id]);
});

test('bad input is one line with key and value', async (t) => {
  const folder = configured(t);
  writeFileSync(join(folder, 'large.json'), `[${' '.repeat(depositsFileBytesMax)}]`);
  writeFileSync(join(folder, 'binary'), Buffer.of(0x7b, 0, 0xff, 0xfe));
  writeFileSync(join(folder, 'aliases.yaml'), 'a: &a [x]\nb: *a\n');
  writeFileSync(join(folder, 'broken.json'), '[{"domain": ');
  writeFileSync(join(folder, 'empty.json'), '[]');
  const air = ['--domain', 'air'];
  const lines: [string[], RegExp][] = [
    [['deposit', 'none.json'], /^input_unreadable: cannot read none.json: ENOENT.*$/],
    [['deposit', 'large.json'], /: cannot read large.json: it is larger than \d+ bytes; hand it in in parts$/],
    [['deposit', 'binary'], /: cannot read binary: it is not text$/],
    [['deposit', 'broken.json'], /: broken.json is not JSON: .*$/],
    [['deposit', 'aliases.yaml'], /: aliases.yaml holds an alias.*$/],
    [['deposit', 'empty.json'], /: empty.json holds an empty list$/],
    [['deposit'], /^usage: name a file with deposits, or - for standard input$/],
    [['deposit', '--about', 'ab'.repeat(16)], /^usage: say either --worked or --did-not$/],
    [['query', '--where', 'task=x'], /^usage: --domain: is missing; this gateway has air, finetune$/],
    [
      ['query', '--domain', 'clinical'],
      /^usage: --domain: "clinical" is not one of this gateway.*domains: \[air, finetune, clinical\] in its configuration$/,
    ],
    [['query', '--domain', 'finetun'], /^usage: .*did you mean "finetune"\?$/],
    [['query', ...air, '--where', 'falt=stuck'], /^usage: where.falt: .*did you mean "fault"\?$/],
    [['query', ...air, '--where', 'temperature=warm'], /^usage: where.temperature: "warm" is not a number$/],
    [['query', ...air, '--where', 'fault'], /^usage: --where "fault" is not key=value$/],
    [['query', ...air, '--top', '0'], /^usage: top: 0 is not a whole number from 1 to 1000$/],
    [['query', ...air, '--min-confidence', 'high'], /^usage: --min-confidence "high" is not a number$/],
    [['advise', ...air], /^usage: where.fault: is missing$/],
    [
      ['advise', ...air, '--where', 'fault=stuck'],
      /^not_found: nothing that was deposited in air compares with this.*$/,
    ],
  ];
  for (const [args, pattern] of lines) assert.match((await qis(args, folder)).stderr.trimEnd(), pattern);
  const nothing = await qis(['query', ...air, '--where', 'fault=stuck'], folder);
  assert.deepEqual([nothing.code, nothing.stdout], [0, 'nothing was deposited in air that compares with this\n']);
});
