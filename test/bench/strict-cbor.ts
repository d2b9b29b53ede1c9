// What a strict CBOR library (cborg) would cost in place of the own checks, as ratios in one run (docs/decisions/0008).
//
//     npm install --no-save cborg@6.1.5 && node test/bench/strict-cbor.ts
//
// cborg is no dependency: it is looked for by name, and its tokenizer gets the rest of the grammar of canonical.ts.
import { Decoder, encode } from 'cbor-x';
import { checkCbor } from '../../src/core/cbor-wellformed.ts';
import { cborDepthMax, cborItemsMax, cborTextBytesMax } from '../../src/core/limits.ts';
import { readCanonical } from '../../src/packet/canonical.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { issue, open, parse } from '../../src/packet/packet.ts';
import { scanPacket } from '../../src/packet/scanner.ts';
import { corpus } from './packets.ts';
import { ratesPerS } from './rate.ts';

interface Token {
  readonly type: { readonly name: string };
  value: unknown;
}

interface Cborg {
  decode(bytes: Uint8Array, options: object): unknown;
  Tokenizer: new (bytes: Uint8Array, options: object) => { next(): Token };
}

const NAME = 'cborg';
const { decode, Tokenizer } = (await import(NAME)) as Cborg;
const STRICT = { strict: true, allowIndefinite: false, allowUndefined: false, allowBigInt: false };

class Bounded extends Tokenizer {
  items = 0;
  /** Items still to come in each open array, outermost first. */
  open = [1];

  override next(): Token {
    const token = super.next();
    const { value } = token;
    if (++this.items > cborItemsMax) throw new RangeError('too many items');
    this.open[this.open.length - 1]! -= 1;
    if (token.type.name === 'array') {
      if (this.open.length > cborDepthMax) throw new RangeError('too deep');
      this.open.push(value as number);
    } else if (typeof value === 'string') {
      if (value.length > cborTextBytesMax || !/^[ -~]*$/.test(value)) throw new RangeError('not a short text');
    } else if (value instanceof Uint8Array) token.value = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    else if (typeof value !== 'number' || value > 2 ** 32 - 1 || value < -(2 ** 32))
      throw new TypeError('not a 32-bit integer');
    while (this.open.at(-1) === 0) this.open.pop();
    return token;
  }
}

function strictCborg(bytes: Buffer): unknown {
  const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return decode(view, { ...STRICT, tokenizer: new Bounded(view, STRICT) });
  } catch {
    return undefined;
  }
}

const maps = new Decoder({ useRecords: false, mapsAsObjects: false });
/** As SenML is read. */
const ownMaps = (bytes: Buffer): unknown => (checkCbor(bytes) === undefined ? maps.decode(bytes) : undefined);
const cborgMaps = (bytes: Buffer): unknown => decode(bytes, { useMaps: true });

const COUNT = 400;
const bytes = (length: number, fill: number) => Buffer.alloc(length, fill);
const identity = temporaryIdentity(bytes(32, 1));
const packets = corpus(COUNT, 1).map((outcome) => issue(outcome, identity));
const frames = packets.map((packet, i) =>
  Buffer.from(encode([6, bytes(8, i & 0xff), bytes(4, 7), i, 3, bytes(16, 9), packet.bytes])),
);
const announcement = Buffer.from(
  encode([1, bytes(32, 5), ['mqtts://a.example:8883'], Array(40).fill([1, Array(4).fill(bytes(4, 2))]), 1.8e9]),
);
const pack = Buffer.from(encode(Array.from({ length: 12 }, (_, i) => ({ n: `t${i}`, u: 'Cel', v: 21.5 + i }))));
/** One byte is wrong at the end: all of it is read before it is refused. */
const spoilt = frames.map((frame) => Buffer.concat([frame, Buffer.of(0)]));

const each = <T>(items: readonly T[], work: (item: T) => unknown, isGood: (result: unknown) => boolean) => ({
  count: items.length,
  run: () => {
    for (const item of items) if (!isGood(work(item))) throw new Error('another answer than was expected');
  },
});
const many = <T>(item: T) => Array<T>(COUNT).fill(item);
const there = (result: unknown) => result !== undefined && result !== false;
const absent = (result: unknown) => !there(result);

const rates = ratesPerS(
  {
    frame_own: each(frames, readCanonical, there),
    frame_cborg: each(frames, strictCborg, there),
    announcement_own: each(many(announcement), readCanonical, there),
    announcement_cborg: each(many(announcement), strictCborg, there),
    refused_own: each(spoilt, readCanonical, absent),
    refused_cborg: each(spoilt, strictCborg, absent),
    senml_own: each(many(pack), ownMaps, there),
    senml_cborg: each(many(pack), cborgMaps, there),
    parse_own: each(packets, (packet) => parse(packet.bytes).ok, there),
    // The scanner stays, because it is the grammar; cborg in the place of cbor-x behind it.
    parse_cborg: each(packets, ({ bytes }) => scanPacket(bytes) === undefined && cborgParts(bytes), there),
    verify_own: each(packets, ({ bytes, key }) => verified(bytes, key), there),
  },
  2_000,
);

function cborgParts(bytes: Buffer): unknown {
  const [, , payload] = decode(bytes, { ...STRICT, useMaps: true }) as [unknown, unknown, Uint8Array];
  return decode(payload, STRICT);
}

function verified(bytes: Buffer, key: (typeof packets)[number]['key']): unknown {
  const parsed = parse(bytes);
  return parsed.ok && open(parsed.packet, [key]);
}

for (const what of ['frame', 'announcement', 'refused', 'senml', 'parse']) {
  const [own, other] = [rates[`${what}_own`]!, rates[`${what}_cborg`]!];
  console.log(`${what}: own ${own}/s, cborg ${other}/s, ratio ${(other / own).toFixed(2)}`);
}
console.log(`verify path: ${rates.verify_own}/s`);
