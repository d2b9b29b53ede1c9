// What is attacked: the sources, or the bundle, which is built when it is first asked for; both with the flags of the service.
import { join } from 'node:path';
import { NODE_FLAGS, openShippedAgent, type ShippedAgent } from '../bench/shipped-agent.ts';
import { ROOT } from '../source-tree.ts';
import type { Target } from './attack.ts';

export interface Programs extends Disposable {
  /** @returns what Node runs: flags, and a file */
  of(target: Target): Promise<readonly string[]>;
}

export const SOURCE: readonly string[] = [...NODE_FLAGS, join(ROOT, 'src/main.ts')];

export function programs(): Programs {
  let shipped: ShippedAgent | undefined;
  return {
    async of(target) {
      if (target === 'source') return SOURCE;
      shipped ??= await openShippedAgent();
      return [...NODE_FLAGS, join(shipped.folder, 'src/qis.cjs')];
    },
    [Symbol.dispose]: () => shipped?.[Symbol.dispose](),
  };
}
