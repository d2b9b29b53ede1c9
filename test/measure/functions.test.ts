import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functionFigures, functionSizes } from './functions.ts';

const TEXT = `// What is counted.
export const arrow = (x: number) => {
  return [x].map((one) => one + 1);
};
type Shape = (x: number) => void;
class Box {
  constructor() {}
  get size(): number {
    return '{'.length;
  }
}
function over(x: string): void;
function over(x: unknown) {
  // }
}
`;

test('every function with a body is found, with its name and lines', () => {
  const found = functionSizes([{ path: 'src/a/b.ts', text: TEXT }]);
  assert.deepEqual(
    found.map(({ name, line, lines }) => [name, line, lines]),
    [
      ['arrow', 2, 3],
      ['(none)', 3, 1],
      ['constructor', 7, 1],
      ['size', 8, 3],
      ['over', 13, 3],
    ],
  );
});

test('functions of more than 50 lines are told, the longest first', () => {
  const long = (name: string, lines: number) => `function ${name}() {\n${'void 0;\n'.repeat(lines - 2)}}\n`;
  const { count, over_50_lines, lines_max, longest } = functionFigures([
    { path: 'src/a.ts', text: long('a', 50) },
    { path: 'src/b.ts', text: long('b', 51) + long('c', 60) },
  ]);
  assert.deepEqual([count, over_50_lines, lines_max, longest], [3, 2, 60, 'src/b.ts:52 c']);
});
