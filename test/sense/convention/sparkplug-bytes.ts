// Sparkplug B payloads, written as an edge node writes them.
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

export interface WrittenMetric {
  readonly name?: string;
  readonly alias?: number;
  readonly timeMs?: number;
  readonly datatype?: number;
  readonly isNull?: true;
  readonly int?: number;
  readonly long?: bigint;
  readonly float?: number;
  readonly double?: number;
  readonly text?: string;
  readonly bool?: boolean;
  readonly unit?: string;
  readonly quality?: number;
  /** A template; with `isDefinition` one that others are instances of. */
  readonly members?: readonly WrittenMetric[];
  readonly isDefinition?: true;
}

/** @param seq absent as in a death certificate */
export function sparkplugBytes(timeMs: number, seq: number | undefined, metrics: readonly WrittenMetric[]): Buffer {
  const writer = new BinaryWriter().tag(1, WireType.Varint).uint64(BigInt(timeMs));
  for (const metric of metrics) writer.tag(2, WireType.LengthDelimited).bytes(metricBytes(metric));
  if (seq !== undefined) writer.tag(3, WireType.Varint).uint64(BigInt(seq));
  return Buffer.from(writer.finish());
}

function metricBytes(metric: WrittenMetric): Uint8Array {
  const { name, alias, timeMs, datatype, isNull, int, long, float, double, text, bool, unit, quality } = metric;
  const writer = new BinaryWriter();
  if (name !== undefined) writer.tag(1, WireType.LengthDelimited).string(name);
  if (alias !== undefined) writer.tag(2, WireType.Varint).uint64(BigInt(alias));
  if (timeMs !== undefined) writer.tag(3, WireType.Varint).uint64(BigInt(timeMs));
  if (datatype !== undefined) writer.tag(4, WireType.Varint).uint32(datatype);
  if (isNull) writer.tag(7, WireType.Varint).bool(true);
  if (unit !== undefined || quality !== undefined) {
    writer.tag(9, WireType.LengthDelimited).bytes(propertyBytes(unit, quality));
  }
  if (int !== undefined) writer.tag(10, WireType.Varint).uint32(int >>> 0);
  if (long !== undefined) writer.tag(11, WireType.Varint).uint64(BigInt.asUintN(64, long));
  if (float !== undefined) writer.tag(12, WireType.Bit32).float(float);
  if (double !== undefined) writer.tag(13, WireType.Bit64).double(double);
  if (bool !== undefined) writer.tag(14, WireType.Varint).bool(bool);
  if (text !== undefined) writer.tag(15, WireType.LengthDelimited).string(text);
  if (metric.members) {
    writer.tag(18, WireType.LengthDelimited).bytes(templateBytes(metric.members, metric.isDefinition ?? false));
  }
  return writer.finish();
}

function templateBytes(members: readonly WrittenMetric[], isDefinition: boolean): Uint8Array {
  const writer = new BinaryWriter();
  for (const member of members) writer.tag(2, WireType.LengthDelimited).bytes(metricBytes(member));
  return writer.tag(5, WireType.Varint).bool(isDefinition).finish();
}

function propertyBytes(unit: string | undefined, quality: number | undefined): Uint8Array {
  const writer = new BinaryWriter();
  if (unit !== undefined) {
    const value = new BinaryWriter().tag(1, WireType.Varint).uint32(12).tag(8, WireType.LengthDelimited).string(unit);
    writer.tag(1, WireType.LengthDelimited).string('engUnit').tag(2, WireType.LengthDelimited).bytes(value.finish());
  }
  if (quality !== undefined) {
    const value = new BinaryWriter().tag(1, WireType.Varint).uint32(3).tag(3, WireType.Varint).uint32(quality);
    writer.tag(1, WireType.LengthDelimited).string('Quality').tag(2, WireType.LengthDelimited).bytes(value.finish());
  }
  return writer.finish();
}
