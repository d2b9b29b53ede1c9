// Internal values -> what programs and people are shown: snake_case keys, times as RFC 3339.
//
// A member that ends in Ms and names a point in time (`timeMs`, `onsetMs`) becomes a text without the suffix; 0 there
// means "not yet" and becomes null. Everything else keeps its value.

const POINTS_IN_TIME = new Set([
  ...['timeMs', 'onsetMs', 'receivedMs', 'sentMs', 'atMs', 'fromMs', 'untilMs'],
  ...['toldMs', 'sinceMs', 'ownSinceMs', 'openUntilMs'],
]);

export function reported(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reported);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) =>
      POINTS_IN_TIME.has(key) && typeof member === 'number'
        ? [snakeCase(key.slice(0, -2)), member === 0 ? null : new Date(member).toISOString()]
        : [snakeCase(key), reported(member)],
    ),
  );
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
