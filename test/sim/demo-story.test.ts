import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStory } from '../../src/sim/demo-story.ts';
import { DEMO } from '../../src/sim/demo-world.ts';

test('the story waits for the gateways, then runs as their clock does', () => {
  let nowMs = DEMO.startMs;
  const story = createStory({ now: () => nowMs });
  nowMs += 70_000;
  assert.equal(story.now(), DEMO.startMs);
  assert.equal(story.begin(), nowMs);
  assert.equal(story.now(), DEMO.startMs);
  nowMs += 500;
  assert.equal(story.now(), DEMO.startMs + 500);
});
