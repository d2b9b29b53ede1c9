// Tries mutations one at a time: the mutated file in a copy of the tree, the tests named for it, the file put back.
//
//     copy of the tree ──> tests without a mutation ──> a file mutated ──> its tests ──> killed, or survived
//
// A test that fails without a mutation proves nothing, so every test is run without one first, and how long it took sets
// how long it may take with one. Invariant: the tree that is worked on is never written to.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { transformSync } from 'esbuild';
import { apply, type Mutation, testsOf } from './mutation.ts';

export type Verdict = 'killed' | 'survived' | 'stale' | 'untested';

export interface Trial extends Mutation {
  readonly verdict: Verdict;
  /** Tests that were run, the one that failed last. */
  readonly ran: readonly string[];
  /** Why it is stale, or untested; '' for the others. */
  readonly why: string;
  readonly seconds: number;
}

export interface TrialOptions {
  /** The tree that is copied. */
  readonly root: string;
  readonly jobs: number;
  readonly onTrial: (trial: Trial) => void;
  /** How much longer than five times its usual a test may take before it counts as hanging. */
  readonly patienceMs?: number;
}

/** A test that hangs under a mutation has failed: from this many times its usual, and a little. */
const HANGS_FROM = 5;
const PATIENCE_MS = 20_000;
const BASELINE_MS_MAX = 300_000;
const LEFT_OUT = new Set(['node_modules', '.git', 'dist', 'coverage']);

/** Every mutation once, in any order. */
export async function tryMutations(mutations: readonly Mutation[], options: TrialOptions): Promise<Trial[]> {
  const { root, jobs, onTrial, patienceMs = PATIENCE_MS } = options;
  using copies = new DisposableStack();
  const trees = Array.from({ length: jobs }, () => copies.adopt(copyOf(root), remove));
  // Also when somebody stops it.
  process.once('exit', () => copies.dispose());
  const files = [...new Set(mutations.flatMap((mutation) => testsOf(mutation, root)))];
  const unmutated = new Map<string, Ran>();
  await inTurns(files, trees, async (file, tree) => {
    unmutated.set(file, await runTest(file, tree, BASELINE_MS_MAX));
  });
  const trials: Trial[] = [];
  await inTurns(mutations, trees, async (mutation, tree) => {
    const startMs = performance.now();
    const outcome = await tryOne(mutation, { tree, unmutated, patienceMs });
    const trial = { ...mutation, ...outcome, seconds: Math.round(performance.now() - startMs) / 1000 };
    trials.push(trial);
    onTrial(trial);
  });
  return trials;
}

type Outcome = Pick<Trial, 'verdict' | 'ran' | 'why'>;

interface Surroundings {
  readonly tree: string;
  /** How the tests do without a mutation. */
  readonly unmutated: ReadonlyMap<string, Ran>;
  readonly patienceMs: number;
}

async function tryOne(mutation: Mutation, { tree, unmutated, patienceMs }: Surroundings): Promise<Outcome> {
  const tests = testsOf(mutation, tree);
  const path = join(tree, mutation.file);
  const before = textOf(path);
  const applied = apply(mutation, before);
  if ('stale' in applied) return { verdict: 'stale', ran: [], why: applied.stale };
  if (!isTypeScript(applied.text)) return { verdict: 'stale', ran: [], why: 'what it leaves is no TypeScript' };
  const failing = tests.filter((test) => !unmutated.get(test)?.passed);
  if (tests.length === 0) return { verdict: 'untested', ran: [], why: 'it has no tests' };
  if (failing.length > 0) return { verdict: 'untested', ran: [], why: `fails without it: ${failing.join(', ')}` };
  const ran: string[] = [];
  try {
    writeFileSync(path, applied.text);
    for (const test of tests) {
      ran.push(test);
      const msMax = patienceMs + HANGS_FROM * unmutated.get(test)!.ms;
      if (!(await runTest(test, tree, msMax)).passed) return { verdict: 'killed', ran, why: '' };
    }
  } finally {
    writeFileSync(path, before!);
  }
  return { verdict: 'survived', ran, why: '' };
}

function copyOf(root: string): string {
  const tree = mkdtempSync(join(tmpdir(), 'qis-mutate-'));
  cpSync(root, tree, { recursive: true, filter: (path) => path === root || !LEFT_OUT.has(basename(path)) });
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  return tree;
}

function remove(tree: string): void {
  rmSync(tree, { recursive: true, force: true });
}

/** Each item by one of the workers; a worker takes the next one when it is done. */
async function inTurns<T>(
  items: readonly T[],
  workers: readonly string[],
  work: (item: T, worker: string) => Promise<void>,
): Promise<void> {
  const left = items.values();
  await Promise.all(
    workers.map(async (worker) => {
      for (const item of left) await work(item, worker);
    }),
  );
}

interface Ran {
  readonly passed: boolean;
  readonly ms: number;
}

/** A test file in a process group of its own, so that what it leaves running ends with it. */
async function runTest(file: string, tree: string, msMax: number): Promise<Ran> {
  const startMs = performance.now();
  // Set by a test runner that this may run under; a test would then report to that one.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, [file], { cwd: tree, env, stdio: 'ignore', detached: true });
  const ended = Promise.withResolvers<boolean>();
  child.once('exit', (code) => ended.resolve(code === 0));
  child.once('error', () => ended.resolve(false));
  const end = () => endGroup(child.pid);
  const timer = setTimeout(end, msMax);
  process.once('exit', end);
  const passed = await ended.promise;
  clearTimeout(timer);
  process.removeListener('exit', end);
  end();
  return { passed, ms: performance.now() - startMs };
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** A file that cannot be read fails every test, and proves nothing. */
function isTypeScript(text: string): boolean {
  try {
    transformSync(text, { loader: 'ts', logLevel: 'silent' });
    return true;
  } catch {
    return false;
  }
}
