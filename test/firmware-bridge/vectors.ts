// Golden vectors of the wire, shared by the C library and the host (firmware-bridge/vectors.json).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BridgeMessage, Order } from '../../src/sense/bridge/bridge-frame.ts';
import { ROOT } from '../source-tree.ts';

export interface Step {
  /** A line of the language of firmware-bridge/test/host.c. */
  readonly do: string;
  /** Hex of what the board sends. */
  readonly sends: string;
  /** The same, as messages; a text stands for its bytes. */
  readonly means: readonly (Omit<BridgeMessage, 'text'> & { readonly text?: string })[];
  readonly orders?: readonly string[];
}

export interface Vectors {
  readonly crc: readonly (readonly [string, string])[];
  /** Frame without check, and as it goes on the line. */
  readonly frames: readonly (readonly [string, string])[];
  readonly hello: readonly (readonly [number, string])[];
  readonly commands: readonly (readonly [number, Order, string])[];
  readonly description: string;
  readonly hash: number;
  readonly steps: readonly Step[];
}

export const vectors: Vectors = JSON.parse(readFileSync(join(ROOT, 'firmware-bridge/vectors.json'), 'utf8'));
