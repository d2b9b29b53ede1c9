// What a fixture needs of whoever uses it: a test of node:test has it, and so has an attack that runs without one.
export interface Scope {
  /** Run when it is over. */
  after(end: () => unknown): void;
  diagnostic(message: string): void;
  /** It is left out, and why. */
  skip(message: string): void;
}
