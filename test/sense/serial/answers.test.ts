import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { DeviceModel } from '../../../src/sense/profile.ts';
import { withAnswers } from '../../../src/sense/serial/answers.ts';
import { isFrom } from '../../../src/sense/serial/request.ts';
import type { Observation, Sink } from '../../../src/sense/sink.ts';

const VALUE: Observation = { quantity: 'temperature', value: 21, unit: 'degC', channel: '', quality: 0 };

/** Everything that is told, in order. */
function told(play: (sink: Sink) => void): string[] {
  const all: string[] = [];
  const sink: Sink = {
    frame: (source) => void all.push(`frame ${source}`),
    value: ({ value }) => void all.push(`value ${value}`),
    online: (is) => void all.push(`online ${is}`),
    rejected: (reason, count) => void all.push(`${reason} ${count}`),
    topic: (filter) => void all.push(filter),
  };
  play(
    withAnswers(sink, {
      isOwn: (source) => source !== 'other',
      onGood: () => void all.push('good'),
      onAnswer: () => void all.push('answer'),
    }),
  );
  return all;
}

suite('answers', () => {
  test('a good frame is good, and an answer', () => {
    const all = told((sink) => {
      sink.frame('own');
      sink.value(VALUE);
      sink.online(true);
    });
    assert.deepEqual(all, ['good', 'answer', 'frame own', 'value 21', 'online true']);
  });

  test('a refusal is an answer, and not good; noise is neither', () => {
    const all = told((sink) => {
      sink.rejected('refused', 1);
      sink.rejected('noise', 3);
    });
    assert.deepEqual(all, ['answer', 'refused 1', 'noise 3']);
  });

  test('what another device says is counted, and nothing else', () => {
    const all = told((sink) => {
      sink.frame('other');
      sink.value(VALUE);
      sink.frame();
      sink.value(VALUE);
    });
    assert.deepEqual(all, ['unknown_frame 1', 'good', 'answer', 'frame undefined', 'value 21']);
  });

  test('a WXT says which address it has; what others name is no address', () => {
    const wxt: DeviceModel = { text: { kind: 'wxt' } };
    assert.ok(isFrom(0, '0', wxt) && isFrom('A', 'A', wxt) && isFrom('A', undefined, wxt));
    assert.ok(!isFrom('A', 'B', wxt));
    assert.ok(isFrom('A', 'garden', { text: { kind: 'json' } }));
  });
});
