import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TextFile } from '../source-tree.ts';
import { roomGraph, roomsOf } from './rooms.ts';

/** A file that imports others, by their paths from its folder. */
const file = (path: string, ...targets: string[]): TextFile => ({
  path,
  text: targets.map((target) => `import type { X } from '${target}';\n`).join(''),
});

test('a room is a folder without folders, or a file beside folders', () => {
  const graph = roomGraph([
    file('src/main.ts', './sense/sink.ts', './sense/serial/line.ts', 'node:fs'),
    file('src/sense/sink.ts'),
    file('src/sense/serial/line.ts', '../sink.ts', './frame.ts'),
    file('src/sense/serial/frame.ts', '../sink.ts', '../../../devices/catalogue.ts'),
  ]);
  assert.deepEqual(
    [...graph].map(([room, targets]) => [room, ...targets]),
    [['src/main', 'src/sense/sink', 'src/sense/serial'], ['src/sense/sink'], ['src/sense/serial', 'src/sense/sink']],
  );
});

test('floors are the longest chain', () => {
  const rooms = roomsOf([
    file('src/top.ts', './a/a.ts', './c/c.ts'),
    file('src/a/a.ts', '../b/b.ts', '../b/again.ts'),
    file('src/b/b.ts', '../c/c.ts'),
    file('src/b/again.ts'),
    file('src/c/c.ts'),
  ]);
  assert.deepEqual(rooms, {
    count: 4,
    edges: 4,
    floors: 4,
    tallest: ['src/top', 'src/a', 'src/b', 'src/c'],
    circles: [],
  });
});

test('rooms in a circle are told, and stand on one floor', () => {
  const { edges, floors, circles } = roomsOf([
    file('src/top.ts', './a/a.ts'),
    file('src/a/a.ts', '../b/b.ts'),
    file('src/b/b.ts', '../c/c.ts'),
    file('src/c/c.ts', '../a/other.ts', '../d/d.ts'),
    file('src/a/other.ts'),
    file('src/d/d.ts'),
  ]);
  assert.deepEqual([edges, floors, circles], [5, 3, ['src/a + src/b + src/c']]);
});
