// The watchdog of one device: tells when it has not been heard for too long while it was awake.
//
// A device asleep is silent by right, so the time asleep does not count; but what was left goes on when it wakes, or a
// dead device that is woken for less than its silence would never be noticed.

export interface Silence {
  /** A good frame; or the device is started anew. */
  heard(): void;
  pause(): void;
  resume(): void;
  end(): void;
}

/**
 * Begins paused.
 * @param allowedMs how long it may be silent from now on; asked each time it is heard
 * @param onSilent called once for each silence: again only after heard()
 */
export function watchSilence(allowedMs: () => number, onSilent: (silentMs: number) => void): Silence {
  let wholeMs = allowedMs();
  let leftMs = wholeMs;
  let sinceMs: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  function resume(): void {
    clearTimeout(timer);
    sinceMs = performance.now();
    timer = setTimeout(() => onSilent(wholeMs), leftMs);
  }

  return {
    heard() {
      wholeMs = allowedMs();
      leftMs = wholeMs;
      if (sinceMs !== undefined) resume();
    },
    pause() {
      clearTimeout(timer);
      if (sinceMs !== undefined) leftMs = Math.max(0, leftMs - (performance.now() - sinceMs));
      sinceMs = undefined;
    },
    resume() {
      if (sinceMs === undefined) resume();
    },
    end() {
      clearTimeout(timer);
      sinceMs = undefined;
    },
  };
}
