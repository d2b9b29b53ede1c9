// Finds the configuration file of a command: the one that is named, else qis.yaml in the caller's folder, else the one of
// the service.
//
// Whatever lies at a place is taken, a broken link or a file of others too, and refused by name when it is read. So a
// command never works on another gateway than the one whose configuration its caller looks at.
import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { OperatingError } from '../core/errors.ts';
import type { Io } from './command.ts';

/** Of a gateway that systemd runs (deploy/qis-edge.service). */
const SERVICE_CONFIG = '/etc/qis-edge/qis.yaml';

/** The same in every command that takes one. @param width of the column of options, in letters */
export const configHelp = (width = 11): string =>
  `${'--config'.padEnd(width)}the gateway's configuration file; unless named ./qis.yaml, or else ${SERVICE_CONFIG}`;

export const CONFIG_HELP = configHelp();

/**
 * @param named as the caller wrote it; undefined: the usual places
 * @param service the place that is looked at last
 * @returns an absolute path
 * @throws OperatingError config_missing when there is none at the usual places
 */
export function configFile(named: string | undefined, { cwd }: Pick<Io, 'cwd'>, service = SERVICE_CONFIG): string {
  if (named !== undefined) return resolve(cwd, named);
  const here = resolve(cwd, 'qis.yaml');
  const found = [here, service].find(isThere);
  if (found !== undefined) return found;
  const message = `there is no ${here} and no ${service}; make one with qis init, or name it with --config`;
  throw new OperatingError('config_missing', message);
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // Its folder may not be looked into: reading it says so.
    return true;
  }
}
