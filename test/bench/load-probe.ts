// Loaded into the agent before it starts: how long its event loop kept everybody waiting, told when the bench asks.
//
// A timer asks every 20 ms. A wait of a second also kept those waiting who would have asked in the middle of it, so it
// counts for each of them: shares are of time, and a loop that is frozen cannot hide in one sample.
const EVERY_MS = 20;

let delays: number[] = [];
let askedMs = performance.now();

setInterval(() => {
  const nowMs = performance.now();
  for (let lateMs = nowMs - askedMs - EVERY_MS; ; lateMs -= EVERY_MS) {
    delays.push(Math.max(0, lateMs));
    if (lateMs < EVERY_MS) break;
  }
  askedMs = nowMs;
}, EVERY_MS).unref();

process.on('message', () => {
  const sorted = delays.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  process.send?.({ p50: at(0.5), p99: at(0.99), max: at(1) });
  delays = [];
});
process.channel?.unref();
