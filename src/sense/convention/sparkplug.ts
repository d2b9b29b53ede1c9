// Sparkplug B (Eclipse specification 3.0): births say what is measured, data messages may say only aliases and values.
//
//     spBv1.0/<group>/NBIRTH│NDATA│NDEATH/<node>     spBv1.0/<group>/DBIRTH│DDATA│DDEATH/<node>/<device>
//
// The source is group/node or group/node/device. Every number is told, those in templates under both names; text,
// booleans and data sets are none, and what stands under "Node Control" or "Device Control" measures no quantity.
// Commands and hosts (STATE) say nothing of sensors.
import { sourceFrameBytesMax, sourceNameLengthMax, sourcesPerSensorMax } from '../../core/limits.ts';
import type { Sink } from '../sink.ts';
import { tellInvalid, tellStated } from '../value/meaning.ts';
import { quantityNamed } from '../value/quantity-name.ts';
import { trustedTime } from '../value/trusted-time.ts';
import type { Convention, ProfileOf } from './convention.ts';
import { memberOf, SparkplugNode } from './sparkplug-node.ts';
import { type Metric, metricNumber, type SparkplugPayload, sparkplugPayload } from './sparkplug-payload.ts';

const TYPE = /^([ND])(BIRTH|DATA|DEATH|CMD)$/;
const CONTROL = /^(Node|Device) Control\//;
/** Section 6.4.16, as the property "Quality" has it: 0 is bad, 500 stale. */
const BAD = 0;
const STALE = 500;
const BIRTH_SEQUENCE = 'bdSeq';

interface Address {
  readonly about: 'BIRTH' | 'DATA' | 'DEATH' | 'CMD';
  readonly nodeName: string;
  readonly device: string | undefined;
}

/** Metrics name themselves: no words. */
export type SparkplugProfile = ProfileOf<'sparkplug'>;

export function createSparkplug(): Convention {
  const nodes = new Map<string, SparkplugNode>();
  return {
    accept(message, sink) {
      const address = addressOf(message.topic);
      if (address === 'host') return sink.frame();
      if (address === undefined) return sink.rejected('unsupported', 1);
      if (address.about === 'CMD') return sink.frame();
      if (message.payload.length > sourceFrameBytesMax) return sink.rejected('payload_too_large', 1);
      const payload = sparkplugPayload(message.payload);
      if (!payload) return sink.rejected('malformed', 1);
      if (payload.isPacked) return sink.rejected('unsupported', 1);
      const node = nodes.get(address.nodeName) ?? new SparkplugNode();
      if (!nodes.has(address.nodeName) && nodes.size >= sourcesPerSensorMax) {
        return sink.rejected('too_many_sources', 1);
      }
      nodes.set(address.nodeName, node);
      if (address.about === 'DEATH') die(address, node, payload, sink);
      else speak(address, node, payload, sink);
    },
  };
}

/** Levels are kept as they are written: names may hold blanks and dots. */
function addressOf(topic: string): Address | 'host' | undefined {
  if (topic.length > sourceNameLengthMax) return undefined;
  const [namespace, group, type = '', node, device, ...rest] = topic.split('/');
  if (namespace === 'STATE') return 'host';
  if (namespace !== 'spBv1.0' || group === undefined) return undefined;
  // Before 3.0 a host wrote STATE/<host>, since then spBv1.0/STATE/<host>.
  if (group === 'STATE') return 'host';
  const [, whose, about] = TYPE.exec(type) ?? [];
  if (about === undefined || !node || rest.length > 0 || (whose === 'D') !== (device !== undefined)) return undefined;
  return { about: about as Address['about'], nodeName: `${group}/${node}`, device };
}

const sourceOf = ({ nodeName, device }: Address): string => (device === undefined ? nodeName : `${nodeName}/${device}`);

function speak(address: Address, node: SparkplugNode, payload: SparkplugPayload, sink: Sink): void {
  const { about, device } = address;
  const isNodeBirth = about === 'BIRTH' && device === undefined;
  if (isNodeBirth) node.forget();
  sink.frame(sourceOf(address));
  if (node.skips(payload.seq, isNodeBirth)) sink.rejected('sequence_gap', 1);
  if (about === 'BIRTH') {
    node.begin(device, payload.metrics);
    sink.online(true);
  }
  if (isNodeBirth) node.birthSequence = birthSequence(payload);
  for (const metric of payload.metrics) {
    tellMetric(metric, { node, device, timeMs: payload.timeMs }, sink);
  }
}

/** A will that was registered in an earlier session may come after the birth of this one (section 6.4.20). */
function die(address: Address, node: SparkplugNode, payload: SparkplugPayload, sink: Sink) {
  const source = sourceOf(address);
  sink.frame(source);
  if (address.device !== undefined) {
    if (node.skips(payload.seq, false)) sink.rejected('sequence_gap', 1);
    node.end(address.device);
    return sink.online(false);
  }
  const session = birthSequence(payload);
  if (session !== undefined && node.birthSequence !== undefined && session !== node.birthSequence) return;
  for (const device of node.devices) sink.online(false, `${source}/${device}`);
  node.forget();
  sink.online(false);
  for (const metric of payload.metrics) tellMetric(metric, { node, device: undefined, timeMs: payload.timeMs }, sink);
}

function birthSequence({ metrics }: SparkplugPayload): number | undefined {
  const raw = metrics.find(({ name }) => name === BIRTH_SEQUENCE)?.raw;
  return raw === undefined ? undefined : Number(raw);
}

/** What a metric stands in; its time is the payload's or the template's. */
interface MetricContext {
  readonly node: SparkplugNode;
  readonly device: string | undefined;
  readonly timeMs: number | undefined;
}

function tellMetric(metric: Metric, { node, device, timeMs: timeAroundMs = Number.NaN }: MetricContext, sink: Sink) {
  const definition = node.define(device, metric);
  if (!definition) return sink.rejected('unknown_alias', 1);
  const { name, datatype, unit } = definition;
  // Members of a template bear its name as well: they would multiply one of any length.
  if (name.length > sourceNameLengthMax) return sink.rejected('malformed', 1);
  const timeMs = trustedTime(metric.timeMs ?? Number.NaN) ?? trustedTime(timeAroundMs);
  for (const member of metric.members ?? []) tellMetric(memberOf(name, member), { node, device, timeMs }, sink);
  const named = CONTROL.test(name) ? undefined : quantityNamed(name, { unit });
  if (metric.isNull || metric.quality === BAD || metric.quality === STALE) return tellInvalid(sink, named, timeMs);
  const value = metricNumber(metric.raw, datatype);
  if (value === undefined) return;
  const stated = unit ?? named?.unit;
  tellStated(sink, value, { quantity: named?.quantity, name, unit: stated, channel: named?.channel, timeMs });
}
