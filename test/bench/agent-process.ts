// The agent as it ships, with a warm compile cache: time from spawn to `started`, and resident memory while idle.
import { median } from './rate.ts';
import { openShippedAgent } from './shipped-agent.ts';

const STARTS = 9;
const SETTLE_MS = 5_000;

export async function benchAgent(): Promise<{ rss_mb_idle: number; start_ms: number }> {
  using agent = await openShippedAgent();
  await agent.launch();
  const starts: number[] = [];
  for (let i = 0; i < STARTS; i++) starts.push((await agent.launch()).startMs);
  const { rssMb } = await agent.launch({ idleMs: SETTLE_MS });
  return { rss_mb_idle: Math.round(rssMb * 10) / 10, start_ms: Math.round(median(starts)) };
}
