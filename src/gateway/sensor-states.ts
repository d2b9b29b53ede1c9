// Follows how each sensor does: what its source tells, what came of it, and what the watch makes of that.
//
//     source_up, source_down, sensor_online ──┐
//     readings ───────────────────────────────┼──> one row for each sensor, with the likeliest cause of its trouble
//     watch: faults, sleep, what is learned ──┘
//
// A device behind a subscription has a row of its own once it spoke. Invariant: never more rows than channelsMax and those
// of the configuration; a problem stands until a reading comes, or until its port or broker is there again.
import type { Sensor } from '../config/config.ts';
import type { AgentEvent } from '../core/events.ts';
import { channelsMax } from '../core/limits.ts';
import { type Reading, UNFIT } from '../core/reading.ts';
import type { SensorVitals, Watch } from '../detect/watch.ts';
import { faultWords } from '../observe/finding-words.ts';

/** missing: its port, its broker or it itself has gone; silent: all is open, and nothing comes; waiting: nothing came yet. */
export type SensorState = 'ok' | 'waiting' | 'learning' | 'silent' | 'fault' | 'sleeping' | 'missing';

export interface ShownSensor {
  readonly name: string;
  /** As the configuration names it. */
  readonly device: string;
  readonly state: SensorState;
  /** The likeliest cause in words, as a warning told it. */
  readonly problem: string | null;
  /** Of its newest good reading, Unix ms; 0 before the first. */
  readonly lastGoodMs: number;
  /** What its main channel has learned of what it learns before it speaks of events, seconds; null: none is watched. */
  readonly learnedS: number | null;
  readonly learnsS: number | null;
}

export interface SensorStates {
  note(event: AgentEvent): void;
  heard(reading: Reading): void;
  shown(nowMs: number): ShownSensor[];
}

interface Followed {
  readonly device: string;
  /** '' for one of the configuration, else the one it speaks behind. */
  readonly behind: string;
  isOpen: boolean;
  isHeard: boolean;
  lastGoodMs: number;
  problem: { readonly state: 'silent' | 'missing'; readonly words: string } | undefined;
}

const OFFLINE = 'it said that it goes offline, or its broker noticed that it has gone';

export function createSensorStates(sensors: readonly Sensor[], watch: Pick<Watch, 'vitals' | 'views'>): SensorStates {
  const followed = new Map<string, Followed>();
  for (const sensor of sensors) followed.set(sensor.name, newFollowed(deviceOf(sensor)));

  function of(name: string): Followed | undefined {
    const known = followed.get(name);
    if (known) return known;
    const [behind = ''] = name.split('/', 1);
    const parent = followed.get(behind);
    if (!parent || followed.size >= channelsMax + sensors.length) return undefined;
    const added = newFollowed(parent.device, behind);
    followed.set(name, added);
    return added;
  }

  return {
    note(event) {
      if (event.type === 'source_up') up(of(event.sensor));
      if (event.type === 'source_down') down(of(event.sensor), event);
      if (event.type !== 'sensor_online') return;
      const one = of(event.sensor);
      online(one, event.online);
      // Its topic is right and somebody speaks there, even where devices measure nothing, or once an hour.
      const parent = followed.get(one?.behind ?? '');
      if (parent && event.online) parent.isHeard = true;
    },
    heard({ sensor, quality, timeMs }) {
      const one = of(sensor);
      if (!one) return;
      one.isHeard = true;
      one.problem = undefined;
      if (!(quality & UNFIT)) one.lastGoodMs = timeMs;
      const parent = one.behind === '' ? undefined : followed.get(one.behind);
      if (parent) Object.assign(parent, { isHeard: true, problem: undefined, lastGoodMs: one.lastGoodMs });
    },
    shown(nowMs) {
      const vitals = Map.groupBy(watch.vitals(nowMs), ({ sensor }) => sensor);
      const goodMs = new Map<string, number>();
      for (const { sensor, timeMs } of watch.views()) goodMs.set(sensor, Math.max(timeMs, goodMs.get(sensor) ?? 0));
      const hasNews = ({ isHeard, problem }: Followed) => isHeard || problem !== undefined;
      const parents = new Set([...followed.values()].filter(hasNews).map(({ behind }) => behind));
      return [...followed].flatMap(([name, one]) => {
        // What speaks for the devices behind it has nothing to say itself, unless there is trouble.
        if (parents.has(name) && !one.problem) return [];
        // That it is there is all that a bridge, a lamp or a switch ever says.
        if (one.behind !== '' && !hasNews(one)) return [];
        return [rowOf(name, one, { vitals: vitals.get(name) ?? [], goodMs: goodMs.get(name) ?? 0 })];
      });
    },
  };
}

const newFollowed = (device: string, behind = ''): Followed => ({
  device,
  behind,
  isOpen: false,
  isHeard: false,
  lastGoodMs: 0,
  problem: undefined,
});

function deviceOf(sensor: Sensor): string {
  if (sensor.kind === 'serial') return sensor.model ?? sensor.device;
  return sensor.kind === 'convention' || sensor.kind === 'frames' ? sensor.device : sensor.kind;
}

function up(one: Followed | undefined): void {
  if (!one) return;
  one.isOpen = true;
  // A port that is opened anew because nothing was heard does not say that anything will be.
  if (one.problem?.state === 'missing') one.problem = undefined;
}

function down(one: Followed | undefined, { reason, silent }: { reason: string; silent?: true }): void {
  if (!one) return;
  if (!silent) one.isOpen = false;
  one.problem = { state: silent ? 'silent' : 'missing', words: reason };
}

function online(one: Followed | undefined, is: boolean): void {
  if (!one) return;
  one.problem = is ? undefined : { state: 'missing', words: OFFLINE };
}

interface Seen {
  readonly vitals: readonly SensorVitals[];
  /** As the watch remembers it, over a restart. */
  readonly goodMs: number;
}

function rowOf(name: string, one: Followed, { vitals, goodMs }: Seen): ShownSensor {
  const [main] = vitals;
  return {
    name,
    device: one.device,
    ...stateOf(one, vitals),
    lastGoodMs: Math.max(one.lastGoodMs, goodMs),
    learnedS: main ? Math.round(main.learnedMs / 1000) : null,
    learnsS: main ? Math.round(main.learnsMs / 1000) : null,
  };
}

function stateOf(one: Followed, vitals: readonly SensorVitals[]): Pick<ShownSensor, 'state' | 'problem'> {
  if (one.problem) return { state: one.problem.state, problem: one.problem.words };
  const fault = vitals.find(({ fault }) => fault !== undefined)?.fault;
  if (fault) return { state: fault === 'silent' ? 'silent' : 'fault', problem: faultWords(fault) };
  if (!one.isOpen && !one.isHeard) return { state: 'waiting', problem: null };
  if (vitals.some(({ isAsleep }) => isAsleep)) return { state: 'sleeping', problem: null };
  if (!one.isHeard) return { state: 'waiting', problem: null };
  const [main] = vitals;
  return { state: main && main.learnedMs < main.learnsMs ? 'learning' : 'ok', problem: null };
}
