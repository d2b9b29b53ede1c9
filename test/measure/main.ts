// `npm run -s measure -- [--json] [--files] [--tests]`: how large and how entangled the program is; a table or one JSON object.
//
// Sizes and rooms come from the text of src/, the files entered from a gateway that runs in this process, the rest from the
// bundle. --files lists what is counted; --tests runs all tests as well.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { table } from '../bench/table.ts';
import { filesIn, ROOT } from '../source-tree.ts';
import { enteredFiles } from './entered-files.ts';
import { functionFigures } from './functions.ts';
import { roomsOf } from './rooms.ts';
import { shippedSize } from './shipped-size.ts';
import { sourceSize } from './source-size.ts';
import { suiteFigures } from './suite.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    files: { type: 'boolean', default: false },
    tests: { type: 'boolean', default: false },
  },
});

const files = filesIn('src', '.ts');
const { long, ...functions } = functionFigures(files);
const { tallest, ...rooms } = roomsOf(files);
const entered = await enteredFiles();
const figures = {
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim(),
  source: sourceSize(files),
  functions: { ...functions, ...(values.files && { long }) },
  rooms: { ...rooms, ...(values.files && { tallest }) },
  files_entered: Object.fromEntries(Object.entries(entered).map(([path, { length }]) => [path, length])),
  ...(values.files && { entered }),
  shipped: await shippedSize(),
  ...(values.tests && { suite: await suiteFigures() }),
};
process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : table(figures));
