// Takes the numbers an answer rests on from the local channel, beside the packet it speaks of.
import type { Quantity } from '../core/quantities.ts';
import type { AnswerBasis } from '../distill/distiller.ts';
import type { Answer } from './answers.ts';
import type { LocalView } from './local-view.ts';

/** The part of a channel's view that goes into an answer, in the unit of the quantity. */
export interface LocalNumbers extends LocalView {
  readonly baseline: number;
  readonly spread: number;
  readonly samples: number;
  readonly sensorClass: number;
}

/** Smoke can still pass by a healthy station that is near: a refutation is never as sure as a sighting. */
const REFUTE_CONFIDENCE = 0.7;

export function basisOf(answer: Answer, quantity: Quantity | undefined, views: readonly LocalNumbers[]): AnswerBasis {
  const view = speakerOf(
    answer,
    views.filter((candidate) => candidate.quantity === quantity),
  );
  return {
    finding: answer.finding,
    verdict: answer.verdict,
    about: answer.about.outcome,
    probability: answer.probability,
    observed: view?.value ?? 0,
    baseline: view?.baseline ?? 0,
    spread: view?.spread ?? 0,
    samples: view?.samples ?? 0,
    sensorClass: view?.sensorClass ?? 0,
    confidence: confidenceOf(answer),
    evidence: answer.evidence.map((id) => Buffer.from(id, 'hex')),
  };
}

/** Of several channels the one the answer rests on: the healthy one that sees nothing, or one that sees the event. */
function speakerOf(answer: Answer, views: readonly LocalNumbers[]): LocalNumbers | undefined {
  const wanted = answer.finding === 'refute' ? 'normal' : 'event';
  return views.find(({ state }) => state === wanted) ?? views.find(({ state }) => state !== 'fault') ?? views[0];
}

function confidenceOf(answer: Answer): number {
  if (answer.finding === 'refute') return REFUTE_CONFIDENCE;
  if (answer.finding === 'verdict') return Math.abs(2 * answer.probability - 1);
  return (answer.own?.outcome.confidence ?? 0) / 100;
}
