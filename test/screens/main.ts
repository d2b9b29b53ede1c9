// `npm run screens`: runs gateways on made-up sensors, takes the screens that README shows, and writes them there.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Scope } from '../scope.ts';
import { withScreen } from './page.ts';
import { SCREENS, toldBy } from './screens.ts';
import { openStage } from './stage.ts';

const README = new URL('../../README.md', import.meta.url);
const TOLD = new URL('told.json', import.meta.url);

const ends: (() => unknown)[] = [];
const scope: Scope = {
  after: (end) => void ends.unshift(end),
  diagnostic: () => {},
  skip: (message) => {
    throw new Error(message);
  },
};

try {
  const told = await toldBy(await openStage(scope));
  let page = readFileSync(README, 'utf8');
  for (const [name, linesOf] of Object.entries(SCREENS)) {
    const lines = linesOf(told);
    page = withScreen(page, name, lines);
    process.stdout.write(`${lines.join('\n')}\n\n`);
  }
  writeFileSync(TOLD, `${JSON.stringify(told, undefined, 1)}\n`);
  writeFileSync(README, page);
} finally {
  for (const end of ends) await end();
}
