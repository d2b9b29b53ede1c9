// Makes package-lock.json.
//
// better-sqlite3 ships prebuilt binaries and says `gypfile: false`, but npm drops that field from the lock file, and
// `npm ci` then calls node-gyp, which fails where there is no compiler. So the field is written back after npm is done.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const PATH = new URL('../package-lock.json', import.meta.url);

execFileSync('npm', ['install', '--package-lock-only', '--ignore-scripts', '--omit-lockfile-registry-resolved'], {
  stdio: 'inherit',
});
const lock = JSON.parse(readFileSync(PATH, 'utf8'));
lock.packages['node_modules/better-sqlite3'].gypfile = false;
writeFileSync(PATH, `${JSON.stringify(lock, null, 2)}\n`);
