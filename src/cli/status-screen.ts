// A status as the ten lines that a person reads: state, key, clock, sensors, neighbours, last conclusions, last day.
//
// Whatever is in trouble begins with `!` and says what to do. Invariant: a line is text without control characters, ages are in
// words, values have units and three digits; with fifty sensors it still fits on one screen.
import { depositsPerS } from '../core/deposit-limits.ts';
import { plainLine } from '../core/plain-text.ts';
import { ago, minuteOf, span } from '../observe/age.ts';
import { amount, count } from '../observe/amount.ts';
import type { StatusAnswer } from './status-answer.ts';
import { marked, neighbourLines, sensorLines } from './status-rows.ts';

const CONCLUSIONS_SHOWN = 4;

/** @param configFile to name it to somebody who has configured no sensor yet */
export function screenLines(status: StatusAnswer, configFile: string): string[] {
  const nowMs = status.now === undefined ? Date.now() : Date.parse(status.now);
  const lines = [headLine(status), ...identityLines(status, nowMs)];
  if (status.running) {
    lines.push(clockLine(status, nowMs), ...diskLines(status));
    lines.push(...(status.sensors?.length === 0 ? [noSensor(configFile)] : sensorLines(status, nowMs)));
    lines.push(...(status.links?.length === 0 ? [NO_NEIGHBOUR] : neighbourLines(status, nowMs)));
  }
  lines.push(...conclusionLines(status, nowMs), ...depositsLine(status), ...dayLine(status));
  return lines.map(plainLine);
}

const noSensor = (file: string): string =>
  marked(
    `no sensor is configured: name one under sensors in ${file} (qis devices list shows which are known), then start it again`,
    false,
  );

const NO_NEIGHBOUR = marked('no neighbour is configured: what it concludes stays here', false);

function headLine({ name, gateway, state, problems = [] }: StatusAnswer): string {
  const whose = name ?? gateway ?? 'the gateway';
  if (state === 'down') return `${whose}: down: ${problems.join('; ')}`;
  if (state === 'degraded') return `${whose}: degraded, ${count(problems.length, 'problem')}, marked with !`;
  return `${whose}: all is well`;
}

function identityLines({ running, version, started, uptime_s, public_key, stored }: StatusAnswer, nowMs: number) {
  const key = `public key: ${public_key ?? 'none yet, the first start makes it'}`;
  if (running) {
    const since = `running for ${span((uptime_s ?? 0) * 1000)}, since ${minuteOf(Date.parse(started ?? '') || nowMs)}`;
    return [marked(`${since}, version ${version ?? 'unknown'}`, false), marked(key, false)];
  }
  const { packets = 0, unsent = 0 } = stored ?? {};
  const sent = unsent === 0 ? 'none waits to be sent' : `${about(unsent)} of them not sent yet`;
  const holds =
    packets === 0 ? 'its database holds no packet' : `its database holds ${about(packets, 'packet')}, ${sent}`;
  return [marked(holds, false), marked(key, false)];
}

function clockLine({ time = {}, state, held, gauges, store }: StatusAnswer, nowMs: number): string {
  const { problem, source = 'an unknown source' } = time;
  if (!problem) return marked(`clock: ${minuteOf(nowMs)}, from ${source}`, false);
  const waiting = held ?? (gauges?.conclusions_waiting ?? 0) + (store?.unsent ?? 0);
  const holds = waiting === 0 || problem.includes(' held') ? '' : `; ${count(waiting, 'packet')} held`;
  return marked(`clock: ${problem}${holds}`, state !== 'ok');
}

const diskLines = ({ store }: StatusAnswer): string[] =>
  store?.problem ? [marked(`disk: ${store.problem}`, true)] : [];

function conclusionLines({ conclusions = [] }: StatusAnswer, nowMs: number): string[] {
  if (conclusions.length === 0) return [marked('nothing was concluded yet', false)];
  const rows = conclusions.slice(0, CONCLUSIONS_SHOWN).map(({ time, id, words }) => ({
    when: time === null ? '' : ago({ thenMs: Date.parse(time), nowMs }),
    what: `${words}${id === null ? '' : ` (${id})`}`,
  }));
  const width = Math.max(...rows.map(({ when }) => when.length));
  return rows.map(({ when, what }) => marked(`${when.padStart(width)}  ${what}`, false));
}

/** Those that wait are well: it is only said for how long. */
function depositsLine({ gauges }: StatusAnswer): string[] {
  const waiting = gauges?.deposits_waiting ?? 0;
  if (waiting === 0) return [];
  const wait = `${waiting === 1 ? 'waits for its' : 'wait for their'} turn, about ${span((waiting / depositsPerS) * 1000)}`;
  return [marked(`${count(waiting, 'deposit')} ${wait}`, false)];
}

function dayLine({ last_day }: StatusAnswer): string[] {
  if (!last_day) return [];
  const { span_s = 0, readings = 0, ...others } = last_day;
  const told = TOLD.filter(([name]) => (others[name] ?? 0) > 0).map(([name, one, many]) =>
    about(others[name]!, one, many),
  );
  return [marked(`in the last ${span(span_s * 1000)}: ${[about(readings, 'reading'), ...told].join(', ')}`, false)];
}

const TOLD = [
  ['verdicts', 'verdict', 'verdicts'],
  ['alarms', 'alarm', 'alarms'],
  ['packets_issued', 'packet issued', 'packets issued'],
  ['packets_received', 'received', 'received'],
  ['packets_refused', 'refused', 'refused'],
] as const;

/** As it is while it is short, 86,412; from there on in three digits: 864 thousand. */
function about(number: number, one = '', many = `${one}s`): string {
  const noun = one && (number === 1 ? one : many);
  const isThousands = number < 999_500;
  const rounded = `${amount(number / (isThousands ? 1_000 : 1_000_000), '')} ${isThousands ? 'thousand' : 'million'}`;
  return [number < COUNTED_MAX ? number.toLocaleString('en') : rounded, noun].filter((part) => part !== '').join(' ');
}

const COUNTED_MAX = 100_000;
