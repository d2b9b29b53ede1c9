// A synthesizer at HERE, named "me", and what it says.
import { AIR } from '../../src/distill/air.ts';
import type { Answer } from '../../src/synthesize/answers.ts';
import type { LocalView } from '../../src/synthesize/local-view.ts';
import type { Verdict } from '../../src/synthesize/own-events.ts';
import type { Reputation } from '../../src/synthesize/reputation.ts';
import type { Place, Sighting } from '../../src/synthesize/sighting.ts';
import { type Conclusion, createSynthesizer, type Synthesizer } from '../../src/synthesize/synthesizer.ts';
import { away, HERE, MINUTE_MS, nodeOf, sighting, T0_MS, type Told } from './sightings.ts';

export const NORMAL: readonly LocalView[] = [{ quantity: 'pm2_5', state: 'normal', value: 11 }];
export const EVENT: readonly LocalView[] = [{ quantity: 'pm2_5', state: 'event', value: 40 }];
export const FAULT: readonly LocalView[] = [{ quantity: 'pm2_5', state: 'fault', value: 11 }];
/** When a healthy station next door must have seen it, and an answer must have been given. */
export const LATE_MS = T0_MS + 90 * MINUTE_MS;

export function synthesizer(
  options: { here?: Place | undefined; random?: () => number; reputation?: Reputation } = {},
): Synthesizer {
  const here = 'here' in options ? options.here : HERE;
  const { random = () => 0.5, reputation } = options;
  return createSynthesizer({ profile: AIR, nodeId: nodeOf('me'), here, random, ...(reputation && { reputation }) });
}

export const mine = (told: Told = {}): Sighting => sighting({ by: 'me', at: HERE, ...told });
/** So near that a healthy station here must see it. */
export const nextDoor = (told: Told = {}): Sighting => sighting({ at: away(0, 1), ...told });

export const verdicts = (conclusions: readonly Conclusion[]): Verdict[] =>
  conclusions.filter((one): one is Verdict => one.kind === 'verdict');
export const answers = (conclusions: readonly Conclusion[]): Answer[] =>
  conclusions.filter((one): one is Answer => one.kind === 'answer');
export const said = (conclusions: readonly Conclusion[]): string[] =>
  verdicts(conclusions).map(({ verdict }) => verdict);

/** Ticks once a second, as an agent does, and gathers the answers. */
export function ticks(under: Synthesizer, fromMs: number, untilMs: number, views: readonly LocalView[]): Answer[] {
  const given: Answer[] = [];
  for (let nowMs = fromMs; nowMs <= untilMs; nowMs += 1000) given.push(...answers(under.tick(nowMs, views)));
  return given;
}
