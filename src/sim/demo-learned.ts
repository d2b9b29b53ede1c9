// Keeps what the demo's gateways learned in a folder, so that the next demo need not learn it again.
//
//     <folder>/world.json    the world it was learned in, and what the gateways reported meanwhile
//     <folder>/<gateway>/    its data folder: key and database
//
// Invariant: the folder appears whole or not at all, so several demos may share one.
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OperatingError, reasonOf } from '../core/errors.ts';
import type { TimedEvent } from '../core/events.ts';
import { DEMO } from './demo-world.ts';

const WORLD = JSON.stringify(DEMO);

const namesOf = () => Array.from({ length: DEMO.gateways }, (_, index) => `gateway-${index + 1}`);

/**
 * Copies the data folders to where the demo's gateways look for theirs.
 * @param root of the gateways' folders
 * @returns what they reported while they learned; undefined where nothing was kept yet
 * @throws OperatingError input_unreadable, for something else in that folder or for another world
 */
export function takeLearned(folder: string, root: string): TimedEvent[] | undefined {
  if (!existsSync(folder)) return undefined;
  try {
    const { world, events } = JSON.parse(readFileSync(join(folder, 'world.json'), 'utf8'));
    if (JSON.stringify(world) !== WORLD) throw new Error('the world of the demo has changed since');
    for (const name of namesOf()) cpSync(join(folder, name), join(root, name, 'data'), { recursive: true });
    return events;
  } catch (cause) {
    const message = `cannot use what was learned in ${folder} (${reasonOf(cause)}); delete it, or name a folder that is not there yet`;
    throw new OperatingError('input_unreadable', message, { cause });
  }
}

/** @param events what the gateways reported while they learned */
export function keepLearned(folder: string, root: string, events: readonly TimedEvent[]): void {
  const made = mkdtempSync(join(dirname(folder), 'qis-learned-'));
  try {
    for (const name of namesOf()) cpSync(join(root, name, 'data'), join(made, name), { recursive: true });
    writeFileSync(join(made, 'world.json'), JSON.stringify({ world: DEMO, events }));
    // Where another demo was first, its folder is as good.
    if (!existsSync(folder)) renameSync(made, folder);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}
