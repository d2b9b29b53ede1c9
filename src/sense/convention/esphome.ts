// ESPHome: one number as text a message, its topic says whose and what.
//
//     <prefix>/sensor/<object id>/state     21.5, or nan for a sensor that has no value
//     <prefix>/status                       online | offline
//
// The object id is the name an owner gave, in snake case: a quantity when it reads like one. The unit is what the
// device's discovery message says, where one was heard, else what ESPHome's own components use.
import { nameLengthMax } from '../../core/limits.ts';
import type { Sink } from '../sink.ts';
import { tellRaw, type ValueMeaning, type Vocabulary } from '../value/meaning.ts';
import { quantityNamed } from '../value/quantity-name.ts';
import type { Convention, Message, ProfileOf } from './convention.ts';
import { createDescribedSensors } from './described-sensors.ts';
import type { Described } from './discovery.ts';
import { onlineOf } from './online-word.ts';
import { meaningInUnit } from './stated-unit.ts';

export interface EsphomeProfile extends ProfileOf<'esphome'> {
  /** Words are object ids that do not read like a quantity, and quantities whose unit is not that of the table. */
  readonly members: Vocabulary;
}

/** @param accounts of the own broker: each keeps a share of what can be described */
export function createEsphome(profile: EsphomeProfile, accounts: readonly string[] = []): Convention {
  const described = createDescribedSensors(profile.members, accounts);
  return {
    accept(message, sink) {
      if (described.configure(message, sink)) return;
      const levels = message.topic.split('/');
      const online = levels.length > 1 && levels.at(-1) === 'status' ? onlineOf(message.payload) : undefined;
      if (online !== undefined) {
        sink.frame(levels.slice(0, -1).join('/') || undefined);
        return sink.online(online);
      }
      if (levels.length < 4 || levels.at(-3) !== 'sensor' || levels.at(-1) !== 'state') return sink.frame();
      readState(profile, message, described.at(message.topic)[0], sink);
    },
  };
}

function readState(profile: EsphomeProfile, message: Message, described: Described | undefined, sink: Sink): void {
  if (message.payload.length > nameLengthMax) {
    sink.rejected('payload_too_large', 1);
    return;
  }
  const levels = message.topic.split('/');
  sink.frame(levels.slice(0, -3).join('/') || undefined);
  const found = meaningOf(profile, levels.at(-2)!, described);
  const text = message.payload.toString('utf8').trim();
  if (!found || text === '') return;
  const { meaning, unit, channel } = found;
  tellRaw(sink, meaning, text, { unit, channel });
}

/** What an object id means: itself a word of the profile, or a name; the profile also has the unit of a quantity. */
function meaningOf(
  { members }: EsphomeProfile,
  objectId: string,
  described: Described | undefined,
): { meaning: ValueMeaning; unit: string | undefined; channel: string } | undefined {
  const unit = described?.unit;
  if (Object.hasOwn(members, objectId)) {
    const meaning = meaningInUnit(members[objectId]!, unit);
    return { meaning, unit, channel: meaning.channel ?? '' };
  }
  const named = quantityNamed(objectId, { unit });
  if (!named) return described?.meaning && { meaning: described.meaning, unit, channel: objectId };
  const { quantity, channel } = named;
  const usual = Object.hasOwn(members, quantity) ? members[quantity] : undefined;
  return { meaning: usual && !unit && !named.unit ? usual : { quantity }, unit: unit ?? named.unit, channel };
}
