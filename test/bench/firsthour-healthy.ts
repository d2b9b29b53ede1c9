// Three gateways with nothing wrong: a serial sensor at each of two, an MQTT sensor at the third, all neighbours of each
// other, on a clock that is faster. Counts what they warn of once all are there.
//
// The first dials of those that started first fail, as they should say: those warnings are counted apart.
import { connectAsync } from 'mqtt';
import { createAir } from '../../src/sim/air.ts';
import { plantowerFrame } from '../../src/sim/plantower-frame.ts';
import { openSerialPair } from '../../src/sim/serial-pair.ts';
import type { Scope } from '../scope.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type Desk, openDesk, type Site } from './firsthour-desk.ts';
import { acquainted } from './firsthour-pair.ts';

const SEED = 20_261_101;
const TOPIC = 'weather/balcony';
/** Of the gateways' time. */
const FRAME_MS = 10_000;
const HOUR_MS = 3_600_000;

export interface Healthy {
  /** Of all three together, from when the last had started. */
  readonly perHour: number;
  readonly hours: number;
  readonly warnings: readonly string[];
  /** While not all had started. */
  readonly atStart: readonly string[];
  /** Channels with a value at the end, as `qis status` shows them: that they were at work. */
  readonly readings: number;
}

export interface HealthyOptions {
  readonly apart: boolean;
  /** Of the gateways' clocks. */
  readonly factor: number;
  /** Of this machine's time. */
  readonly seconds: number;
}

export async function liveHealthy(scope: Scope, { apart, factor, seconds }: HealthyOptions): Promise<Healthy> {
  const desk = openDesk(scope, { apart, clockFactor: factor, uptimeFactor: 1 });
  const sites = [await desk.site('roof-1'), await desk.site('roof-2'), await desk.site('hill')];
  const origin = Date.now();
  const nowMs = () => origin + (Date.now() - origin) * factor;
  const feed = { nowMs, everyMs: Math.min(1_000, FRAME_MS / factor) };
  for (const [index, [site, { broker, entries }]] of [...acquainted(sites)].entries()) {
    const sensors = index < 2 ? [{ name: 'terrace', device: 'PMS5003' }] : [BALCONY];
    const speak = await (index < 2 ? serial : mqtt)(scope, { ...feed, seed: SEED + index, site });
    const ports = sensors.map((sensor) => ({ ...sensor, ...speak.wiring }));
    desk.write(site, { broker: withDevice(broker), neighbours: entries, sensors: ports });
    await desk.run(site);
    await speak.begin();
  }
  const atStart = warningsOf(desk);
  desk.begin();
  const beganMs = nowMs();
  await desk.watch(() => false, seconds * 1000);
  const hours = (nowMs() - beganMs) / HOUR_MS;
  const warnings = warningsOf(desk);
  return {
    perHour: Math.round((100 * warnings.length) / hours) / 100,
    hours,
    warnings,
    atStart,
    readings: shown(desk),
  };
}

const warningsOf = ({ told }: Desk): string[] =>
  told.filter(({ where }) => where !== 'status').map(({ gateway, line }) => `${gateway}: ${line}`);

const BALCONY = {
  name: 'balcony',
  mqtt: { topic: TOPIC },
  readings: [{ key: 'pm25', quantity: 'pm2_5', unit: 'ug/m3' }],
};
const DEVICE = { name: 'weather', password: 'a password of the device' };

function withDevice(broker: Readonly<Record<string, unknown>>) {
  return { ...broker, accounts: [...(broker.accounts as object[]), { ...DEVICE, role: 'sensor' }] };
}

interface Spoken {
  readonly seed: number;
  readonly site: Site;
  readonly nowMs: () => number;
  readonly everyMs: number;
}

interface Speaker {
  /** What its entry under sensors has beside its name. */
  readonly wiring: object;
  /** Its gateway runs. */
  begin(): Promise<void>;
}

async function serial(scope: Scope, { seed, nowMs, everyMs }: Spoken): Promise<Speaker> {
  const line = await openSerialPair(temporaryFolder(scope), 'terrace');
  const air = createAir(seed, []);
  let timer: NodeJS.Timeout | undefined;
  scope.after(() => {
    clearInterval(timer);
    return line[Symbol.asyncDispose]();
  });
  return {
    wiring: { port: line.path },
    begin: async () => {
      timer = setInterval(() => void line.write(plantowerFrame(air(nowMs()))).catch(() => {}), everyMs);
    },
  };
}

async function mqtt(scope: Scope, { seed, site, nowMs, everyMs }: Spoken): Promise<Speaker> {
  const air = createAir(seed, []);
  return {
    wiring: {},
    async begin() {
      const login = { username: DEVICE.name, password: DEVICE.password, reconnectPeriod: 0 };
      const client = await connectAsync(`mqtt://127.0.0.1:${site.port}`, login);
      const timer = setInterval(() => client.publish(TOPIC, JSON.stringify({ pm25: air(nowMs()).pm2_5 })), everyMs);
      scope.after(() => {
        clearInterval(timer);
        return client.endAsync(true);
      });
    },
  };
}

/** Readings that were taken, by the last that each gateway's status said of it. */
function shown({ told }: Desk): number {
  const counts = new Map<string, number>();
  for (const { where, gateway, line } of told) {
    const [, count, thousand] = (where === 'status' && /: ([\d.]+)( thousand)? readings?\b/.exec(line)) || [];
    if (count !== undefined) counts.set(gateway, Number(count) * (thousand ? 1_000 : 1));
  }
  return Math.min(...counts.values());
}
