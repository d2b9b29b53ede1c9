// The machine's clock, and how far it can be trusted (protocol section 2: `clock`).
//
// A Pi has no battery-backed clock: after a power cut it shows the time of the last shutdown until NTP answers. So:
// synchronised when the kernel says so, holding over once it was, not synchronised when it never was. Whether that can
// be is judged by what is known to have passed (referenced-clock.ts).
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Clock, ClockQuality } from '../core/clock.ts';

/** Touched by systemd-timesyncd at each synchronisation; cheaper than asking, absent with chrony or ntpd. */
const TIMESYNC_MARK = '/run/systemd/timesync/synchronized';
const RECHECK_MS = 600_000;
/** As long as the time was never known: packets wait for it. */
const UNKNOWN_MS = 10_000;

export interface SystemClockOptions {
  /** The operator vouches for the clock (battery-backed, GPS): do not ask. */
  readonly trusted: boolean;
  readonly askKernel?: (answer: (synchronised: boolean) => void) => void;
}

export function systemClock({ trusted, askKernel = askTimedatectl }: SystemClockOptions): Clock & Disposable {
  let quality: ClockQuality = trusted ? 2 : 0;
  const check = () =>
    askKernel((synchronised) => {
      if (synchronised) quality = 2;
      else if (quality === 2) quality = 1;
    });
  if (!trusted) check();
  let waits = 0;
  const look = () => {
    waits++;
    if (quality === 0 || waits % (RECHECK_MS / UNKNOWN_MS) === 0) check();
  };
  const timer = trusted ? undefined : setInterval(look, UNKNOWN_MS).unref();
  return {
    now: Date.now,
    quality: () => quality,
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** `timedatectl` reads the kernel's flag, whichever program keeps the time. */
function askTimedatectl(answer: (synchronised: boolean) => void): void {
  if (existsSync(TIMESYNC_MARK)) {
    answer(true);
    return;
  }
  // Without NOTIFY_SOCKET: its exit code, told to systemd, would stand in the status of our service.
  const options = { timeout: 5_000, env: { PATH: process.env.PATH } };
  execFile('timedatectl', ['show', '-p', 'NTPSynchronized', '--value'], options, (error, stdout) => {
    answer(!error && stdout.trim() === 'yes');
  });
}
