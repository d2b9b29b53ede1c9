// A similarity function of the operator's own: a module in a worker, asked how alike two conditions are, as people write them.
//
//     two conditions ──pair known?──> worker, waited for a few ms ──> 0 to 1      late, or once it failed: the dimensions
//
// A pair is asked once, in one order, so that the answer is symmetric; equal conditions that state everything are not asked.
// Invariant: whatever the module does, a comparison gives a number from 0 to 1, and waits no longer than it was told to.
import { basename } from 'node:path';
import type { Condition } from '../core/condition.ts';
import type { DomainProfile, SimilarityWay } from '../core/domain.ts';
import type { Emit } from '../core/events.ts';
import {
  moduleAnswerMsMax,
  similaritiesKeptMax,
  similarityMeanMsMax,
  similarityTrial,
  similarityWaitMsMax,
} from '../core/module-limits.ts';
import { shown, type Where, whereOf } from '../distill/where.ts';
import { cleaned, isOwnAddress } from '../synthesize/similarity.ts';
import { type SimilarityFunction, similarityFunctions } from '../synthesize/similarity-function.ts';
import type { Probes } from '../synthesize/similarity-probes.ts';
import { ModuleHost } from './module-host.ts';
import type { ModuleContract } from './module-worker.ts';
import { probesAnswered } from './similarity-probes-answer.ts';

const SIMILARITY: ModuleContract = {
  unit: 'comparison',
  source: `
const problemOf = ({ similarity }) =>
  typeof similarity === 'function' ? undefined : 'it exports no similarity function: similarity() is missing';
const fromOf = (of) => (typeof kind.completeFrom === 'function' ? kind.completeFrom(of) : kind.completeFrom ?? 1);
const calls = {
  similarity: ({ a, b }) => kind.similarity(a, b),
  similarities: ({ pairs }) => {
    const beganMs = performance.now();
    const shares = pairs.map(({ a, b }) => kind.similarity(a, b));
    return { shares, tookMs: performance.now() - beganMs };
  },
  probes: ({ of }) => ({ places: kind.probes?.(of) ?? null, completeFrom: fromOf(of) }),
};`,
};

export interface SimilaritiesOptions {
  /** Live, a comparison waits for milliseconds; what is worked out later counts from the next question on. */
  readonly isLive: boolean;
  /** Told once for each module that is switched off. */
  readonly onWarning: (message: string) => void;
}

/** A module, asked while the gateway goes on with its work. */
export interface AskedModule {
  /** @returns one share, 0 to 1, for each of the others; undefined where it is off or has not answered in time */
  compared(of: Condition, others: readonly Condition[]): Promise<readonly number[] | undefined>;
  /** Coarse ordinals to ask for, as in SimilarityFunction. */
  probed(of: Condition): Promise<readonly (readonly number[])[]>;
}

export interface Similarities extends AsyncDisposable {
  /** Of the domain, the one in use first. */
  readonly functions: readonly SimilarityFunction[];
  /** Those of them that are modules, by name. */
  readonly modules: ReadonlyMap<string, AskedModule>;
}

/** Those of a domain, with its modules at work. */
export function openSimilarities(profile: DomainProfile, options: SimilaritiesOptions): Similarities {
  const modules = new Map<string, HostedSimilarity>();
  const functions = similarityFunctions(profile, (way, instead) => {
    const hosted = new HostedSimilarity(profile, { way, instead, ...options });
    modules.set(way.name, hosted);
    return hosted;
  });
  return {
    functions,
    modules,
    async [Symbol.asyncDispose]() {
      await Promise.all([...modules.values()].map(({ host }) => host[Symbol.asyncDispose]()));
    },
  };
}

/** Loads it and drops it. @returns why it cannot be used, if it cannot */
export async function similarityModuleProblem(file: string): Promise<string | undefined> {
  let problem: string | undefined;
  const onOff = (reason: string) => {
    problem = reason;
  };
  await using host = new ModuleHost({ file, contract: SIMILARITY, waitMs: moduleAnswerMsMax, onOff });
  host.load();
  return problem;
}

