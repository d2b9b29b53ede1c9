// The golden vectors: the code reproduces them, making them again changes nothing, and they stand without our code.
import assert from 'node:assert/strict';
import { verify as bareVerify, createHash, createHmac, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { encode } from 'cbor-x';
import { community } from '../../src/packet/community.ts';
import { address, fingerprint, tokens, topicOf } from '../../src/packet/fingerprint.ts';
import { publicKey, signatureHolds } from '../../src/packet/gate.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { isLater, LATER_FINDING } from '../../src/packet/outcome.ts';
import { issue, open, parse } from '../../src/packet/packet.ts';
import { scanPacket } from '../../src/packet/scanner.ts';
import { vectors, vectorsUrl } from './make.ts';

const text = readFileSync(vectorsUrl, 'utf8');
const file = JSON.parse(text) as ReturnType<typeof shape>;
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** Only its type is used: what the file holds. */
function shape() {
  const names = { name: '', key: '', community: false, outcome: { context: '', evidence: [''] } };
  const hexes = {
    payload: '',
    sig_structure: '',
    signature: '',
    packet: '',
    packet_id: '',
    fingerprint: '',
    address: '',
  };
  return {
    keys: [{ name: '', seed: '', public_key: '', node_id: '', kid: '' }],
    community: { key: '', id: '' },
    packets: [{ ...names, ...hexes, tokens: [''], topic: '' }],
    later: [
      { name: '', key: '', frozen: {} as Record<string, unknown>, packet: '', packet_id: '', address: '', topic: '' },
    ],
    malformed: [{ name: '', packet: '', reason: '' }],
    signatures: [{ name: '', public_key: '', message: '', signature: '', valid: false }],
  };
}

const keyOf = (name: string) => file.keys.find((key) => key.name === name)!;

test('making the vectors again gives the identical file', () => {
  assert.equal(vectors(), text, 'run: npm run vectors, and look at what changed');
});

test('every packet parses, verifies, and is what its outcome issues', () => {
  for (const vector of file.packets) {
    const signer = keyOf(vector.key);
    const member = vector.community ? community(bytes(file.community.key)) : undefined;
    const parsed = parse(bytes(vector.packet));
    assert(parsed.ok, vector.name);
    const opened = open(parsed.packet, [publicKey(bytes(signer.public_key))!], member);
    assert.equal(opened?.id.toString('hex'), vector.packet_id);
    const { outcome } = parsed.packet;
    const shown = {
      ...outcome,
      context: outcome.context.toString('hex'),
      evidence: outcome.evidence.map((id) => id.toString('hex')),
    };
    assert.deepEqual(shown, vector.outcome);
    assert.equal(issue(outcome, temporaryIdentity(bytes(signer.seed)), member).bytes.toString('hex'), vector.packet);
    assert.equal(fingerprint(outcome, member).toString('hex'), vector.fingerprint);
    assert.equal(address(outcome, member).toString('hex'), vector.address);
    assert.deepEqual(tokens(outcome, member), vector.tokens);
    assert.equal(topicOf(outcome, member), vector.topic);
  }
});

test('the vectors follow from the protocol without our code', () => {
  const sha256 = (data: Buffer) => createHash('sha256').update(data).digest();
  for (const { name, ...key } of file.keys) {
    assert.equal(sha256(bytes(key.public_key)).subarray(0, 16).toString('hex'), key.node_id, name);
    assert.equal(key.node_id.slice(0, 16), key.kid);
  }
  for (const vector of file.packets) {
    const signer = keyOf(vector.key);
    const header = Buffer.concat([bytes('a201320448'), bytes(signer.kid)]);
    const id = vector.community ? bytes(file.community.id) : Buffer.alloc(0);
    const aad = Buffer.concat([Buffer.from('qis/1/packet'), bytes(signer.public_key), id]);
    assert.equal(encode(['Signature1', header, aad, bytes(vector.payload)]).toString('hex'), vector.sig_structure);
    assert.equal(sha256(bytes(vector.sig_structure)).subarray(0, 16).toString('hex'), vector.packet_id);
    const spki = Buffer.concat([bytes('302a300506032b6570032100'), bytes(signer.public_key)]);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    assert(bareVerify(null, bytes(vector.sig_structure), key, bytes(vector.signature)));
    const { domain, coarse } = vector.outcome as unknown as { domain: number | string; coarse: number[] };
    const message = Buffer.concat([Buffer.from('qis/1/address'), encode([domain, coarse])]);
    const digest = vector.community
      ? createHmac('sha256', bytes(file.community.key)).update(message).digest()
      : sha256(message);
    assert.equal(digest.subarray(0, 16).toString('hex'), vector.address);
  }
});

test('a packet of a later version is checked by what is frozen, and has an id, an address and a topic', () => {
  assert.ok(file.later.length >= 3);
  for (const { name, key, frozen, ...vector } of file.later) {
    const parsed = parse(bytes(vector.packet));
    assert(parsed.ok, name);
    const { outcome } = parsed.packet;
    const { version, domain, coarse, fine, issued, lifetime } = outcome;
    assert.deepEqual({ version, domain, coarse, fine, issued, lifetime }, frozen, name);
    assert.ok(isLater(outcome) && outcome.finding === LATER_FINDING && outcome.evidence.length === 0);
    const opened = open(parsed.packet, [publicKey(bytes(keyOf(key).public_key))!]);
    assert.equal(opened?.id.toString('hex'), vector.packet_id);
    assert.equal(address(outcome).toString('hex'), vector.address);
    assert.equal(topicOf(outcome), vector.topic);
    const damaged = Buffer.from(bytes(vector.packet));
    damaged[damaged.length - 70]! ^= 1;
    const other = parse(damaged);
    assert.equal(
      other.ok && open(other.packet, [publicKey(bytes(keyOf(key).public_key))!]),
      other.ok ? undefined : false,
    );
  }
});

test('every malformed packet is refused for its reason', () => {
  assert(file.malformed.length > 70);
  for (const { name, packet, reason } of file.malformed) {
    assert.notEqual(reason, 'passes', name);
    assert.equal(scanPacket(bytes(packet)), reason, name);
    assert.equal(parse(bytes(packet)).ok, false, name);
  }
});

test('every edge signature is judged as it says', () => {
  assert(file.signatures.some(({ valid }) => valid) && file.signatures.some(({ valid }) => !valid));
  for (const { name, valid, ...edge } of file.signatures) {
    const key = publicKey(bytes(edge.public_key));
    assert.equal(key !== undefined && signatureHolds(key, bytes(edge.message), bytes(edge.signature)), valid, name);
  }
});

test('the worked example of the document is the first vector', () => {
  const document = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
  const block = (fence: string) => document.split(`\`\`\`${fence}\n`)[1]!.split('```')[0]!;
  // Groups of hex stand at the left; the words to their right begin after at least two blanks.
  const hexOf = (text: string) => text.split('\n').map((line) => line.trim().split('  ')[0]!.replaceAll(' ', ''));
  const [first] = file.packets;
  assert.equal(hexOf(block('packet')).join(''), first!.packet);
  assert.equal(hexOf(block('structure')).join(''), first!.sig_structure);
  for (const name of ['packet_id', 'fingerprint', 'address'] as const) assert(document.includes(first![name]), name);
  assert(document.includes(first!.tokens[1]!));
});
