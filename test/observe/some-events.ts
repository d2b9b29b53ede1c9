// One event of every type, as they come from the agent.
import type { AgentEvent } from '../../src/core/events.ts';

const id = '0123456789abcdef0123456789abcdef';

/** The record makes the compiler ask for the types that are missing here. */
export const SOME_EVENTS: { readonly [Type in AgentEvent['type']]: Extract<AgentEvent, { type: Type }> } = {
  started: { type: 'started', gateway: 'hill', nodeId: id, version: '1.2.3' },
  stopped: { type: 'stopped' },
  source_up: { type: 'source_up', sensor: 'roof', detail: 'plantower-pmsx003 on /dev/ttyUSB0' },
  source_down: { type: 'source_down', sensor: 'roof', reason: 'unplugged', retryMs: 1_500 },
  source_ended: { type: 'source_ended', sensor: 'roof', readings: 1 },
  frame_dropped: { type: 'frame_dropped', sensor: 'roof', reason: 'checksum', count: 3 },
  reading_dropped: { type: 'reading_dropped', sensor: 'roof', reason: 'queue_full', count: 2 },
  broker_up: { type: 'broker_up', port: 1883 },
  client_refused: { type: 'client_refused', client: 'north/a', reason: 'wrong password' },
  client_evicted: { type: 'client_evicted', client: 'north/a', reason: 'too slow' },
  link_up: { type: 'link_up', link: 'valley' },
  link_down: { type: 'link_down', link: 'valley', reason: 'ECONNREFUSED', retryMs: 0 },
  anomaly: {
    type: 'anomaly',
    channel: 'roof/pm2_5',
    kind: 'event',
    cause: 'rise',
    observed: 87.25,
    baseline: 11.04,
    unit: 'ug/m3',
    confidence: 0.934,
    onsetMs: 1_000,
    durationS: 0,
  },
  packet_issued: { type: 'packet_issued', id, finding: 'event', phenomenon: 'pm2_5', bytes: 141, evidence: [] },
  packet_received: {
    type: 'packet_received',
    id,
    finding: 'confirm',
    phenomenon: 'pm2_5',
    origin: 'valley',
    via: 'link:valley',
    hops: 1,
    bytes: 157,
  },
  packet_relayed: { type: 'packet_relayed', id, hops: 2 },
  packet_dropped: { type: 'packet_dropped', reason: 'bad_signature', via: 'link:valley', bytes: 141 },
  verdict: {
    type: 'verdict',
    phenomenon: 'pm2_5',
    verdict: 'event',
    probability: 0.97,
    about: id,
    evidence: [id, id],
  },
  advisory: { type: 'advisory', phenomenon: 'pm2_5', probability: 0.8, inMinutes: 6, distanceKm: 3.5, evidence: [id] },
  store_pruned: { type: 'store_pruned', packets: 12 },
  warning: { type: 'warning', message: 'no room for the key of valley' },
};
