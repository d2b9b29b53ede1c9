// Packets that are not: each departs from a valid one in a single way, with the reason the scanner gives.
//
// Most replace one item of the outcome by other CBOR; the rest damage the envelope. Signatures are not adjusted: grammar
// comes first. Other implementations must refuse all of these; the wording of the reason is this one's own.
import { sign1Message } from '../../src/packet/cose.ts';
import { FIELDS } from '../../src/packet/outcome.ts';
import type { SignedPacket } from '../../src/packet/packet.ts';
import { scanPacket } from '../../src/packet/scanner.ts';

/** Items of a small valid outcome in hex, by name. */
const ITEMS: Record<string, string> = {
  version: '01',
  domain: '00',
  coarse: '83010203',
  fine: '820405',
  finding: '00',
  action: '00',
  score: '1832',
  observed: '190355',
  baseline: '1870',
  spread: '15',
  samples: '1818',
  confidence: '185d',
  issued: '1a6ab13b80',
  age: '18f0',
  duration: '00',
  context: '44c0ffee01',
  sequence: '1829',
  clock: '02',
  lifetime: '06',
  sensor: '01',
};

/** [name, field, its hex] */
const FIELD_CASES: readonly [string, string, string][] = [
  ['version 0', 'version', '00'],
  ['domain: text in upper case', 'domain', '63414952'],
  ['domain: empty text', 'domain', '60'],
  ['domain: 17 characters', 'domain', '716161616161616161616161616161616161'],
  ['domain: begins with a digit', 'domain', '623161'],
  ['domain: not ASCII', 'domain', '62c3a4'],
  ['domain: a line break', 'domain', '62610a'],
  ['domain: registered name', 'domain', '63616972'],
  ['domain: byte string', 'domain', '4161'],
  ['domain: negative', 'domain', '20'],
  ['coarse: empty', 'coarse', '80'],
  ['coarse: 5 ordinals', 'coarse', '850102030405'],
  ['coarse: negative ordinal', 'coarse', '8120'],
  ['coarse: nested array', 'coarse', '818181818181818100'],
  ['coarse: indefinite array', 'coarse', '9f010203ff'],
  ['coarse: length not in shortest form', 'coarse', '9803010203'],
  ['coarse: text ordinal', 'coarse', '816131'],
  ['fine: 9 ordinals', 'fine', '89010203040506070809'],
  ['fine: map', 'fine', 'a0'],
  ['finding 8', 'finding', '08'],
  ['action: code without a value', 'action', '8101'],
  ['action: 9 values', 'action', '8a01010101010101010101'],
  ['action: negative code', 'action', '822001'],
  ['action: value above 2^31', 'action', '82011a80000001'],
  ['score 101', 'score', '1865'],
  ['score: negative', 'score', '20'],
  ['score: 8 bits where none are needed', 'score', '1817'],
  ['score: 16 bits where 8 do', 'score', '190032'],
  ['score: 32 bits where 8 do', 'score', '1a00000032'],
  ['score: 64 bits', 'score', '1b0000000000000032'],
  ['score: half float', 'score', 'f95240'],
  ['score: double float', 'score', 'fb4049000000000000'],
  ['score: true', 'score', 'f5'],
  ['score: null', 'score', 'f6'],
  ['score: break', 'score', 'ff'],
  ['score: reserved head', 'score', '1c'],
  ['score: tagged date', 'score', 'c11832'],
  ['score: bignum', 'score', 'c24132'],
  ['score: shareable tag', 'score', 'd81c1832'],
  ['score: shared reference', 'score', 'd81d00'],
  ['observed: above 2^31', 'observed', '1a80000001'],
  ['observed: below -2^31', 'observed', '3a80000000'],
  ['observed: negative, not in shortest form', 'observed', '3800'],
  ['spread: negative', 'spread', '20'],
  ['issued: 64 bits', 'issued', '1b0000000100000000'],
  ['context: 3 bytes', 'context', '43c0ffee'],
  ['context: text', 'context', '6461626364'],
  ['context: indefinite bytes', 'context', '5f42c0ff42ee01ff'],
  ['context: length not in shortest form', 'context', '5804c0ffee01'],
  ['clock 3', 'clock', '03'],
  ['lifetime 0', 'lifetime', '00'],
  ['lifetime 49 of an event', 'lifetime', '1831'],
  ['lifetime 8785', 'lifetime', '192251'],
  ['an item missing', 'sensor', ''],
  ['evidence: 15 bytes', 'sensor', `014f${'00'.repeat(15)}`],
  ['evidence: 17 of them', 'sensor', `01${`50${'00'.repeat(16)}`.repeat(17)}`],
  ['an item too many within the array', 'sensor', '0100'],
];

/** The same of an outcome of version 2, of which only the frozen items are known. */
const LATER_CASES: readonly [string, string, string][] = [
  ['version 2: not in shortest form', 'version', '1802'],
  ['version 2: domain negative', 'domain', '20'],
  ['version 2: registered name', 'domain', '63616972'],
  ['version 2: coarse empty', 'coarse', '80'],
  ['version 2: fine is a map', 'fine', 'a0'],
  ['version 2: issued is text', 'issued', '6161'],
  ['version 2: lifetime 0', 'lifetime', '00'],
  ['version 2: lifetime 8785', 'lifetime', '192251'],
  ['version 2: a float', 'score', 'f95240'],
  ['version 2: a tag', 'score', 'c11832'],
  ['version 2: a map', 'action', 'a0'],
  ['version 2: text that is not a name', 'action', '6141'],
  ['version 2: arrays four deep', 'action', '81818100'],
  ['version 2: an indefinite array', 'action', '9f01ff'],
  ['version 2: an integer of 64 bits', 'observed', '1b0000000100000000'],
];

