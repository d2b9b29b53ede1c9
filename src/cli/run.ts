// `qis run`: the gateway, until a signal. Recordings in the configuration are run through the loop instead, and end.
//
// Events become lines for people on stderr, or with --json one JSON object each on stdout.
import { flushCompileCache } from 'node:module';
import type { Config } from '../config/config.ts';
import { acceleratedClock, type Clock, type ClockOrigin, virtualClock } from '../core/clock.ts';
import { OperatingError } from '../core/errors.ts';
import { type ReferencedClock, referencedClock, timeMsMin } from '../core/referenced-clock.ts';
import { createBackupCopies } from '../gateway/backup-copy.ts';
import { openDataFolder, volatileFolder } from '../gateway/data-folder.ts';
import { openGateway, runRecordings } from '../gateway/gateway.ts';
import { loadRunnable } from '../gateway/preflight.ts';
import { requestsOf } from '../gateway/requests.ts';
import { isRecording } from '../gateway/sources.ts';
import { openStatus } from '../gateway/status.ts';
import { systemClock } from '../gateway/system-clock.ts';
import { openTimeKeeper } from '../gateway/time-keeper.ts';
import { controlPath } from '../observe/control-address.ts';
import { serveControl } from '../observe/control-socket.ts';
import { openNotify } from '../observe/notify.ts';
import { openTelemetry } from '../observe/telemetry.ts';
import type { Store } from '../store/store.ts';
import { VERSION } from '../version.ts';
import { type Command, type Io, parseArguments } from './command.ts';
import { CONFIG_HELP, configFile } from './config-file.ts';

const TICK_MS = 1000;
const TICK_MS_MIN = 50;

export const command: Command = {
  summary: 'run the gateway',
  usage: `usage: qis run [--config <file>] [--json]

  ${CONFIG_HELP}
  --json     one JSON event a line on standard output

  --clock-origin <w>:<s>  with --clock-factor: at Unix ms w of this machine the gateway's clock shows Unix ms s
  --clock-factor <n>      how many times as fast it runs (demonstrations; several gateways can share one clock)

  Example: qis run --config ~/roof-1/qis.yaml
`,
  run,
};

async function run(args: string[], io: Io): Promise<number> {
  const { values } = parseArguments(args, {
    config: { type: 'string' },
    json: { type: 'boolean', default: false },
    'clock-origin': { type: 'string' },
    'clock-factor': { type: 'string' },
  });
  const origin = originOf(values['clock-origin'], values['clock-factor']);
  const config = await loadRunnable(configFile(values.config, io));
  // Disposed last: what the others tell while they stop is written, too.
  await using outputs = new AsyncDisposableStack();
  await using stack = new AsyncDisposableStack();
  const { identity, store } = await openDataFolder(config.data);
  stack.use(store);
  const recorded = config.sensors.some(isRecording);
  const virtual = virtualClock();
  const live = recorded ? undefined : liveClock(origin, config, () => store.timeFloorMs(), stack);
  const clock: Clock = live ?? virtual;
  const { stdout, stderr } = io;
  const telemetry = openTelemetry({ clock, json: values.json, level: config.log.level, stdout, stderr });
  const { emit } = outputs.use(telemetry).bus;
  if (store.recovered) emit({ type: 'warning', message: store.recovered });
  if (!live) {
    await runRecordings({ config, identity, store, clock: virtual, emit, tickMs: TICK_MS });
    return 0;
  }
  const tickMs = Math.max(TICK_MS_MIN, TICK_MS / (origin?.factor ?? 1));
  const { gauges } = telemetry;
  const volatile = volatileFolder(config.data);
  if (volatile) emit({ type: 'warning', message: volatile });
  // Of the process and not of this function: a gateway counts its first seconds from when it can have begun.
  const uptimeMs = () => performance.now() * (clock.rate ?? 1);
  const isVouched = config.clock === 'synchronised';
  const time = openTimeKeeper({ clock: live, isVouched, uptimeMs, store, emit });
  const own = { config, identity, store, clock, uptimeMs, time };
  const opening = openGateway({ ...own, emit, tickMs, gauges, onTime: live.hear });
  const gateway = stack.use(await opening);
  const backups = stack.use(createBackupCopies(config.data, store, clock));
  const parts = { gateway, clock: live, isVouched, time, telemetry, version: VERSION, uptimeMs };
  const status = stack.use(openStatus(parts));
  const requests = requestsOf({ config, gateway, status, store, time, backups });
  stack.use(await serveControl(controlPath(config.data, io.env), requests));
  gateway.serve(requests);
  const { nodeId } = gateway.snapshot();
  // Node itself writes it at the end only, which a unit that just loses power never sees. What is there is not written again.
  flushCompileCache();
  emit({ type: 'started', gateway: config.name, nodeId, version: VERSION });
  const warn = (message: string) => emit({ type: 'warning', message });
  stack.use(openNotify({ env: io.env, healthy: () => isAlive(store), status: status.inOneLine, warn }));
  await aborted(io.signal);
  emit({ type: 'stopped' });
  return 0;
}

/**
 * The loop turns, and what waits to be committed is: without either a restart is the best that can happen. Not so where the
 * disk takes nothing: sensing goes on then, and a restart would end it.
 */
export async function isAlive(store: Pick<Store, 'commit'>): Promise<boolean> {
  try {
    await store.commit(() => {});
    return true;
  } catch (error) {
    return error instanceof OperatingError && error.code === 'store_unusable';
  }
}

function liveClock(
  origin: ClockOrigin | undefined,
  config: Config,
  floorMs: () => number,
  stack: AsyncDisposableStack,
): ReferencedClock {
  const machine = origin
    ? acceleratedClock(origin)
    : stack.use(systemClock({ trusted: config.clock === 'synchronised' }));
  // A clock that runs for a demonstration may show any time.
  return referencedClock(machine, origin ? floorMs : () => Math.max(floorMs(), timeMsMin));
}

function originOf(origin: string | undefined, factor: string | undefined): ClockOrigin | undefined {
  if (origin === undefined && factor === undefined) return undefined;
  const [wallMs, shownMs] = (origin ?? '').split(':').map(Number);
  const speed = Number(factor ?? 1);
  if (!Number.isFinite(wallMs) || !Number.isFinite(shownMs) || !(speed > 0)) {
    throw new OperatingError('usage', '--clock-origin takes <Unix ms>:<Unix ms>, --clock-factor a positive number');
  }
  return { wallMs: wallMs!, shownMs: shownMs!, factor: speed };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
