// What kill -9, a bad card and an old backup do to the database: no sequence is used twice, as neighbours see it, and the
// gateway comes up again.
import assert from 'node:assert/strict';
import { cpSync, existsSync, rmSync, truncateSync } from 'node:fs';
import Database from 'better-sqlite3';
import { parse } from '../../src/packet/packet.ts';
import { storePath } from '../../src/store/database.ts';
import type { Attack, Scene } from './attack.ts';
import { insider } from './insider.ts';
import { pulse, SOUTH, until, type Victim, victim, within } from './victim.ts';

/** Seconds of the gateway's clock in one of ours: the first ten of a process pass in 80 ms. */
const FACTOR = 120;

/** Starts it, has it conclude something, and cuts its power. @returns ids of its packets by sequence, as a neighbour saw them */
async function life(scene: Scene, target: Victim): Promise<Map<number, string>> {
  const issued = () => target.process.events.items.filter(({ type }) => type === 'packet_issued').length;
  const before = issued();
  await target.process.start();
  const south = await insider(scene, target, SOUTH);
  await south.client.subscribeAsync('qis/1/#', { qos: 1 });
  await target.process.feed();
  const own = () =>
    south.heard.items.flatMap(({ bytes }) => {
      const parsed = parse(bytes);
      return parsed.ok && parsed.packet.kid.equals(target.key.kid) ? [parsed.packet] : [];
    });
  await within(
    until(() => issued() > before && own().length >= issued() - before),
    'it concluded nothing, or told nobody',
    30_000,
  );
  await target.process.kill();
  return new Map(own().map(({ outcome, signature }) => [outcome.sequence, signature.toString('hex')]));
}

/** @param befall what happens to the file of the database while nothing runs */
function lost(name: string, befall: (path: string) => void): Attack {
  return {
    name,
    async run(scene) {
      const target = await victim(scene, { factor: FACTOR });
      const path = storePath(target.folder);
      const first = await life(scene, target);
      befall(path);
      const second = await life(scene, target);
      const [last, next] = [Math.max(...first.keys()), Math.min(...second.keys())];
      assert(next > last, `sequence ${next} came after ${last}`);
      await target.process.start();
      await (await pulse(scene, target)).endured();
    },
  };
}

const withoutLog = (befall: (path: string) => void) => (path: string) => {
  rmSync(`${path}-wal`, { force: true });
  befall(path);
};

const edited = (sql: string) => (path: string) => {
  const database = new Database(path);
  database.exec(sql);
  database.close();
};

const restored: Attack = {
  name: 'an old copy of the database put back',
  async run(scene) {
    const target = await victim(scene, { factor: FACTOR });
    const path = storePath(target.folder);
    const files = [path, `${path}-wal`].map((file) => ({ file, copy: `${file}.old` }));
    await life(scene, target);
    for (const { file, copy } of files) if (existsSync(file)) cpSync(file, copy);
    const second = await life(scene, target);
    for (const { file } of files) rmSync(file, { force: true });
    for (const { file, copy } of files) if (existsSync(copy)) cpSync(copy, file);
    const third = await life(scene, target);
    const [last, next] = [Math.max(...second.keys()), Math.min(...third.keys())];
    assert(next > last, `sequence ${next} came after ${last}`);
  },
};

export const DATABASE_ATTACKS: readonly Attack[] = [
  lost(
    'a write-ahead log lost after kill -9',
    withoutLog(() => {}),
  ),
  lost(
    'a database of one byte after kill -9',
    withoutLog((path) => truncateSync(path, 1)),
  ),
  lost('a database of another version', edited('PRAGMA user_version = 99')),
  lost('a database that lacks a table', edited('PRAGMA foreign_keys = 0; DROP TABLE packets')),
  restored,
];
