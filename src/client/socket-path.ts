// Finds the socket of the gateway that a program means: named itself, or by data folder, or by configuration file.
//
// As commands do (src/cli/config-file.ts): without any, ./qis.yaml, else the configuration of the service. Of the file
// `data` alone is read, so that one that this version refuses elsewhere still leads to its gateway.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { controlPath } from '../observe/control-address.ts';
import type { ConnectOptions } from './contract.ts';
import { QisError } from './qis-error.ts';

const SERVICE_CONFIG = '/etc/qis-edge/qis.yaml';
const DATA_DEFAULT = './data';

/** @throws QisError config_missing, config_invalid */
export async function socketPath({ socket, data, config }: ConnectOptions): Promise<string> {
  const named = Object.entries({ socket, data, config }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (named.length > 1) throw new QisError('usage', `${named.join(' and ')} both name a gateway; keep one`);
  if (socket !== undefined) return resolve(socket);
  return controlPath(data === undefined ? await dataIn(config ?? configHere()) : resolve(data));
}

function configHere(): string {
  const here = resolve('qis.yaml');
  const found = [here, SERVICE_CONFIG].find(existsSync);
  if (found !== undefined) return found;
  const message = `there is no ${here} and no ${SERVICE_CONFIG}; name the socket, the data folder or the configuration`;
  throw new QisError('config_missing', message);
}

async function dataIn(file: string): Promise<string> {
  const path = resolve(file);
  // Only programs that name no socket need it.
  const { parse } = await import('yaml');
  try {
    const { data = DATA_DEFAULT } = (parse(readFileSync(path, 'utf8')) ?? {}) as { data?: unknown };
    return resolve(dirname(path), String(data));
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = `cannot read ${path} (${cause instanceof Error ? cause.message.split('\n', 1)[0] : cause}); name the socket or the data folder instead`;
    throw new QisError(isMissing ? 'config_missing' : 'config_invalid', message, { cause });
  }
}
