// One thing that is wrong in a domain file: where it stands, and what it should be.
import type { Path } from './problem.ts';

export interface DomainProblem {
  readonly path: Path;
  /** Without the key. */
  readonly says: string;
}
