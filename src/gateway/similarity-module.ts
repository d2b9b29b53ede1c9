// A similarity function of the operator's own: a module in a worker, asked how alike two conditions are, as people write them.
//
//     two conditions ──pair known?──> worker, waited for a few ms ──> 0 to 1      late, or once it failed: the dimensions
//
// A pair is asked once, in one order, so that the answer is symmetric; equal conditions that state everything are not asked.
// Invariant: whatever the module does, a comparison gives a number from 0 to 1, and waits no longer than it was told to.
import { basename } from 'node:path';
import type { Condition } from '../core/condition.ts';
import type { DomainProfile, SimilarityWay } from '../core/domain.ts';
import {
  moduleAnswerMsMax,
  similaritiesKeptMax,
  similarityMeanMsMax,
  similarityTrial,
  similarityWaitMsMax,
} from '../core/module-limits.ts';
import { shown, whereOf } from '../distill/where.ts';
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
  probes: ({ of }) => ({ places: kind.probes?.(of) ?? null, completeFrom: fromOf(of) }),
};`,
};

export interface SimilaritiesOptions {
  /** Live, a comparison waits for milliseconds; what is worked out later counts from the next question on. */
  readonly isLive: boolean;
  /** Told once for each module that is switched off. */
  readonly onWarning: (message: string) => void;
}

export interface Similarities extends AsyncDisposable {
  /** Of the domain, the one in use first. */
  readonly functions: readonly SimilarityFunction[];
}

/** Those of a domain, with its modules at work. */
export function openSimilarities(profile: DomainProfile, options: SimilaritiesOptions): Similarities {
  const hosts: ModuleHost[] = [];
  const functions = similarityFunctions(profile, (way, instead) => {
    const hosted = new HostedSimilarity(profile, { way, instead, ...options });
    hosts.push(hosted.host);
    return hosted;
  });
  return {
    functions,
    async [Symbol.asyncDispose]() {
      await Promise.all(hosts.map((host) => host[Symbol.asyncDispose]()));
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

class HostedSimilarity implements SimilarityFunction {
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
    const [x, y] = [this.#stated(a), this.#stated(b)].sort((one, other) => (one.key < other.key ? -1 : 1));
    if (x!.key === y!.key && x!.isWhole) return 1;
    const pair = `${x!.key} ${y!.key}`;
    const known = this.#pairs.get(pair);
    if (known !== undefined && !this.host.isOff) return known;
    this.#ask({ call: 'similarity', a: x!.where, b: y!.where }, (answer) => this.#keep(pair, answer));
    const answered = this.host.isOff ? undefined : this.#pairs.get(pair);
    return answered ?? this.#instead.similarity(a, b);
  }

  probes(condition: Condition): readonly (readonly number[])[] {
    return this.#probesOf(condition)?.addresses ?? this.#instead.probes(condition);
  }

  completeFrom(condition: Condition): number {
    return this.#probesOf(condition)?.completeFrom ?? (this.host.isOff ? this.#instead.completeFrom(condition) : 1);
  }

  #probesOf(condition: Condition): Probes | undefined {
    const { key, where } = this.#stated(condition);
    if (this.host.isOff || !isOwnAddress(this.#profile, condition)) return undefined;
    if (!this.#probes.has(key))
      this.#ask({ call: 'probes', of: where }, (answer) => {
        const probes = probesAnswered(this.#profile, condition, answer, this.#instead);
        if (typeof probes === 'string') this.host.switchOff(probes);
        else remember(this.#probes, key, probes);
      });
    return this.host.isOff ? undefined : this.#probes.get(key);
  }

  #keep(pair: string, answer: unknown): void {
    const isShare = typeof answer === 'number' && answer >= 0 && answer <= 1;
    if (isShare) remember(this.#pairs, pair, answer);
    else this.host.switchOff(`it answered ${shown(answer)}, which is no number from 0 to 1`);
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
  #pace(tookMs: number): void {
    if (!this.#isLive) return;
    this.#tookMs += tookMs;
    if (++this.#asked < similarityTrial) return;
    if (this.#tookMs > similarityTrial * similarityMeanMsMax)
      this.host.switchOff(`it takes more than ${similarityMeanMsMax} ms a comparison`);
    this.#asked = 0;
    this.#tookMs = 0;
  }

  #stated(condition: Condition) {
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
