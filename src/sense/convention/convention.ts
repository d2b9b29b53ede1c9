// What an MQTT convention is: which topics it uses, and how its messages become readings.
//
// The engines are a small closed set (one file each beside this one); what their words mean is data (devices/<name>/
// profile.ts). A convention keeps state between messages where it has to (births, aliases, descriptions), under a cap.
// Invariant: accept never throws, whatever the bytes; what is not used is rejected with a reason.
import type { Quantity } from '../../core/quantities.ts';
import type { Sink } from '../sink.ts';
import type { Member } from '../value/member.ts';

export const CONVENTION_KINDS = [
  'flat-json',
  'tasmota',
  'esphome',
  'homeassistant',
  'airrohr',
  'shelly',
  'senml',
  'sparkplug',
  'homie',
  'ruuvi',
  'meshtastic',
  'chirpstack',
] as const;

export type ConventionKind = (typeof CONVENTION_KINDS)[number];

/** A convention as data; survives a JSON round trip. */
export interface ConventionProfile {
  /** The folder's name. */
  readonly name: string;
  readonly title: string;
  readonly aliases?: readonly string[];
  readonly convention: ConventionKind;
  /** Filters to subscribe to when the configuration names none. */
  readonly topics: readonly string[];
  /** The convention's words: member, sensor type, device class, object id, as the engine takes them. */
  readonly members: Readonly<Record<string, Member>>;
  /** Where the name of the device stands. */
  readonly source?: {
    /** Members looked for first. */
    readonly members?: readonly string[];
    /** flat-json: what comes after the first of these levels is the name. */
    readonly after?: readonly string[];
    /** flat-json: levels of other topics cut off at the front; what is left is the name. */
    readonly topicFrom?: number;
  };
  /** flat-json: the last level of a topic that tells whether a device is there, such as `availability` or `LWT`. */
  readonly availability?: string;
  /** flat-json: the member that holds the time: RFC 3339 with a zone, or seconds or ms since 1970, told apart by size. */
  readonly time?: string;
  /** flat-json: topics with one of these levels are no devices. */
  readonly notDevices?: readonly string[];
  /** flat-json: the last level of a topic, or the one before it, that makes it a command to a device. */
  readonly commands?: readonly string[];
  /** flat-json: the level under which a bridge speaks of itself (`state`) and of its devices (`devices`, Zigbee2MQTT's exposes). */
  readonly bridge?: string;
  /** flat-json: a member that holds members of several like sensors, each with its channel. */
  readonly groups?: { readonly member: string; readonly channels: Readonly<Record<string, string>> };
  /** tasmota: members that state the unit of others. */
  readonly unitMembers?: Readonly<Record<string, readonly Quantity[]>>;
  /** tasmota, airrohr: sensors that do not measure the air around: their names are always the channel. */
  readonly aside?: readonly string[];
  /** tasmota: sensors of another trade. */
  readonly ignored?: readonly string[];
}

export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  /** As old as it may be: what describes devices is still good, readings without a time are not (the source sees to it). */
  readonly retained: boolean;
  /** When it arrived, Unix ms; NaN when that is not known. */
  readonly timeMs: number;
}

export interface Convention {
  accept(message: Message, sink: Sink): void;
}
