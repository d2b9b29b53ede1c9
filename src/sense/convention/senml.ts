// Tells every number of SenML packs (RFC 8428), on any topic.
//
// The source is the base name; what a number measures is in its name, else in its unit where that allows one quantity
// only (the profile's members, by unit; "lat" is a unit of degrees). A name that says nothing stays as the channel.
// Invariant: a number is told whatever it is called; text, booleans, bytes and sums are not.
import { jsonPayloadBytesMax } from '../../core/limits.ts';
import type { Sink } from '../sink.ts';
import { memberOf } from '../value/json.ts';
import { tellStated, type ValueMeaning } from '../value/meaning.ts';
import { namesSomething, quantityNamed } from '../value/quantity-name.ts';
import { trustedTime } from '../value/trusted-time.ts';
import type { Convention, Message, ProfileOf } from './convention.ts';
import { type SenmlRecord, senmlPack } from './senml-record.ts';

/** Section 4.5.3: below this a time is relative to now, in seconds. */
const ABSOLUTE_S = 2 ** 28;

const NOTHING = { quantity: undefined, channel: undefined, unit: undefined };

/** What a unit means; a record that is not valid or stands for itself says so in its own words. */
export type SenmlMeaning = Pick<ValueMeaning, 'quantity' | 'unit'>;

export interface SenmlProfile extends ProfileOf<'senml'> {
  /** Words are units that allow one quantity only. */
  readonly members: Readonly<Record<string, SenmlMeaning>>;
}

export function createSenml({ members }: SenmlProfile): Convention {
  return {
    accept(message, sink) {
      if (message.payload.length > jsonPayloadBytesMax) return sink.rejected('payload_too_large', 1);
      const pack = senmlPack(message.payload);
      if (typeof pack === 'string') return sink.rejected(pack, 1);
      if (pack.malformed > 0) sink.rejected('malformed', pack.malformed);
      let source: string | undefined;
      for (const record of pack.records) {
        if (source !== record.base) sink.frame(record.base === '' ? undefined : record.base);
        source = record.base;
        tell(record, message, sink, members);
      }
      if (pack.records.length === 0 && pack.malformed === 0) sink.frame();
    },
  };
}

function tell(record: SenmlRecord, message: Message, sink: Sink, units: SenmlProfile['members']) {
  const { base, name, unit, value } = record;
  if (value === undefined) return;
  if (typeof value !== 'number') return sink.rejected('not_a_number', 1);
  const { quantity, channel, unit: known = unit } = measured(record, units);
  const full = name === '' ? base : name;
  tellStated(sink, value, { quantity, channel, name: full, unit: known, timeMs: timeOf(record, message) });
}

/** By its name; where that says nothing, by its unit, and the name is the channel. */
function measured({ base, name, unit }: SenmlRecord, units: SenmlProfile['members']) {
  const said = name === '' ? lastWord(base) : name;
  const byUnit = memberOf(units, unit) as SenmlMeaning | undefined;
  const named = quantityNamed(said, { unit: byUnit?.unit ?? unit });
  if (named) return { quantity: named.quantity, channel: named.channel, unit: byUnit?.unit ?? named.unit };
  return byUnit && !namesSomething(said) ? { quantity: byUnit.quantity, channel: name, unit: byUnit.unit } : NOTHING;
}

/** A base name may be the whole name: "urn:dev:ow:10e2073a:temperature". */
const lastWord = (base: string): string => base.slice(Math.max(base.lastIndexOf(':'), base.lastIndexOf('/')) + 1);

/** What was kept by a broker was sent at another time than now. */
function timeOf({ timeS }: SenmlRecord, { timeMs, retained }: Message): number | undefined {
  if (timeS >= ABSOLUTE_S) return trustedTime(timeS * 1000);
  return timeS === 0 || retained ? undefined : trustedTime(timeMs + timeS * 1000);
}
