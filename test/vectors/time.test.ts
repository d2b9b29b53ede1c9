// Vectors of sections 2 and 7 of the protocol: which packets contradict each other, and what an issuer states next.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Store } from '../../src/store/store.ts';
import { openStore } from '../../src/store/store.ts';
import { createTurn } from '../../src/store/turn.ts';
import { contradict, type Issued } from '../../src/synthesize/equivocation.ts';
import { somePacket } from '../store/some-packet.ts';

interface Vectors {
  readonly contradictions: readonly {
    readonly name: string;
    /** sequence, issued, clock */
    readonly packets: readonly [readonly [number, number, number], readonly [number, number, number]];
    readonly contradict: boolean;
  }[];
  /** Unix seconds; null: it has to wait. */
  readonly issuing: readonly {
    readonly name: string;
    readonly now: number;
    readonly last_issued: number;
    readonly last_sequence: number;
    readonly issued: number | null;
    readonly sequence: number | null;
  }[];
}

const vectors = JSON.parse(readFileSync(new URL('time.json', import.meta.url), 'utf8')) as Vectors;

for (const { name, packets, contradict: expected } of vectors.contradictions) {
  test(name, () => {
    const [first, second] = packets.map(
      ([sequence, issued, clock], i): Issued => ({ id: `${i}`, sequence, issued, isSynchronised: clock === 2 }),
    );
    assert.equal(contradict(first!, second!), expected);
    assert.equal(contradict(second!, first!), expected);
  });
}

for (const vector of vectors.issuing) {
  test(vector.name, async () => {
    await using store = openStore(':memory:', { now: () => 0 });
    let nowMs = vector.last_sequence * 1000;
    const turn = createTurn({ store, clock: { now: () => nowMs, quality: () => 2 }, onBack: () => {} });
    // The process began with that sequence, and has issued nothing since but a packet of that time.
    assert(turn());
    store.commitNow(() => store.noteIssued(vector.last_issued));
    nowMs = vector.now * 1000;
    const issuedMs = turn();
    assert.equal(issuedMs === undefined ? null : issuedMs / 1000, vector.issued);
    if (vector.sequence !== null) assert.equal(sequenceOf(store), vector.sequence);
  });
}

function sequenceOf(store: Store): number {
  let given = 0;
  store.commitNow(() =>
    store.issue((sequence) => {
      given = sequence;
      return somePacket();
    }),
  );
  return given;
}