interface HostedOptions extends SimilaritiesOptions {
  readonly way: SimilarityWay;
  readonly instead: SimilarityFunction;
}

/** A condition as the module gets it. */
interface Stated {
  readonly key: string;
  readonly where: Where;
  readonly isWhole: boolean;
}

class HostedSimilarity implements SimilarityFunction, AskedModule {
  readonly name: string;
  readonly host: ModuleHost;
  readonly #profile: DomainProfile;
  readonly #instead: SimilarityFunction;
  readonly #isLive: boolean;
  readonly #waitMs: number;
  readonly #pairs = new Map<string, number>();
  readonly #probes = new Map<string, Probes>();
  /** Of the trial that runs: comparisons, and what they took. */
  #asked = 0;
  #tookMs = 0;

  constructor(profile: DomainProfile, { way, instead, isLive, onWarning }: HostedOptions) {
    const file = way.module!;
    this.name = way.name;
    this.#profile = profile;
    this.#instead = instead;
    this.#isLive = isLive;
    this.#waitMs = isLive ? similarityWaitMsMax : moduleAnswerMsMax;
    const onOff = (reason: string) =>
      onWarning(
        `similarity ${basename(file)} of the domain ${profile.name} is switched off: ${reason}; its dimensions go on`,
      );
    this.host = new ModuleHost({ file, contract: SIMILARITY, waitMs: this.#waitMs, onOff });
    if (!isLive) this.host.load();
  }

  similarity(a: Condition, b: Condition): number {
    if (a.domain !== b.domain || !isOwnAddress(this.#profile, a) || !isOwnAddress(this.#profile, b)) return 0;
    const { key, isEqual, ...pair } = this.#pairOf(this.#stated(a), this.#stated(b));
    if (isEqual) return 1;
    const known = this.#pairs.get(key);
    if (known !== undefined && !this.host.isOff) return known;
    this.#ask({ call: 'similarity', ...pair }, (answer) => this.#keep(key, answer));
    const answered = this.host.isOff ? undefined : this.#pairs.get(key);
    return answered ?? this.#instead.similarity(a, b);
  }

  probes(condition: Condition): readonly (readonly number[])[] {
    return this.#probesOf(condition)?.addresses ?? this.#instead.probes(condition);
  }

  completeFrom(condition: Condition): number {
    return this.#probesOf(condition)?.completeFrom ?? (this.host.isOff ? this.#instead.completeFrom(condition) : 1);
  }

  async compared(of: Condition, others: readonly Condition[]): Promise<readonly number[] | undefined> {
    const asked = this.#stated(of);
    const isOwn = (condition: Condition) => isOwnAddress(this.#profile, condition);
    const pairs = others.map((other) => (isOwn(of) && isOwn(other) ? this.#pairOf(asked, this.#stated(other)) : null));
    // Kept here, too: among those that are remembered, new ones may push out old ones.
    const shares = new Map<string, number>();
    const unknown = new Map<string, { readonly a: Where; readonly b: Where }>();
    for (const pair of pairs) {
      const known = pair?.isEqual ? 1 : pair && this.#pairs.get(pair.key);
      if (pair && known !== undefined && known !== null) shares.set(pair.key, known);
      else if (pair) unknown.set(pair.key, { a: pair.a, b: pair.b });
    }
    if (unknown.size > 0) {
      const answer = await this.host.answer({ call: 'similarities', pairs: [...unknown.values()] });
      if (answer === undefined) return undefined;
      const { shares: answered, tookMs } = answer as { readonly shares: readonly unknown[]; readonly tookMs: number };
      for (const [at, key] of [...unknown.keys()].entries()) shares.set(key, this.#keep(key, answered[at]));
      this.#pace(tookMs, unknown.size);
    }
    return this.host.isOff ? undefined : pairs.map((pair) => (pair ? shares.get(pair.key)! : 0));
  }

  async probed(of: Condition): Promise<readonly (readonly number[])[]> {
    const { key, where } = this.#stated(of);
    if (!this.#probes.has(key) && !this.host.isOff) {
      const answer = await this.host.answer({ call: 'probes', of: where });
      if (answer !== undefined) this.#keepProbes(of, key, answer);
    }
    const known = this.host.isOff ? undefined : this.#probes.get(key);
    return known?.addresses ?? this.#instead.probes(of);
  }

  #probesOf(condition: Condition): Probes | undefined {
    const { key, where } = this.#stated(condition);
    if (this.host.isOff || !isOwnAddress(this.#profile, condition)) return undefined;
    if (!this.#probes.has(key))
      this.#ask({ call: 'probes', of: where }, (answer) => this.#keepProbes(condition, key, answer));
    return this.host.isOff ? undefined : this.#probes.get(key);
  }

  #keepProbes(condition: Condition, key: string, answer: unknown): void {
    const probes = probesAnswered(this.#profile, condition, answer, this.#instead);
    if (typeof probes === 'string') this.host.switchOff(probes);
    else remember(this.#probes, key, probes);
  }

  /** In one order, so that the answer is symmetric. */
  #pairOf(one: Stated, other: Stated) {
    const [x, y] = one.key < other.key ? [one, other] : [other, one];
    return { key: `${x.key} ${y.key}`, a: x.where, b: y.where, isEqual: x.key === y.key && x.isWhole };
  }

  /** @returns the share; 0 where the answer is none, and the module is off */
  #keep(pair: string, answer: unknown): number {
    if (typeof answer === 'number' && answer >= 0 && answer <= 1) {
      remember(this.#pairs, pair, answer);
      return answer;
    }
    this.host.switchOff(`it answered ${shown(answer)}, which is no number from 0 to 1`);
    return 0;
  }

  /** While it loads, nothing is asked. */
  #ask(request: Readonly<Record<string, unknown>>, onAnswer: (answer: unknown) => void): void {
    this.host.poll();
    if (this.host.isOff || !this.host.isLoaded) return;
    let isAnswered = false;
    const beganMs = performance.now();
    this.host.ask(request, (answer) => {
      isAnswered = true;
      onAnswer(answer);
    });
    this.#pace(isAnswered ? performance.now() - beganMs : this.#waitMs);
  }

  /** One that is late took as long as was waited at most, however little that was. */
  #pace(tookMs: number, comparisons = 1): void {
    if (!this.#isLive) return;
    this.#tookMs += tookMs;
    this.#asked += comparisons;
    if (this.#asked < similarityTrial) return;
    if (this.#tookMs > this.#asked * similarityMeanMsMax)
      this.host.switchOff(`it takes more than ${similarityMeanMsMax} ms a comparison`);
    this.#asked = 0;
    this.#tookMs = 0;
  }

  #stated(condition: Condition): Stated {
    const known = cleaned(this.#profile, condition);
    const ordinals = [...known.coarse, ...known.fine];
    return {
      key: ordinals.join('/'),
      where: whereOf(this.#profile, known),
      isWhole: ordinals.every((ordinal) => ordinal > 0),
    };
  }
}

function remember<T>(kept: Map<string, T>, key: string, value: T): void {
  kept.set(key, value);
  if (kept.size <= similaritiesKeptMax) return;
  kept.delete(kept.keys().next().value!);
}

/** The modules that compare in the domains of a gateway that runs, by the name of the domain. */
export interface OwnSimilarities extends AsyncDisposable {
  moduleOf(profile: DomainProfile, name: string): AskedModule | undefined;
}

export function openOwnSimilarities(profiles: readonly DomainProfile[], emit: Emit): OwnSimilarities {
  const onWarning = (message: string) => emit({ type: 'warning', message });
  const opened = new Map(
    profiles.map((profile) => [profile.name, openSimilarities(profile, { isLive: true, onWarning })]),
  );
  return {
    moduleOf: ({ name: domain }, name) => opened.get(domain)?.modules.get(name),
    async [Symbol.asyncDispose]() {
      await Promise.all([...opened.values()].map((one) => one[Symbol.asyncDispose]()));
    },
  };
}
