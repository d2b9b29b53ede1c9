// Everything worth telling: one closed union. Logs, counters, the demo's timeline and later the web page derive from it.
//
// Every drop names its reason. Events are plain data that survive JSON.
import type { AnomalyCause } from './anomaly.ts';
import type { ShownFinding } from './condition.ts';

/** Why bytes from a sensor were not used. */
export type FrameReason =
  | 'checksum'
  | 'length'
  | 'noise'
  /** The line fell silent, or ended, in the middle of a frame. */
  | 'truncated'
  | 'too_long'
  /** An escape or a code that nothing may follow in that place (SHDLC, COBS). */
  | 'stuffing'
  /** A frame in good order of a kind that the profile does not have. */
  | 'unknown_frame'
  /** The device answered that it will not: a Modbus exception, a NACK. */
  | 'refused'
  /** Text that is not what the device writes. */
  | 'malformed';

/** Why a reading or a payload did not enter the loop. */
export type ReadingReason =
  | 'queue_full'
  | 'payload_too_large'
  | 'not_json'
  | 'retained'
  | 'not_a_number'
  /** The sensor itself marks the value as not valid. */
  | 'invalid'
  /** A message that breaks its convention, or nests deeper than any of them does. */
  | 'malformed'
  /** A template, a type or a version that is not understood. */
  | 'unsupported'
  /** A message that needs one that never came: an alias without its birth. */
  | 'unknown_alias'
  /** Sequence numbers skip: messages were lost. */
  | 'sequence_gap'
  /** A message that came before. */
  | 'duplicate'
  | 'too_many_sources'
  | 'bad_row'
  | 'bad_time'
  | 'out_of_order'
  | 'clock_jump'
  | 'too_many_channels';

/** Why a packet went no further. */
export type PacketReason =
  | 'too_large'
  | 'malformed'
  | 'unknown_key'
  | 'bad_signature'
  | 'topic_mismatch'
  | 'bad_topic'
  | 'future'
  | 'expired'
  | 'duplicate'
  | 'own_echo'
  /** Signed with our key, and not by us. */
  | 'own_key'
  | 'hop_limit'
  | 'parked_full'
  /** More new packets on one way, or of one origin, than any need. */
  | 'way_rate'
  | 'origin_rate'
  /** Its origin has as many packets here as one may have. */
  | 'origin_full'
  /** All that is kept is ours, or owed to neighbours, and no origin has more than this one. */
  | 'no_room'
  /** More arrived than can be looked at; its neighbour offers it again. */
  | 'overload'
  | 'store_failed';

/** Why a link frame went unheard. */
export type LinkFrameReason =
  | 'malformed'
  | 'own_frame'
  | 'not_for_us'
  | 'stranger'
  | 'bad_mac'
  | 'unknown_boot'
  | 'replayed'
  | 'unknown_verb'
  | 'bad_body'
  | 'address_mismatch'
  | 'unexpected_ack'
  /** An answer to no question, of who was not asked, or with more than was asked for. */
  | 'unexpected_result'
  | 'rate'
  | 'overload'
  | 'too_many_peers';

/** Why a request of a program was not looked at. */
export type RequestReason = 'busy' | 'malformed';

/** Why a neighbour is no longer sent a packet that it has not acknowledged. */
export type OwedReason =
  | 'expired'
  /** More is owed than is kept (owedMax). */
  | 'no_room';

/** Others agree; only here, a source nearby or the sensor; a sign of the device itself; nobody who could know. */
export const VERDICT_NAMES = ['event', 'local', 'fault', 'uncorroborated'] as const;
export type VerdictName = (typeof VERDICT_NAMES)[number];

/** event: an alarm; confirmed: others agree; local: only here; fault: a sign of the device itself; advisory: likely soon. */
export const ALARM_KINDS = ['event', 'confirmed', 'local', 'fault', 'advisory'] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

