// What the documentation tells an operator to write into a configuration or a manifest is in order.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadManifest } from '../src/cli/replay-manifest.ts';
import { checkConfig } from '../src/config/config.ts';
import { loadDevice } from '../src/config/device-profile.ts';
import { refusedSensors } from '../src/gateway/sensor.ts';
import { LINK_FAILURES } from '../src/route/mqtt/link-failure.ts';
import { screenIn, withScreen } from './screens/page.ts';
import { SCREENS, type Told } from './screens/screens.ts';
import { filesIn } from './source-tree.ts';
import { temporaryFolder } from './temporary-folder.ts';

const PAGES = ['README.md', 'docs/devices.md', 'docs/operators.md', 'docs/programs.md', 'firmware-bridge/README.md'];

const examplesOf = (page: string): string[] =>
  [...readFileSync(new URL(`../${page}`, import.meta.url), 'utf8').matchAll(/```yaml\n(.*?)```/gs)].map(
    ([, text]) => text!,
  );

/** A part of a configuration, made a whole one. */
function whole(example: string): string {
  const sensors = example.startsWith('  - ') ? `sensors:\n${example}` : example;
  return `name: example\n${sensors}`;
}

for (const page of PAGES) {
  test(`${page}: every example is in order`, async (t) => {
    const examples = examplesOf(page);
    assert.ok(examples.length > 0);
    for (const example of examples) {
      if (/^(framing|convention):/m.test(example)) {
        const file = join(temporaryFolder(t), 'own.yaml');
        writeFileSync(file, example);
        assert.equal('serial' in loadDevice(file), example.includes('framing:'));
        continue;
      }
      const { config, problems } = checkConfig(whole(example), '/etc/qis-edge/qis.yaml');
      assert.deepEqual(problems, [], example);
      assert.deepEqual(await refusedSensors(config!.sensors), [], example);
    }
  });
}

test('docs/operators.md: every line that the log can print about links has its row', () => {
  const page = readFileSync(new URL('../docs/operators.md', import.meta.url), 'utf8');
  const source = readFileSync(new URL('../src/route/mqtt/link.ts', import.meta.url), 'utf8');
  const own = [...source.matchAll(/['`](the neighbour [^'`$]*?) ?(?:\$|['`])/g)].map(([, text]) => text!);
  assert.ok(own.length >= 4, 'the reasons of link.ts were seen');
  const events = ['link to hub is up', 'link to hub is down (', 'dropped a link frame from link:hub: '];
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  for (const text of [...LINK_FAILURES.map(({ says }) => says), ...own, ...events])
    assert.ok(
      rows.some((row) => row.includes(text)),
      text,
    );
});

test('docs/operators.md: what is wrong with a neighbour has its row, too', () => {
  const page = readFileSync(new URL('../docs/operators.md', import.meta.url), 'utf8');
  const source = readFileSync(new URL('../src/gateway/neighbour-problem.ts', import.meta.url), 'utf8');
  const own = [...source.matchAll(/return `\$\{name\}([^$`]*)/g)].map(([, text]) => text!.slice(0, 50).trimEnd());
  assert.equal(own.length, 7);
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  for (const text of own)
    assert.ok(
      rows.some((row) => row.includes(text)),
      text,
    );
});

test('README: each screen has its place, and says what the product would say of the same today (npm run screens)', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const told: Told = JSON.parse(readFileSync(new URL('screens/told.json', import.meta.url), 'utf8'));
  for (const [name, linesOf] of Object.entries(SCREENS)) assert.deepEqual(screenIn(readme, name), linesOf(told), name);
  // Explanations are not made again: what they say beside names and numbers still stands in the sources that make them.
  const sources = filesIn('src/observe', '.ts').map(({ text }) => text);
  const pieces = sources.flatMap((text) => text.split(/['"`\n${}]/)).filter((piece) => /[a-z]{3}/.test(piece));
  for (const line of told.explained) {
    const isSaid = Array.from(line, () => false);
    for (const piece of pieces)
      for (let at = line.indexOf(piece); at >= 0; at = line.indexOf(piece, at + 1))
        isSaid.fill(true, at, at + piece.length);
    const rest = Array.from(line, (letter, at) => (isSaid[at] ? ' ' : letter)).join('');
    assert.doesNotMatch(rest.replaceAll(/gateway-\d|\b[0-9a-f]{8}\b/g, ' '), /[a-z]{4}/, line);
  }
  assert.deepEqual(withScreen(readme, 'log', screenIn(readme, 'log')!), readme);
  assert.throws(() => withScreen('no screen', 'log', []), /has no <!-- screen: log -->/);
});

test('docs/replay.md: every manifest is in order', (t) => {
  const manifests = examplesOf('docs/replay.md');
  assert.ok(manifests.length > 0);
  for (const text of manifests) {
    const file = join(temporaryFolder(t), 'manifest.yaml');
    writeFileSync(file, text);
    assert.equal(loadManifest(file, undefined).detector, 'departure');
  }
});
