// Gateways that are neighbours as README has them: each has an account for the other, the password in a file at either
// side, and the other's public key.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from './firsthour-desk.ts';

export type Entry = Readonly<Record<string, unknown>>;

export interface Side {
  /** For `broker`. */
  readonly broker: Entry;
  /** For `neighbours`, one for each of the others. */
  readonly entries: readonly Entry[];
}

/** Writes the password files. @returns what stands in the configuration of each */
export function acquainted(sites: readonly Site[]): Map<Site, Side> {
  for (const own of sites) {
    for (const other of sites.filter((site) => site !== own)) {
      const password = `${randomBytes(16).toString('hex')}\n`;
      writeFileSync(join(own.folder, `${other.name}.password`), password, { mode: 0o600 });
      writeFileSync(join(other.folder, `at-${own.name}.password`), password, { mode: 0o600 });
    }
  }
  return new Map(
    sites.map((own) => {
      const others = sites.filter((site) => site !== own);
      const accounts = others.map(({ name }) => ({ name, password_file: `./${name}.password`, role: 'gateway' }));
      const entries = others.map(({ name, port, key }) => {
        const login = { username: own.name, password_file: `./at-${name}.password` };
        return { name, url: `mqtt://127.0.0.1:${port}`, ...login, key };
      });
      return [own, { broker: { listen: '127.0.0.1', port: own.port, accounts }, entries }];
    }),
  );
}