export type AgentEvent =
  | { readonly type: 'started'; readonly gateway: string; readonly nodeId: string; readonly version: string }
  | { readonly type: 'stopped' }
  | { readonly type: 'source_up'; readonly sensor: string; readonly detail: string }
  | {
      readonly type: 'source_down';
      readonly sensor: string;
      readonly reason: string;
      readonly retryMs: number;
      /** The way to it is open, and nothing good comes over it. */
      readonly silent?: true;
    }
  /** A device says that it is there, or its broker that it has gone. */
  | { readonly type: 'sensor_online'; readonly sensor: string; readonly online: boolean }
  /** The operator said that a sensor is being worked on; until when, Unix ms, or null: it is over. */
  | { readonly type: 'maintenance'; readonly sensor: string; readonly untilMs: number | null }
  | { readonly type: 'source_ended'; readonly sensor: string; readonly readings: number }
  | {
      readonly type: 'frame_dropped';
      readonly sensor: string;
      readonly reason: FrameReason;
      readonly count: number;
      /** No good frame has come yet since the line was opened: why it is not heard says more. */
      readonly early?: true;
    }
  | {
      readonly type: 'reading_dropped';
      readonly sensor: string;
      readonly reason: ReadingReason;
      readonly count: number;
    }
  | { readonly type: 'broker_up'; readonly port: number }
  /** `reason` is one of ours; `detail` is what the client wrote: a topic, a filter. */
  | { readonly type: 'client_refused'; readonly client: string; readonly reason: string; readonly detail?: string }
  | { readonly type: 'client_evicted'; readonly client: string; readonly reason: string; readonly detail?: string }
  /** An account sends more than it may, `perS` messages a second over all its connections: what it sends arrives late. */
  | { readonly type: 'client_throttled'; readonly client: string; readonly perS: number }
  /** A program asked something that was not looked at: more than it may, or what is not JSON. */
  | { readonly type: 'request_refused'; readonly client: string; readonly reason: RequestReason }
  | { readonly type: 'link_up'; readonly link: string }
  | { readonly type: 'link_down'; readonly link: string; readonly reason: string; readonly retryMs: number }
  | {
      readonly type: 'anomaly';
      readonly sensor: string;
      readonly quantity: string;
      /** With sensor and quantity in it (channelKey). */
      readonly channel: string;
      readonly kind: string;
      readonly cause: AnomalyCause;
      readonly observed: number;
      readonly baseline: number;
      readonly unit: string;
      readonly confidence: number;
      readonly onsetMs: number;
      readonly durationS: number;
    }
  | {
      readonly type: 'packet_issued';
      readonly id: string;
      readonly finding: ShownFinding;
      readonly phenomenon: string;
      readonly bytes: number;
      readonly evidence: readonly string[];
    }
  | {
      readonly type: 'packet_received';
      readonly id: string;
      readonly finding: ShownFinding;
      readonly phenomenon: string;
      readonly origin: string;
      readonly via: string;
      readonly hops: number;
      readonly bytes: number;
    }
  | { readonly type: 'packet_relayed'; readonly id: string; readonly hops: number }
  | { readonly type: 'packet_dropped'; readonly reason: PacketReason; readonly via: string; readonly bytes: number }
  | {
      readonly type: 'verdict';
      readonly phenomenon: string;
      readonly verdict: VerdictName;
      readonly probability: number;
      /** The id of the packet it is about, and its sensor; absent where that is no longer there. */
      readonly about: string;
      readonly sensor?: string;
      readonly evidence: readonly string[];
      /** Neighbours whose word is on the side of the verdict: they see it too, or they do not. */
      readonly neighbours?: number;
      /** It falls; absent where it rises. */
      readonly falls?: boolean;
    }
  | {
      readonly type: 'advisory';
      /** To ask why by (`qis explain`), as for verdicts their `about`; 8 hex digits. */
      readonly id: string;
      readonly phenomenon: string;
      readonly probability: number;
      /** Minutes until it is likely here; 0 when it is due. */
      readonly inMinutes: number;
      readonly distanceKm: number;
      /** It falls; absent where it rises. */
      readonly falls?: boolean;
      readonly evidence: readonly string[];
    }
  /** What an alarm level, the neighbours and signs of the device say together, told to the operator. */
  | {
      readonly type: 'alarm';
      /** To ask why by (`qis explain`), 8 hex digits. */
      readonly id: string;
      readonly kind: AlarmKind;
      readonly phenomenon: string;
      readonly sensor: string;
      /** 0 to 1; of an advisory the probability that it comes within the interval. */
      readonly confidence: number;
      readonly observed: number;
      readonly unit: string;
      /** Of a fault. */
      readonly cause?: 'stuck' | 'dead' | 'drift' | 'disagreement' | 'attenuated' | 'reads_low' | 'reads_high';
      /** Of a fault that neighbours show: how many. */
      readonly neighbours?: number;
      /** Of an advisory, Unix ms. */
      readonly interval?: { readonly fromMs: number; readonly untilMs: number };
    }
  | { readonly type: 'equivocation'; readonly origin: string; readonly ids: readonly string[] }
  | { readonly type: 'peer_known'; readonly peer: string; readonly filters: number }
  | { readonly type: 'link_frame_dropped'; readonly reason: LinkFrameReason; readonly via: string }
  /** No way to a neighbour has room: a packet is held until one has, a frame is left unsaid. */
  | { readonly type: 'no_room'; readonly what: 'packet' | 'frame'; readonly via: string; readonly bytes: number }
  /** Deliveries that were given up: packets times neighbours. */
  | { readonly type: 'owed_shed'; readonly reason: OwedReason; readonly count: number }
  | { readonly type: 'store_pruned'; readonly packets: number }
  /** To a subscriber that was too slow, and to nobody else: so many events are missing here. */
  | { readonly type: 'events_missed'; readonly count: number }
  | { readonly type: 'warning'; readonly message: string };

/** What happened, and when on the agent's clock. */
export type TimedEvent = AgentEvent & { readonly timeMs: number };

export type Emit = (event: AgentEvent) => void;
