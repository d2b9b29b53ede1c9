// A region of whole gateways in one process: real keys, real stores, the network in memory, one virtual clock.
//
// Their detectors have learned two days of quiet air. Everything that is published is counted, so that a test can say what
// a packet cost. The same seed gives the same run.

import { type Agent, createAgent } from '../src/agent.ts';
import type { ClockQuality } from '../src/core/clock.ts';
import type { Phenomenon } from '../src/core/domain.ts';
import type { AgentEvent } from '../src/core/events.ts';
import { QUALITY, type Reading } from '../src/core/reading.ts';
import { createWatch, type SavedChannel } from '../src/detect/watch.ts';
import { AIR } from '../src/distill/air.ts';
import { createDomains } from '../src/distill/domains.ts';
import { createSurroundings } from '../src/distill/surroundings.ts';
import { type Identity, temporaryIdentity } from '../src/packet/identity.ts';
import { createKeyring } from '../src/packet/keyring.ts';
import { type MemoryNetwork, memoryNetwork } from '../src/route/memory-network.ts';
import { createQualityControl } from '../src/sense/quality/quality-control.ts';
import { normal, seededRandom } from '../src/sim/random.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { newAdvice } from '../src/synthesize/alarm/advice.ts';
import { type Alarms, createAlarms } from '../src/synthesize/alarm/alarms.ts';
import { newJudgeState } from '../src/synthesize/alarm/judge-state.ts';
import { createReputation, type Reputation } from '../src/synthesize/reputation.ts';
import type { Place } from '../src/synthesize/sighting.ts';
import { createSynthesizer } from '../src/synthesize/synthesizer.ts';

/** 2026-01-05T06:00:00Z. */
export const START_MS = Date.UTC(2026, 0, 5, 6);
export const STEP_MS = 10_000;
const LEARNED_MS = 2 * 86_400_000;
const WATCHED = new Map<Reading['quantity'], Phenomenon>([['pm2_5', AIR.phenomena[0]!]]);

export interface Member {
  readonly name: string;
  readonly place: Place;
  readonly identity: Identity;
  readonly store: Store;
  readonly agent: Agent;
  readonly reputation: Reputation;
  /** With the time each happened. */
  readonly events: readonly (AgentEvent & { readonly timeMs: number })[];
  /** How often each packet was published by this gateway, by its bytes in hex. */
  readonly published: ReadonlyMap<string, number>;
}

export interface Region extends AsyncDisposable {
  readonly net: MemoryNetwork;
  readonly members: readonly Member[];
  member(name: string): Member;
  nowMs(): number;
  setClock(quality: ClockQuality): void;
  /** Whether nobody can be reached from there. */
  cutOff(name: string, isCutOff: boolean): void;
  /** One step of time: a reading for each member that has a value, a tick, and everything that is sent arrives. */
  step(values?: (member: Member, timeMs: number) => number | undefined): Promise<void>;
  /** A sensor that reports what cannot be: a packet without a detector that has learned anything. */
  fault(name: string): Promise<void>;
}

export interface MemberPlan {
  readonly name: string;
  readonly place: Place;
  /** Whom it hears. */
  readonly hears: readonly string[];
  /** Where its store is; in memory when absent. */
  readonly folder?: string;
  /** Whose keys it does not have. */
  readonly without?: readonly string[];
  /** Whether its alarm has learned to warn early; absent: it has no alarm. */
  readonly hasLearnedToWarn?: boolean;
}

export function openRegion(plans: readonly MemberPlan[], { seed = 1 } = {}): Region {
  let nowMs = START_MS;
  let quality: ClockQuality = 2;
  const clock = { now: () => nowMs, quality: () => quality };
  const net = memoryNetwork();
  const cutOff = new Set<string>();
  const members = plans.map((plan, index) => join(plan, { index, seed, plans, net, clock, cutOff }));
  for (const { name, hears } of plans) for (const publisher of hears) net.connect(name, publisher);
  const member = (name: string) => members.find((one) => one.name === name)!;

  return {
    net,
    members,
    member,
    nowMs: () => nowMs,
    setClock: (to) => {
      quality = to;
    },
    cutOff: (name, isCutOff) => void (isCutOff ? cutOff.add(name) : cutOff.delete(name)),
    async step(values = () => undefined) {
      nowMs += STEP_MS;
      for (const one of members) {
        const value = values(one, nowMs);
        if (value !== undefined) one.agent.reading(readingOf(nowMs, value));
      }
      for (const { agent } of members) agent.tick();
      await net.settle();
    },
    async fault(name) {
      for (let i = 0; i < 3; i++) {
        nowMs += 1000;
        member(name).agent.reading(readingOf(nowMs, -1, QUALITY.out_of_range));
      }
      await net.settle();
    },
    async [Symbol.asyncDispose]() {
      for (const { store } of members) await store[Symbol.asyncDispose]();
    },
  };
}

