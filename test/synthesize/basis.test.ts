import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Answer } from '../../src/synthesize/answers.ts';
import { basisOf, type LocalNumbers } from '../../src/synthesize/basis.ts';
import { sighting } from './sightings.ts';

const view = (
  value: number,
  state: LocalNumbers['state'],
  quantity: LocalNumbers['quantity'] = 'pm2_5',
): LocalNumbers => ({
  quantity,
  state,
  value,
  baseline: 10,
  spread: 2,
  samples: 100,
  sensorClass: value,
});
const about = sighting();
const answer = (finding: Answer['finding'], rest: Partial<Answer> = {}): Answer => ({
  kind: 'answer',
  finding,
  about,
  probability: 1,
  evidence: [about.id],
  ...rest,
});

suite('basis of an answer', () => {
  test('speaks for the channel that shows it', () => {
    const views = [view(1, 'fault'), view(2, 'normal'), view(3, 'event'), view(4, 'normal', 'co')];
    assert.equal(basisOf(answer('refute'), 'pm2_5', views).observed, 2);
    assert.equal(basisOf(answer('confirm'), 'pm2_5', views).observed, 3);
    assert.equal(basisOf(answer('verdict'), 'pm2_5', views).sensorClass, 3);
    assert.equal(basisOf(answer('confirm'), 'pm2_5', views.slice(0, 2)).observed, 2);
    assert.equal(basisOf(answer('confirm'), 'pm2_5', views.slice(0, 1)).observed, 1);
    assert.equal(basisOf(answer('confirm'), undefined, views).samples, 0);
  });

  test('is as sure as what it rests on', () => {
    const confidence = (of: Answer) => basisOf(of, 'pm2_5', []).confidence;
    assert.equal(confidence(answer('confirm', { own: sighting({ confidence: 83 }) })), 0.83);
    assert.equal(confidence(answer('confirm')), 0);
    assert.ok(confidence(answer('refute')) < 0.9);
    assert.ok(Math.abs(confidence(answer('verdict', { probability: 0.1 })) - 0.8) < 1e-12);
    assert.equal(confidence(answer('verdict', { probability: 0.5 })), 0);
  });

  test('names its evidence in bytes', () => {
    assert.deepEqual(basisOf(answer('refute'), 'pm2_5', []).evidence, [Buffer.from(about.id, 'hex')]);
  });
});
