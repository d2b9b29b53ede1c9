// What a gateway asks its neighbours, and what they answer, as bodies of link frames (protocol section 6).
//
//   QUERY   [question (8), domain, coarse, fine, sensor, steps, confidence, packets]     at the address of domain and coarse
//   RESULT  [question (8), packets that follow in later frames, [packet ...]]
//
// Invariant: a body that was written is read back as it was, and whatever has another shape is none.
import type { Condition, Domain } from '../../core/condition.ts';
import { resultPacketsMax } from '../../core/deposit-limits.ts';
import { coarseOrdinalsMax, domainNameLengthMax, fineOrdinalsMax, packetBytesMax } from '../../core/limits.ts';
import type { Item } from '../../packet/canonical.ts';

export interface Question extends Condition {
  /** Class of the instrument; 0: any. */
  readonly sensor: number;
  /** How many steps of widening are of use; 0: within the tolerances of the domain. */
  readonly steps: number;
  /** Percent. */
  readonly confidenceMin: number;
  /** At most so many packets back. */
  readonly packets: number;
}

export interface Result {
  /** 8 bytes. */
  readonly id: Buffer;
  /** Packets in frames that follow. */
  readonly left: number;
  readonly packets: readonly Buffer[];
}

const STEPS_MAX = 255;

export function questionBody(
  id: Buffer,
  { domain, coarse, fine, sensor, steps, confidenceMin, packets }: Question,
): Item {
  return [id, domain, [...coarse], [...fine], sensor, Math.min(steps, STEPS_MAX), confidenceMin, packets];
}

export function isQuestionBody(body: Item): boolean {
  if (!Array.isArray(body) || body.length !== 8) return false;
  const [id, domain, coarse, fine, sensor, steps, confidence, packets] = body;
  return (
    isId(id) &&
    isDomain(domain) &&
    isOrdinals(coarse, 1, coarseOrdinalsMax) &&
    isOrdinals(fine, 0, fineOrdinalsMax) &&
    isWithin(sensor, 0, Number.POSITIVE_INFINITY) &&
    isWithin(steps, 0, STEPS_MAX) &&
    isWithin(confidence, 0, 100) &&
    isWithin(packets, 1, resultPacketsMax)
  );
}

/** @param body that isQuestionBody let through */
export function readQuestion(body: Item): Question & { readonly id: Buffer } {
  const [id, domain, coarse, fine, sensor, steps, confidenceMin, packets] = body as [
    Buffer,
    Domain,
    number[],
    number[],
    number,
    number,
    number,
    number,
  ];
  return { id, domain, coarse, fine, sensor, steps, confidenceMin, packets };
}

export const resultBody = ({ id, left, packets }: Result): Item => [id, left, [...packets]];

export function isResultBody(body: Item): boolean {
  if (!Array.isArray(body) || body.length !== 3) return false;
  const [id, left, packets] = body;
  return (
    isId(id) &&
    isWithin(left, 0, resultPacketsMax) &&
    Array.isArray(packets) &&
    packets.length <= resultPacketsMax &&
    packets.every((packet) => Buffer.isBuffer(packet) && packet.length <= packetBytesMax)
  );
}

/** @param body that isResultBody let through */
export function readResult(body: Item): Result {
  const [id, left, packets] = body as [Buffer, number, Buffer[]];
  return { id, left, packets };
}

const isId = (item: Item | undefined): boolean => Buffer.isBuffer(item) && item.length === 8;

function isDomain(item: Item | undefined): boolean {
  if (typeof item === 'number') return item >= 0;
  return typeof item === 'string' && item.length <= domainNameLengthMax && /^[a-z][a-z0-9-]*$/.test(item);
}

function isOrdinals(item: Item | undefined, min: number, max: number): boolean {
  return (
    Array.isArray(item) &&
    item.length >= min &&
    item.length <= max &&
    item.every((one) => isWithin(one, 0, Number.POSITIVE_INFINITY))
  );
}

function isWithin(item: Item | undefined, min: number, max: number): boolean {
  return typeof item === 'number' && item >= min && item <= max;
}
