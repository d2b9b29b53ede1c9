import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OperatingError, reasonOf } from '../../src/core/errors.ts';

test('an operating error keeps its code and its cause', () => {
  const cause = new Error('EACCES');
  const error = new OperatingError('port_unavailable', 'cannot open it', { cause });
  assert.equal(error.code, 'port_unavailable');
  assert.equal(error.cause, cause);
  assert.equal(error.name, 'OperatingError');
});

test('a reason is the first line of whatever was thrown', () => {
  assert.equal(reasonOf(new Error('first\nsecond')), 'first');
  assert.equal(reasonOf('text'), 'text');
  assert.equal(reasonOf(undefined), 'undefined');
});

test('a host whose addresses all fail has the reason of the first', () => {
  const each = [new Error('connect ECONNREFUSED ::1:1883'), new Error('connect ECONNREFUSED 127.0.0.1:1883')];
  assert.equal(reasonOf(new AggregateError(each)), 'connect ECONNREFUSED ::1:1883');
  assert.equal(reasonOf(new AggregateError(each, 'all of them')), 'all of them');
  assert.equal(reasonOf(new AggregateError([])), 'undefined');
});