function payloadWith(field: string, item: string, version = ITEMS.version!): Buffer {
  const items: Record<string, string> = { ...ITEMS, version, [field]: item };
  const body = FIELDS.map(({ name }) => items[name]!).join('');
  return Buffer.from(outcomeHead(field, item) + body, 'hex');
}

/** The array length that belongs to the content, where the case is about something else. */
function outcomeHead(field: string, item: string): string {
  if (field !== 'sensor') return '94';
  if (item === '') return '93';
  const evidence = Math.floor((item.length - 2) / 34) + (item.startsWith('014f') ? 1 : 0);
  return evidence === 0 ? '94' : evidence < 4 ? (0x94 + evidence).toString(16) : `98${(20 + evidence).toString(16)}`;
}

/** A chain of arrays whose two items are one shared child: small on the wire, 2^levels nodes for whoever walks it. */
export function sharing(levels: number): string {
  let item = 'd81c8101';
  for (let id = levels; id > 0; id--) {
    const digits = id.toString(16).padStart(2, '0');
    item = `d81c82${item}d81d${id < 24 ? '' : '18'}${digits}`;
  }
  return item;
}

function envelopes(valid: SignedPacket): [string, Buffer][] {
  const { bytes, kid, payload, signature } = valid;
  const whole = bytes.toString('hex');
  const swap = (from: string, to: string) => Buffer.from(whole.replace(from, to), 'hex');
  const framed = (content: string) => sign1Message(kid, Buffer.from(content, 'hex'), signature);
  const kidHex = kid.toString('hex');
  return [
    ['nothing', Buffer.alloc(0)],
    ['one byte', bytes.subarray(0, 1)],
    ['cut in the protected header', bytes.subarray(0, 9)],
    ['cut in the payload', bytes.subarray(0, 40)],
    ['cut in the signature', bytes.subarray(0, -1)],
    ['a byte behind it', Buffer.concat([bytes, Buffer.alloc(1)])],
    ['513 bytes', Buffer.concat([bytes, Buffer.alloc(513 - bytes.length)])],
    ['tag 18 before it', Buffer.concat([Buffer.of(0xd2), bytes])],
    ['self-described CBOR', Buffer.concat([Buffer.from('d9d9f7', 'hex'), bytes])],
    ['three items', swap('84', '83')],
    ['indefinite array', Buffer.concat([swap('84', '9f'), Buffer.of(0xff)])],
    ['algorithm -8', swap('a201320448', 'a201270448')],
    ['protected header: keys in another order', swap(`a201320448${kidHex}`, `a20448${kidHex}0132`)],
    ['protected header: key twice', swap('a201320448', 'a204320448')],
    ['protected header: kid of 7 bytes', swap(`4da201320448${kidHex}`, `4ca201320447${kidHex.slice(2)}`)],
    ['protected header: three entries', swap(`4da201320448${kidHex}a0`, `4fa301320448${kidHex}0500a0`)],
    ['unprotected header: an entry', swap(`${kidHex}a0`, `${kidHex}a10500`)],
    ['unprotected header: array', swap(`${kidHex}a0`, `${kidHex}80`)],
    ['payload: text', swap(`a058${payload.length.toString(16)}`, `a078${payload.length.toString(16)}`)],
    ['payload: empty', framed('')],
    ['payload: map', framed(`b4${payload.toString('hex').slice(2)}`)],
    ['payload: a byte behind the outcome', framed(`${payload.toString('hex')}00`)],
    ['payload: sharing tags', framed(sharing(40))],
    ['payload: 400 nested arrays', framed(`${'81'.repeat(400)}00`)],
    ['signature: 63 bytes', swap(`5840${signature.toString('hex')}`, `583f${signature.toString('hex').slice(2)}`)],
    ['signature: null', swap(`5840${signature.toString('hex')}`, 'f6')],
  ];
}

/** @param valid any valid packet: its envelope is what most cases keep */
export function malformed(valid: SignedPacket): { name: string; packet: string; reason: string }[] {
  const fields = FIELD_CASES.map(([name, field, item]): [string, Buffer] => [
    name,
    sign1Message(valid.kid, payloadWith(field, item), valid.signature),
  ]);
  const later = LATER_CASES.map(([name, field, item]): [string, Buffer] => [
    name,
    sign1Message(valid.kid, payloadWith(field, item, '02'), valid.signature),
  ]);
  const few = Buffer.from(
    `92${FIELDS.slice(0, 18)
      .map(({ name }) => (name === 'version' ? '02' : ITEMS[name]!))
      .join('')}`,
    'hex',
  );
  const short: [string, Buffer] = ['version 2: 18 items', sign1Message(valid.kid, few, valid.signature)];
  return [...envelopes(valid), ...fields, ...later, short].map(([name, bytes]) => ({
    name,
    packet: bytes.toString('hex'),
    reason: scanPacket(bytes) ?? 'passes',
  }));
}