interface Surroundings {
  readonly index: number;
  readonly seed: number;
  readonly plans: readonly MemberPlan[];
  readonly net: MemoryNetwork;
  readonly clock: { now(): number; quality(): ClockQuality };
  readonly cutOff: ReadonlySet<string>;
}

const identityOf = (index: number): Identity => temporaryIdentity(Buffer.alloc(32, index + 1));

function join(plan: MemberPlan, { index, seed, plans, net, clock, cutOff }: Surroundings): Member {
  const { name, place, folder = ':memory:', without = [], hasLearnedToWarn } = plan;
  const identity = identityOf(index);
  const events: (AgentEvent & { timeMs: number })[] = [];
  const published = new Map<string, number>();
  const store = openStore(folder, { now: clock.now });
  const keyring = createKeyring();
  for (const [i, other] of plans.entries()) {
    if (!without.includes(other.name)) keyring.add(identityOf(i).publicKey, other.name);
  }
  const watch = createWatch({ watched: WATCHED });
  watch.restore(learned());
  const network = net.join({ name, filters: ['qis/1/0/#'], onPacket: (arrival) => agent.arrival(arrival) });
  // Their keys are written down at each other's.
  const pinned = new Set(plans.map((_, i) => identityOf(i).publicKey.nodeId.toString('hex')));
  const reputation = createReputation({ pinned });
  const station = { profile: AIR, ...place, site: 1, contextTag: identity.contextTag };
  const synthesizer = createSynthesizer({
    profile: AIR,
    nodeId: identity.publicKey.nodeId.toString('hex'),
    here: place,
    random: seededRandom(seed * 1_000 + index),
    reputation,
  });
  const agent = createAgent({
    domains: createDomains([AIR]),
    work: new Map([[AIR.id, { station, synthesizer, reputation }]]),
    identity,
    community: undefined,
    keyring,
    store,
    network: {
      ...network,
      publish(topic, bytes, options) {
        if (cutOff.has(name)) return false;
        const key = bytes.toString('hex');
        published.set(key, (published.get(key) ?? 0) + 1);
        return network.publish(topic, bytes, options);
      },
    },
    qualityControl: createQualityControl(),
    watch,
    ...(hasLearnedToWarn !== undefined && { alarms: alarmsOf(place, pinned, hasLearnedToWarn) }),
    surroundings: createSurroundings(['relative_humidity', 'temperature']),
    clock,
    emit: (event) => events.push({ ...event, timeMs: clock.now() }),
  });
  return { name, place, identity, store, agent, reputation, events, published };
}

/** An alarm as saved when early warnings had come true often enough, or never yet. */
function alarmsOf(here: Place, pinned: ReadonlySet<string>, hasLearned: boolean): Alarms {
  const state = { ...newJudgeState(), advice: { ...newAdvice(), ...(hasLearned && { examples: 40, came: 20 }) } };
  const saved = { pm2_5: { alarm: AIR.phenomena[0]!.alarm, state, known: [], standings: [] } };
  return createAlarms({ domains: [{ profile: AIR, here, isHeeded: () => true }], watched: WATCHED, pinned, saved });
}

/** What a sensor says in quiet air, in ug/m3. */
export function quietAir(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.round((11 + normal(random)) * 10) / 10;
}

function readingOf(timeMs: number, value: number, quality = 0): Reading {
  const what = { sensor: 'roof', quantity: 'pm2_5', channel: '', unit: 'ug/m3', sensorClass: 1 } as const;
  return { ...what, value, timeMs, clock: 2, quality };
}

let saved: readonly SavedChannel[] | undefined;

/** Two days of quiet air, learned once for all. */
function learned(): readonly SavedChannel[] {
  if (saved) return saved;
  const watch = createWatch({ watched: WATCHED });
  const air = quietAir(99);
  for (let timeMs = START_MS - LEARNED_MS; timeMs <= START_MS; timeMs += STEP_MS)
    watch.accept(readingOf(timeMs, air()));
  saved = watch.states();
  return saved;
}
