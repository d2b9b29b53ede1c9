import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { csvLineBytesMax, csvUnpackedBytesMin } from '../../../src/core/limits.ts';
import { fileLines, splitCsv } from '../../../src/sense/replay/csv.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

/** The lines of a file with this content, and how many were too long. */
async function linesOf(t: TestContext, content: string | Buffer, name = 'day.csv') {
  const file = join(temporaryFolder(t), name);
  writeFileSync(file, content);
  let tooLong = 0;
  const lines = await Array.fromAsync(fileLines(file, () => void tooLong++));
  return { lines, tooLong };
}

test('cells, with and without quotes', () => {
  const cases: readonly [string, string[]][] = [
    ['a,b,c', ['a', 'b', 'c']],
    ['', ['']],
    [',', ['', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['"say ""hi""",""', ['say "hi"', '']],
    ['"""",x', ['"', 'x']],
    ['"never closed,b', ['never closed,b']],
    ['a"b,c"d', ['ab,cd']],
  ];
  for (const [line, cells] of cases) assert.deepEqual(splitCsv(line), cells, line);
});

test('cells that are written come back', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', ' ', '1', '.'), maxLength: 8 });
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 6 }), (cells) => {
      const line = cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(',');
      assert.deepEqual(splitCsv(line), cells);
    }),
  );
});

test('both line ends, empty lines, a mark at the start, no end at the end', async (t) => {
  const { lines } = await linesOf(t, '\uFEFFtime,pm\r\n1,2\n\r\n  \n3,4\r\n\n5,6');
  assert.deepEqual(lines, ['time,pm', '1,2', '3,4', '5,6']);
  assert.deepEqual((await linesOf(t, 'a\r\nb\r\n')).lines, ['a', 'b']);
  assert.deepEqual((await linesOf(t, '')).lines, []);
});

test('a character that two chunks of the file share stays whole', async (t) => {
  // 65,536 bytes are one chunk; the sign of micro takes two of them.
  const content = `${'x'.repeat(60_000)}\n${'y'.repeat(5_534)}µ\nend\n`;
  const { lines } = await linesOf(t, content);
  assert.deepEqual(lines.slice(1), [`${'y'.repeat(5_534)}µ`, 'end']);
});

test('a packed file reads as the file it holds, in several parts too', async (t) => {
  const parts = [gzipSync('time,pm\n1,2\n'), gzipSync('3,4\n')];
  assert.deepEqual((await linesOf(t, Buffer.concat(parts), 'day.csv.gz')).lines, ['time,pm', '1,2', '3,4']);
});

test('a line over the cap is passed over and counted once, wherever it stands', async (t) => {
  const fits = 'f'.repeat(csvLineBytesMax);
  const over = 'o'.repeat(csvLineBytesMax + 1);
  const huge = 'h'.repeat(10 * csvLineBytesMax);
  const { lines, tooLong } = await linesOf(t, ['a', over, fits, huge, 'b', huge].join('\n'));
  assert.deepEqual(lines, ['a', fits, 'b']);
  assert.equal(tooLong, 3);
});

test('what cannot be read is one clear error that names the file', async (t) => {
  const packed = gzipSync('time,pm\n'.repeat(10_000));
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'folder.csv'));
  writeFileSync(join(folder, 'cut.csv.gz'), packed.subarray(0, packed.length - 20));
  writeFileSync(join(folder, 'plain.csv.gz'), 'time,pm\n1,2\n');
  for (const name of ['absent.csv', 'absent.csv.gz', 'folder.csv', 'cut.csv.gz', 'plain.csv.gz']) {
    await assert.rejects(
      Array.fromAsync(fileLines(join(folder, name), assert.fail)),
      ({ name: type, code, message }: Error & { code: string }) =>
        type === 'OperatingError' && code === 'input_unreadable' && message.includes(join(folder, name)),
      name,
    );
  }
});

test('who stops early leaves no open file', async (t) => {
  for (const name of ['day.csv', 'day.csv.gz']) {
    const file = join(temporaryFolder(t), name);
    const text = '1,2\n'.repeat(100_000);
    writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
    for await (const line of fileLines(file, assert.fail)) {
      assert.equal(line, '1,2');
      break;
    }
    // The descriptor is closed on the next turns of the event loop.
    while (process.getActiveResourcesInfo().includes('FSReqCallback')) await new Promise(setImmediate);
  }
});

test('a packed file that unpacks to more than a recording does is an error, in constant memory', async (t) => {
  const part = gzipSync(Buffer.alloc(1_048_576));
  const parts = csvUnpackedBytesMin / 1_048_576 + 1;
  const file = join(temporaryFolder(t), 'bomb.csv.gz');
  writeFileSync(file, Buffer.concat(Array.from({ length: parts }, () => part)));
  const lines = Array.fromAsync(fileLines(file, () => {}));
  await assert.rejects(lines, {
    code: 'input_unreadable',
    message: /bomb\.csv\.gz \(it unpacks to more than \d+ bytes/,
  });
});
