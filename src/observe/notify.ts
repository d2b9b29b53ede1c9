// Tells systemd how the service is: ready, stopping, a line of status, and the ping its watchdog waits for (sd_notify(3)).
//
//   timer -> healthy()? -> systemd-notify WATCHDOG=1 STATUS=... -> systemd; no ping for WatchdogSec: killed, restarted
//
// Node has no AF_UNIX datagrams, so `systemd-notify` sends them, 5 to 10 ms in a child; the unit needs NotifyAccess=all.
// Invariant: the timer shares its loop with the agent, so a loop that hangs sends nothing.
import { execFile } from 'node:child_process';
import { reasonOf } from '../core/errors.ts';
import { drainMsMax, notifyMsMax } from '../core/limits.ts';

export interface NotifyOptions {
  /** NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID as systemd sets them; without the first nothing is sent at all. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asked before each ping; false, or no answer, holds it back. Never rejects. */
  readonly healthy: () => boolean | Promise<boolean>;
  /** One line for `systemctl status`; when it throws there is none, and that holds nothing back. */
  readonly status: () => string;
  /** Told once when nothing can be sent. */
  readonly warn: (message: string) => void;
}

/** Says READY=1 now, pings twice in each watchdog period, and says STOPPING=1 when it is disposed. Never throws. */
export function openNotify(options: NotifyOptions): AsyncDisposable {
  const { env, healthy } = options;
  const status = () => statusLine(options.status);
  if (!env.NOTIFY_SOCKET) return { async [Symbol.asyncDispose]() {} };
  const send = createSender(options);
  const ready = send(['READY=1', ...status()]);
  const everyMs = pingMs(env);
  const timer =
    everyMs === undefined
      ? undefined
      : setInterval(async () => {
          const isWell = healthy();
          if (isWell === true || (await isWell)) void send(['WATCHDOG=1', ...status()]);
        }, everyMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await ready;
      await send(['STOPPING=1', 'STATUS=stopping'], drainMsMax);
    },
  };
}

function createSender({ env, warn }: NotifyOptions): (state: string[], timeout?: number) => Promise<void> {
  let hasFailed = false;
  return (state, timeout = notifyMsMax) =>
    new Promise((resolve) => {
      execFile('systemd-notify', state, { env, timeout }, (error) => {
        if (error && !hasFailed) {
          hasFailed = true;
          const reason = 'code' in error && error.code === 'ENOENT' ? 'the program is not installed' : reasonOf(error);
          warn(
            `systemd-notify failed (${reason}); the unit needs it, with NotifyAccess=all, or Type=exec and no WatchdogSec`,
          );
        }
        resolve();
      });
    });
}

/** Half the watchdog period; undefined when there is none, or when it is meant for another process. */
function pingMs({ WATCHDOG_USEC, WATCHDOG_PID }: NotifyOptions['env']): number | undefined {
  const periodMs = Number(WATCHDOG_USEC) / 1000;
  if (!(periodMs > 0) || (WATCHDOG_PID && Number(WATCHDOG_PID) !== process.pid)) return undefined;
  return periodMs / 2;
}

function statusLine(status: () => string): string[] {
  try {
    // A line break would begin another assignment.
    return [`STATUS=${status().replaceAll(/\s+/g, ' ')}`];
  } catch {
    return [];
  }
}
