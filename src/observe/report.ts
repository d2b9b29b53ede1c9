// Internal values -> what programs and people are shown: snake_case keys, times as RFC 3339.
//
// A member that ends in Ms and names a point in time (`timeMs`, `lastGoodMs`) becomes a text without the suffix; 0 and null
// there mean "not yet" and become null. Everything else keeps its value.

const POINTS_IN_TIME = new Set([
  ...['timeMs', 'onsetMs', 'receivedMs', 'sentMs', 'atMs', 'fromMs', 'untilMs'],
  ...['toldMs', 'sinceMs', 'ownSinceMs', 'openUntilMs'],
  ...['nowMs', 'startedMs', 'lastGoodMs', 'heardMs'],
]);

export function reported(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reported);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) =>
      POINTS_IN_TIME.has(key) && (typeof member === 'number' || member === null)
        ? [snakeCase(key.slice(0, -2)), member ? new Date(member).toISOString() : null]
        : [snakeCase(key), reported(member)],
    ),
  );
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
