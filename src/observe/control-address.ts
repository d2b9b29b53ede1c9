// Where a running gateway is asked: its Unix socket, and the name by which the kernel takes a path that is too long for it.
//
// Invariant: the socket stands in a folder that only its user can write, so nobody else can take its name.
import { closeSync, openSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { socketPathBytesMax } from '../core/limits.ts';
import { sharedFolderProblem } from '../core/private-folder.ts';

export interface ControlAddress {
  readonly path: string;
  /** When nothing listens or asks there any more. */
  readonly release: () => void;
}

/** In the runtime folder that systemd made, else in the data folder. */
export function controlPath(
  dataFolder: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return join(env.RUNTIME_DIRECTORY?.split(':')[0] || resolve(dataFolder), 'qis.sock');
}

/** What the kernel takes for the path: one that is too long is named by its folder, which is held open. Throws as open does. */
export function controlAddress(path: string): ControlAddress {
  if (Buffer.byteLength(path) <= socketPathBytesMax) return { path, release: () => {} };
  let folder: number | undefined = openSync(dirname(path), 'r');
  return {
    path: `/proc/self/fd/${folder}/${basename(path)}`,
    release() {
      if (folder !== undefined) closeSync(folder);
      folder = undefined;
    },
  };
}

/** @throws OperatingError port_unavailable */
export function checkControlFolder(path: string): void {
  const folder = dirname(path);
  const there = statSync(folder, { throwIfNoEntry: false });
  const problem = there && sharedFolderProblem(there, process.geteuid?.());
  if (problem) throw new OperatingError('port_unavailable', `the folder ${folder} ${problem}`);
}

export function unavailable(path: string, cause: Error): OperatingError {
  const message = `cannot listen at ${path} (${reasonOf(cause)}); check that its folder exists and can be written to`;
  return new OperatingError('port_unavailable', message, { cause });
}
