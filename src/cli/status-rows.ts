// The lines of a status about sensors and neighbours: one each, those in trouble first, no more than fit on a screen.
//
// A line in trouble begins with `!`. Invariant: what is left out is counted, and said to be well or not.
import { ago, span } from '../observe/age.ts';
import { amount, count } from '../observe/amount.ts';
import { phenomenonName } from '../observe/phenomenon-name.ts';
import type { LinkRow, ReadingRow, SensorRow, StatusAnswer } from './status-answer.ts';

const SENSORS_SHOWN = 8;
const NEIGHBOURS_SHOWN = 5;
const KEY_DIGITS = 8;
const CHECK_DIGITS = 4;

export const marked = (text: string, isTrouble: boolean): string => `${isTrouble ? '!' : ' '} ${text}`;

export function sensorLines(status: StatusAnswer, nowMs: number): string[] {
  const { sensors = [] } = status;
  return few(sensors, SENSORS_SHOWN, 'sensor', (row) => sensorWords(row, mainReading(row.name, status), nowMs));
}

export const neighbourLines = ({ links = [] }: StatusAnswer, nowMs: number): string[] =>
  few(links, NEIGHBOURS_SHOWN, 'neighbour', (row) => neighbourWords(row, nowMs));

type Row = SensorRow | LinkRow;

function few<One extends Row>(rows: readonly One[], most: number, kind: string, wordsOf: (row: One) => string) {
  const sorted = [...rows.filter(({ trouble }) => trouble), ...rows.filter(({ trouble }) => !trouble)];
  const lines = sorted.slice(0, most).map((row) => marked(`${kind} ${wordsOf(row)}`, row.trouble ?? false));
  const rest = sorted.slice(most);
  if (rest.length === 0) return lines;
  const bad = rest.filter(({ trouble }) => trouble).length;
  const others = `and ${count(rest.length, `more ${kind}`)}`;
  if (bad > 0) return [...lines, marked(`${others}, ${bad} of them in trouble too: qis status --all`, true)];
  return [...lines, marked(`${others} ${rest.length === 1 ? 'is' : 'are'} well`, false)];
}

/** What a sensor is bought for, before what else it measures; and a good value before one that is not. */
function mainReading(sensor: string, { readings = [], channels = [] }: StatusAnswer): ReadingRow | undefined {
  const watched = new Set(channels.filter((one) => one.sensor === sensor).map(({ quantity }) => quantity));
  const rank = ({ quantity, good }: ReadingRow) =>
    (good ? 0 : 4) + (quantity === 'pm2_5' ? 0 : watched.has(quantity) ? 1 : 2);
  return readings.filter((one) => one.sensor === sensor).toSorted((a, b) => rank(a) - rank(b))[0];
}

function sensorWords({ name, ...row }: SensorRow, reading: ReadingRow | undefined, nowMs: number): string {
  const came = cameWords(row.last_good ?? null, reading, nowMs);
  const state = stateWords(row);
  if (came === undefined) return `${name}: nothing has come yet${state ? `: ${state}` : ''}`;
  return `${name}: ${came}${state ? `; ${state}` : ''}`;
}

function cameWords(lastGood: string | null, reading: ReadingRow | undefined, nowMs: number): string | undefined {
  if (reading) {
    const { good, quality } = reading;
    const { value, time } = good ?? reading;
    const doubt = good ? '' : ` (${quality.replaceAll('_', ' ')})`;
    return `${phenomenonName(reading.quantity)} ${amount(value, reading.unit)}${doubt}, ${agoOf(time, nowMs)}`;
  }
  return lastGood === null ? undefined : `nothing since the start, last good value ${agoOf(lastGood, nowMs)}`;
}

function stateWords({ state, problem, learned_s, learns_s }: Omit<SensorRow, 'name'>): string | undefined {
  switch (state) {
    case 'learning':
      return typeof learned_s === 'number' && typeof learns_s === 'number'
        ? `learning ${span(learned_s * 1000)} of ${span(learns_s * 1000)}`
        : 'learning';
    case 'sleeping':
      return 'asleep, as usual';
    case 'fault':
      return `it fails: ${problem ?? 'its values cannot be right'}`;
    default:
      return problem ?? undefined;
  }
}

function neighbourWords({ name, up, problem, session, heard, owed, key }: LinkRow, nowMs: number): string {
  const parts = [
    up ? 'connected' : 'not connected',
    session === undefined ? undefined : heard ? `heard ${agoOf(heard, nowMs)}` : 'not heard since the start',
    owed === undefined ? undefined : owed === 0 ? 'nothing waits for it' : waiting(owed),
    key === undefined ? undefined : key === null ? 'no key written down' : `key ${shortKey(key)}`,
  ];
  const trouble = problem ? `; ${problem.startsWith(`${name}: `) ? problem.slice(name.length + 2) : problem}` : '';
  return `${name}: ${parts.filter((part) => part !== undefined).join(', ')}${trouble}`;
}

const waiting = (owed: number): string => `${count(owed, 'packet')} ${owed === 1 ? 'waits' : 'wait'} for it`;

/** Enough to tell keys apart at a glance: the first digits, and the check at the end. */
const shortKey = (key: string): string => `${key.slice(0, KEY_DIGITS)}..${key.slice(-CHECK_DIGITS)}`;

const agoOf = (time: string | null, nowMs: number): string =>
  time === null ? 'at an unknown time' : ago({ thenMs: Date.parse(time), nowMs });
