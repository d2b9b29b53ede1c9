// Keeps what a Sparkplug edge node said at birth: which metric an alias stands for, and which message comes next.
//
// Aliases are unique within an edge node, its devices included (specification 3.0, section 6.4.3); a new birth forgets
// what was said before it.
// Invariant: definitions and devices of one node stay under caps; nothing here reads bytes.
import { nameLengthMax, namesPerSourceMax, sourceNameLengthMax, sourcesPerSensorMax } from '../../core/limits.ts';
import type { Metric } from './sparkplug-payload.ts';

export interface Definition {
  /** undefined: the node itself. */
  readonly device: string | undefined;
  readonly name: string;
  readonly datatype: number | undefined;
  readonly unit: string | undefined;
}

export class SparkplugNode {
  /** Of the last birth; a death certificate of an earlier session has another. */
  birthSequence: number | undefined;
  #expected: number | undefined;
  readonly #byAlias = new Map<bigint, Definition>();
  readonly #byName = new Map<string, Definition>();
  readonly #devices = new Set<string>();

  get devices(): Iterable<string> {
    return this.#devices;
  }

  /** What the node and all its devices said before no longer stands. */
  forget(): void {
    this.birthSequence = undefined;
    this.#expected = undefined;
    this.#byAlias.clear();
    this.#byName.clear();
    this.#devices.clear();
  }

  /** A device has gone, or is born anew. */
  end(device: string | undefined): void {
    for (const [alias, definition] of this.#byAlias) if (definition.device === device) this.#byAlias.delete(alias);
    for (const [key, definition] of this.#byName) if (definition.device === device) this.#byName.delete(key);
    if (device !== undefined) this.#devices.delete(device);
  }

  /** A birth: its metrics replace what was said before. */
  begin(device: string | undefined, metrics: readonly Metric[]): void {
    this.end(device);
    if (device !== undefined && this.#devices.size < sourcesPerSensorMax) this.#devices.add(device);
    for (const metric of metrics) this.#learn(device, metric);
  }

  #learn(device: string | undefined, { name, alias, datatype, unit, members = [] }: Metric): void {
    if (name === undefined || this.#byName.size >= namesPerSourceMax) return;
    if (name.length > sourceNameLengthMax || (unit?.length ?? 0) > nameLengthMax) return;
    const definition = { device, name, datatype, unit };
    this.#byName.set(keyOf(device, name), definition);
    if (alias !== undefined && this.#byAlias.size < namesPerSourceMax) this.#byAlias.set(alias, definition);
    for (const member of members) this.#learn(device, memberOf(name, member));
  }

  /** By name where the metric has one, else by the alias of its birth. */
  define(device: string | undefined, { name, alias, datatype, unit }: Metric): Definition | undefined {
    const known =
      name === undefined ? alias !== undefined && this.#byAlias.get(alias) : this.#byName.get(keyOf(device, name));
    if (known) return { ...known, datatype: datatype ?? known.datatype, unit: unit ?? known.unit };
    return name === undefined ? undefined : { device, name, datatype, unit };
  }

  /** @returns whether messages are missing before this one; numbers run from 0 to 255 and start at a birth of the node */
  skips(seq: number | undefined, isBirth: boolean): boolean {
    if (seq === undefined) return false;
    const skipped = !isBirth && this.#expected !== undefined && seq !== this.#expected;
    this.#expected = (seq + 1) % 256;
    return skipped;
  }
}

/** A member of a template by its whole name; one that only has an alias was named at birth. */
export const memberOf = (parent: string, member: Metric): Metric =>
  member.name === undefined ? member : { ...member, name: `${parent}/${member.name}` };

const keyOf = (device: string | undefined, name: string): string => `${device ?? ''}\n${name}`;
