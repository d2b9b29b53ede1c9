// Mistakes in how recordings are read: rows, times, packed files.
import type { Mutation } from './mutation.ts';

export const RECORDING_MUTATIONS: readonly Mutation[] = [
  {
    name: 'a recording goes back in time',
    file: 'src/sense/replay/row-order.ts',
    find: 'if (timeMs < (waiting.at(-1)?.timeMs ?? lastMs)) {',
    replace: 'if (timeMs < Number.NEGATIVE_INFINITY) {',
    tests: ['test/sense/replay/row-order.test.ts'],
  },
  {
    name: 'a line of a table of any length is held',
    file: 'src/sense/replay/csv.ts',
    find: 'if (rest.length > csvLineBytesMax) {',
    replace: 'if (rest.length > 1e9) {',
    tests: ['test/sense/replay/csv.test.ts'],
  },
  {
    name: 'a cell that is no number is 0',
    file: 'src/sense/replay/replay.ts',
    find: 'const value = convert(Number(cell));',
    replace: 'const value = convert(Number(cell) || 0);',
    tests: ['test/sense/replay/replay.test.ts'],
  },
  {
    name: 'a packed file unpacks without end',
    file: 'src/sense/replay/csv.ts',
    find: 'unpacked > unpackedMax',
    replace: 'unpacked > Infinity',
    tests: ['test/sense/replay/csv.test.ts'],
  },
  {
    name: 'the first line of any file is told as columns',
    file: 'src/sense/replay/replay.ts',
    find: 'names.includes(asked.column)',
    replace: 'asked.column !== undefined',
    tests: ['test/sense/replay/replay.test.ts'],
  },
];
