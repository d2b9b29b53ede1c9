// Loaded before a program with `--import`: writes down the address of every module that the program asks for, one a line.
//
// At once, so that whoever reads the file while the program runs has all there was up to then.
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const log = new URL(import.meta.url).searchParams.get('log')!;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    appendFileSync(log, `${resolved.url}\n`);
    return resolved;
  },
});
