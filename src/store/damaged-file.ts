// Sets a damaged database aside, so that the agent can start with a new one.
//
// It goes with its write-ahead log, under names that SQLite's own tools take for a pair, for somebody to look at. The
// newest few are kept; a disk that damages files must not be filled by them.
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { damagedFilesMax } from '../core/limits.ts';

/** @returns the new path, `<path>.damaged-<n>` with n rising */
export function setAside(path: string): string {
  const numbers = damagedNumbers(path);
  const moved = `${path}.damaged-${(numbers.at(-1) ?? 0) + 1}`;
  renameSync(path, moved);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${moved}-wal`);
  rmSync(`${path}-shm`, { force: true });
  for (const number of numbers.slice(0, Math.max(0, numbers.length + 1 - damagedFilesMax))) {
    rmSync(`${path}.damaged-${number}`, { force: true });
    rmSync(`${path}.damaged-${number}-wal`, { force: true });
  }
  return moved;
}

function damagedNumbers(path: string): number[] {
  const start = `${basename(path)}.damaged-`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length)))
    .map((name) => Number(name.slice(start.length)))
    .sort((a, b) => a - b);
}
