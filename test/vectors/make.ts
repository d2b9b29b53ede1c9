// Golden vectors of the packet, made from fixed seeds: `node test/vectors/make.ts` writes packet.json beside this file, and
// link.json, which link.ts makes, and air.json, which air.ts makes.
//
// Every value is made by the product's code and checked against independent parts in packet.test.ts; the malformed
// packets and the edge signatures come from two neighbours. Other implementations (the C library) read the same file.
// Invariant: deterministic; a second run writes the identical file.
import { writeFileSync } from 'node:fs';
import { encode } from 'cbor-x';
import type { Domain } from '../../src/core/condition.ts';
import { type Community, community } from '../../src/packet/community.ts';
import { sign1Message, signedId, sigStructure } from '../../src/packet/cose.ts';
import { address, fingerprint, tokens, topicOf } from '../../src/packet/fingerprint.ts';
import { type Identity, temporaryIdentity } from '../../src/packet/identity.ts';
import { type Outcome, outcomeItems } from '../../src/packet/outcome.ts';
import { issue } from '../../src/packet/packet.ts';
import { airVectors, airVectorsUrl } from './air.ts';
import { linkVectors, linkVectorsUrl } from './link.ts';
import { malformed } from './malformed.ts';
import { edgeSignatures } from './signatures.ts';
import { smoke } from './smoke.ts';

export const vectorsUrl = new URL('packet.json', import.meta.url);

const seeds = { alice: Buffer.alloc(32, 1), bob: Buffer.alloc(32, 2) };
const communityKey = Buffer.alloc(32, 3);

const extremes: Outcome = {
  version: 1,
  domain: 'a-name-of-16-chr',
  coarse: [2 ** 32 - 1, 0, 24, 256],
  fine: [65_536, 23, 255, 65_535, 0, 1, 2 ** 32 - 1, 2 ** 31],
  finding: 6,
  action: [2 ** 32 - 1, -(2 ** 31), 2 ** 31, -1, 0, -24, -25, -256, -257],
  score: 100,
  observed: -(2 ** 31),
  baseline: 2 ** 31,
  spread: 2 ** 32 - 1,
  samples: 2 ** 32 - 1,
  confidence: 100,
  issued: 2 ** 32 - 1,
  age: 2 ** 32 - 1,
  duration: 2 ** 32 - 1,
  context: Buffer.alloc(4, 255),
  sequence: 2 ** 32 - 1,
  clock: 1,
  lifetime: 48,
  sensor: 2 ** 32 - 1,
  evidence: Array.from({ length: 13 }, (_, i) => Buffer.alloc(16, i)),
};

const smallest: Outcome = {
  ...smoke,
  domain: 'z',
  coarse: [0],
  fine: [],
  action: 0,
  score: 0,
  observed: 0,
  baseline: 0,
  spread: 0,
  samples: 0,
  confidence: 0,
  issued: 0,
  age: 0,
  context: Buffer.alloc(4),
  sequence: 0,
  clock: 0,
  lifetime: 1,
  sensor: 0,
};

const hex = (bytes: Buffer): string => bytes.toString('hex');

function keyVector(name: string, seed: Buffer, { publicKey }: Identity) {
  return {
    name,
    seed: hex(seed),
    public_key: hex(publicKey.bytes),
    node_id: hex(publicKey.nodeId),
    kid: hex(publicKey.kid),
  };
}

function packetVector(name: string, key: string, signer: Identity, outcome: Outcome, member?: Community) {
  const packet = issue(outcome, signer, member);
  const structure = sigStructure({ kind: 'packet', key: signer.publicKey, community: member }, packet.payload);
  return {
    name,
    key,
    community: member !== undefined,
    outcome: { ...outcome, context: hex(outcome.context), evidence: outcome.evidence.map(hex) },
    payload: hex(packet.payload),
    sig_structure: hex(structure),
    signature: hex(packet.signature),
    packet: hex(packet.bytes),
    packet_id: hex(packet.id),
    fingerprint: hex(fingerprint(outcome, member)),
    address: hex(address(outcome, member)),
    tokens: tokens(outcome, member),
    topic: topicOf(outcome, member),
  };
}

/** Outcomes of a version that is not written yet: what is frozen, and anything of the grammar in the other places. */
const LATER: readonly (readonly [string, unknown[]])[] = [
  ['version 2 with the items of version 1', [2, ...outcomeItems(smoke).slice(1)]],
  [
    'version 2 with other items, and more',
    [
      2,
      'noise',
      [7, 0],
      [1],
      [9, [8, -3]],
      Buffer.alloc(3),
      0,
      0,
      0,
      0,
      0,
      'word',
      smoke.issued,
      0,
      0,
      0,
      0,
      0,
      8_784,
      0,
      [[1]],
      5,
    ],
  ],
  ['version 4294967295', [2 ** 32 - 1, ...outcomeItems(smoke).slice(1)]],
];

function laterVector(name: string, key: string, signer: Identity, items: unknown[]) {
  const payload = Buffer.from(encode(items));
  const structure = sigStructure({ kind: 'packet', key: signer.publicKey, community: undefined }, payload);
  const bytes = sign1Message(signer.publicKey.kid, payload, signer.sign(structure));
  const [version, domain, coarse, fine] = items as [number, Domain, number[], number[]];
  const [issued, lifetime] = [items[12] as number, items[18] as number];
  const condition = { domain, coarse, fine };
  return {
    name,
    key,
    frozen: { version, ...condition, issued, lifetime },
    packet: hex(bytes),
    packet_id: hex(signedId(structure)),
    address: hex(address(condition)),
    topic: topicOf(condition),
  };
}

/** The whole file as text. */
export function vectors(): string {
  const alice = temporaryIdentity(seeds.alice);
  const bob = temporaryIdentity(seeds.bob);
  const members = community(communityKey);
  const first = issue(smoke, alice);
  const confirming: Outcome = { ...smoke, finding: 3, action: 0, sequence: 7, evidence: [first.id] };
  const content = {
    protocol: 1,
    keys: [keyVector('alice', seeds.alice, alice), keyVector('bob', seeds.bob, bob)],
    community: { key: hex(communityKey), id: hex(members.id) },
    packets: [
      packetVector('smoke', 'alice', alice, smoke),
      packetVector('confirm', 'bob', bob, confirming),
      packetVector('extremes', 'bob', bob, extremes),
      packetVector('smallest', 'alice', alice, smallest),
      packetVector('smoke in a community', 'alice', alice, smoke, members),
    ],
    later: LATER.map(([name, items]) => laterVector(name, 'alice', alice, items)),
    malformed: malformed(first),
    signatures: edgeSignatures(seeds.alice),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

if (import.meta.main) {
  writeFileSync(vectorsUrl, vectors());
  writeFileSync(linkVectorsUrl, linkVectors());
  writeFileSync(airVectorsUrl, airVectors());
}
