// A stream of bytes as a serial line hands it out: in pieces of any size.
import fc from 'fast-check';

export const cuts = fc.array(fc.nat(), { maxLength: 20 });

/** @param places where to cut, each taken modulo the length */
export function cut(stream: Buffer, places: readonly number[]): Buffer[] {
  const edges = [0, ...places.map((place) => place % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  return edges.slice(1).map((edge, at) => stream.subarray(edges[at], edge));
}
