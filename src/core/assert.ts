// A programmer's mistake crashes the process; systemd restarts it.
//
// Our own few lines, because node:assert brings its diffs and formatting along: 3 MB of memory in a process that lives
// for years and should never use them (docs/decisions/0003-footprint.md).

export class AssertionError extends Error {
  override readonly name = 'AssertionError';
  readonly code = 'ERR_ASSERTION';
}

/** @throws AssertionError when the condition does not hold */
export function assert(condition: unknown, message = 'assertion failed'): asserts condition {
  if (!condition) throw new AssertionError(message);
}
