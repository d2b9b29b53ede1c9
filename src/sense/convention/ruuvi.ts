// Ruuvi Gateway: what its sensors broadcast, raw in `data` or decoded into members, and whether the gateway is there.
//
//     ruuvi/<gateway>/<sensor>      {"gw_mac":..,"rssi":-26,"gwts":..,"ts":..,"data":"0201061BFF990405.."}
//     ruuvi/<gateway>/gw_status     {"state":"online"}
//
// Raw bytes go before decoded members, which are rounded. The source is the sensor's address as the topic writes it.
// A gateway without a clock counts in `cnt` where `ts` would stand, and gives no time.
import { QUANTITIES } from '../../core/quantities.ts';
import { QUALITY } from '../../core/reading.ts';
import type { Sink } from '../sink.ts';
import { isObject, type JsonObject, memberOf } from '../value/json.ts';
import { numberOf, tellRaw, type Vocabulary } from '../value/meaning.ts';
import { trustedTime } from '../value/trusted-time.ts';
import type { Convention, ProfileOf } from './convention.ts';
import { jsonOf } from './message-json.ts';
import { onlineOf } from './online-word.ts';
import { type RuuviData, ruuviData } from './ruuvi-data.ts';

const MAC = /^([0-9a-f]{2}[:-]?){5}[0-9a-f]{2}$/i;

export interface RuuviProfile extends ProfileOf<'ruuvi'> {
  /** Words are the members that the gateway writes. */
  readonly members: Vocabulary;
}

export function createRuuvi({ members }: RuuviProfile): Convention {
  return {
    accept(message, sink) {
      const levels = message.topic.split('/');
      const online = onlineOf(message.payload);
      if (online !== undefined) {
        // Early firmware wrote to the topic of the gateway itself.
        const gateway = levels.at(-1) === 'gw_status' ? levels.at(-2) : levels.at(-1);
        sink.frame(gateway || undefined);
        return sink.online(online);
      }
      const report = jsonOf(message, sink);
      if (report === undefined) return;
      if (!isObject(report)) return sink.rejected('malformed', 1);
      readReport(report, levels.at(-1) ?? '', members, sink);
    },
  };
}

function readReport(report: JsonObject, level: string, words: Vocabulary, sink: Sink) {
  const data = rawOf(memberOf(report, 'data'));
  if (data === 'malformed') return sink.rejected('malformed', 1);
  const decoded = Object.keys(words).some((word) => word !== 'rssi' && memberOf(report, word) !== undefined);
  // The gateway can pass on what other makers' beacons say.
  if (!data && !decoded) return sink.rejected('unsupported', 1);
  const id = memberOf(report, 'id');
  sink.frame(MAC.test(level) ? level : (data?.mac ?? (typeof id === 'string' ? id : undefined)));
  const timeMs =
    trustedTime(numberOf(memberOf(report, 'ts')) * 1000) ?? trustedTime(numberOf(memberOf(report, 'gwts')) * 1000);
  const isCalibrating = data?.isCalibrating ?? memberOf(report, 'flag_calibration_in_progress') === true;
  const told = isCalibrating ? warming(sink) : sink;
  for (const [word, meaning] of Object.entries(words)) {
    const raw = data && Object.hasOwn(data.members, word) ? data.members[word] : memberOf(report, word);
    if (data?.members[word] === null) {
      const { quantity, channel = '' } = meaning;
      const time = timeMs === undefined ? {} : { timeMs };
      sink.value({
        quantity,
        value: null,
        unit: QUANTITIES[quantity].unit,
        channel,
        quality: QUALITY.invalid,
        ...time,
      });
    } else tellRaw(meaning.quantity === 'signal' ? sink : told, meaning, raw, { timeMs });
  }
}

/** @returns undefined when the report has no bytes of a Ruuvi sensor */
function rawOf(value: unknown): RuuviData | 'malformed' | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' || !/^([0-9a-f]{2})+$/i.test(value)) return 'malformed';
  return ruuviData(Buffer.from(value, 'hex'));
}

/** While the gas sensor learns, the values are not accurate yet (data format 6, flags). */
const warming = (sink: Sink): Sink => ({
  frame: (source) => sink.frame(source),
  value: (observation) => sink.value({ ...observation, quality: observation.quality | QUALITY.warming_up }),
  online: (is, source) => sink.online(is, source),
  rejected: (reason, count) => sink.rejected(reason, count),
  topic: (filter) => sink.topic(filter),
});
