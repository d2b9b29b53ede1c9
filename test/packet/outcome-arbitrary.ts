// Random outcomes over the whole grammar, with the edges of every range well represented.
import fc from 'fast-check';
import { uintMax, valueMax } from '../../src/core/limits.ts';
import { type Outcome, REGISTERED_DOMAINS } from '../../src/packet/outcome.ts';

const uint = fc.oneof(fc.nat({ max: 300 }), fc.constantFrom(23, 24, 255, 256, 65_535, 65_536, uintMax), fc.nat());
const value = fc.oneof(
  uint.filter((n) => n <= valueMax),
  fc.integer({ min: -valueMax, max: 0 }),
  fc.constantFrom(-24, -25, -256, -257),
);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((b) => Buffer.from(b));
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/).filter((text) => !REGISTERED_DOMAINS.includes(text));
const action = fc.oneof(
  uint,
  fc.tuple(uint, fc.array(value, { minLength: 1, maxLength: 8 })).map(([code, rest]) => [code, ...rest] as const),
);

/** At most 12 pieces of evidence: with every integer at its widest, 16 would pass the size cap. */
export const outcomes: fc.Arbitrary<Outcome> = fc.record(
  {
    version: fc.constant(1 as const),
    domain: fc.oneof(uint, name),
    coarse: fc.array(uint, { minLength: 1, maxLength: 4 }),
    fine: fc.array(uint, { maxLength: 8 }),
    finding: fc.nat({ max: 6 }),
    action,
    score: fc.nat({ max: 100 }),
    observed: value,
    baseline: value,
    spread: uint,
    samples: uint,
    confidence: fc.nat({ max: 100 }),
    issued: uint,
    age: uint,
    duration: uint,
    context: bytes(4),
    sequence: uint,
    clock: fc.constantFrom(0 as const, 1 as const, 2 as const),
    lifetime: fc.integer({ min: 1, max: 48 }),
    sensor: uint,
    evidence: fc.array(bytes(16), { maxLength: 12 }),
  },
  { noNullPrototype: true },
);
