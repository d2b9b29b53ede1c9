import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { judgedChannelsMax } from '../../../src/core/limits.ts';
import { QUANTITY_NAMES } from '../../../src/core/quantities.ts';
import { QUALITY, type Reading, UNFIT } from '../../../src/core/reading.ts';
import { SENSOR_CLASSES } from '../../../src/core/sensor-class.ts';
import { createWatch } from '../../../src/detect/watch.ts';
import { AIR } from '../../../src/distill/air.ts';
import { createQualityControl, type QualityControl } from '../../../src/sense/quality/quality-control.ts';
import { flags, HOUR, MINUTE, moment, reading, SECOND, START, wave } from './judged.ts';

test('what is in order comes back as it is', () => {
  const check = createQualityControl();
  for (const [index, value] of wave(500, 12, 2).entries()) {
    const good = reading('pm2_5', value, START + index * SECOND);
    assert.equal(check(good), good);
  }
});

test('whatever comes, only bits are added', () => {
  const readings = fc.record({
    quantity: fc.constantFrom(...QUANTITY_NAMES),
    channel: fc.constantFrom('', 'a', 'b', 'cf1', 'min', 'max', 'indoor'),
    sensor: fc.constantFrom('roof', 'yard', '__proto__'),
    value: fc.oneof(fc.double(), fc.double({ min: -100, max: 3000, noNaN: true }), fc.constant(0)),
    timeMs: fc.oneof(fc.double(), fc.integer({ min: START, max: START + HOUR })),
    quality: fc.nat(511),
    sensorClass: fc.nat(40),
  });
  fc.assert(
    fc.property(fc.array(readings, { maxLength: 60 }), (all) => {
      const check = createQualityControl();
      for (const { quantity, value, timeMs, ...more } of all) {
        const before = Object.freeze(reading(quantity, value, timeMs, more));
        const after = check(before);
        assert.deepEqual({ ...after, quality: 0 }, { ...before, quality: 0 });
        assert.equal(after.quality & before.quality, before.quality);
      }
    }),
  );
});

describe('humidity', () => {
  const humid = (check: QualityControl, timeMs: number, more: Partial<Reading> = {}) =>
    (check(reading('pm2_5', 12, timeMs, more)).quality & QUALITY.humid) !== 0;

  test('of the same sensor counts for ten minutes', () => {
    const check = createQualityControl();
    check(reading('relative_humidity', 85, START));
    assert.equal(humid(check, START), true);
    assert.equal(humid(check, START + 10 * MINUTE), true);
    assert.equal(humid(check, START + 10 * MINUTE + 1), false);
    check(reading('relative_humidity', 80, START + 11 * MINUTE));
    assert.equal(humid(check, START + 11 * MINUTE), false);
  });

  test('of another sensor counts where there is no own one', () => {
    const check = createQualityControl();
    check(reading('relative_humidity', 95, START, { sensor: 'mast' }));
    assert.equal(humid(check, START), true);
    check(reading('relative_humidity', 40, START));
    assert.equal(humid(check, START), false);
    assert.equal(humid(check, START, { sensor: 'yard' }), false, 'the newest of them');
  });

  test('takes no humidity from a sensor whose two elements disagree', () => {
    const check = createQualityControl();
    for (let minute = 0; minute < 5; minute++) {
      moment(check, START + minute * MINUTE, [
        ['relative_humidity', '', minute < 4 ? 60 : 95],
        ['relative_humidity', 'b', 30],
      ]);
    }
    assert.equal(humid(check, START + 4 * MINUTE), false);
  });

  test('says nothing of rooms, of reference monitors and of gases, nor does a room say anything', () => {
    const check = createQualityControl();
    check(reading('relative_humidity', 95, START, { channel: 'indoor' }));
    check(reading('relative_humidity', 95, START, { quality: QUALITY.invalid }));
    assert.equal(humid(check, START), false);
    check(reading('relative_humidity', 95, START));
    assert.equal(humid(check, START, { channel: 'indoor' }), false);
    assert.equal(humid(check, START, { sensorClass: SENSOR_CLASSES.reference_particulate }), false);
    assert.equal(check(reading('co2', 500, START)).quality, 0);
    assert.equal(humid(check, START), true);
  });
});

test('what is unfit already passes and leaves no trace', () => {
  for (const quality of [QUALITY.out_of_range, QUALITY.invalid, QUALITY.warming_up]) {
    const check = createQualityControl();
    flags('pm2_5', wave(30, 10, 1), MINUTE, check);
    const unfit = reading('pm2_5', 1900, START + 30 * MINUTE, { quality });
    assert.equal(check(unfit), unfit);
    assert.equal(check(reading('pm2_5', 10, START + 31 * MINUTE)).quality, 0);
  }
});

test('a channel too many is passed on unjudged, and the others are judged as before', () => {
  const check = createQualityControl();
  flags('pm2_5', wave(30, 10, 1), MINUTE, check);
  for (let index = 1; index < judgedChannelsMax; index++) check(reading('pm2_5', 10, START, { sensor: `s${index}` }));
  const at = START + 30 * MINUTE;
  for (const value of [10, 11, 10, 11, 900]) {
    assert.equal(check(reading('pm2_5', value, at, { sensor: 'one more' })).quality, 0);
  }
  assert.notEqual(check(reading('pm2_5', 900, at)).quality, 0);
});

test('smoke through quality control is the same event, found at the same reading', () => {
  const smoke = (check: QualityControl) => {
    const watched = new Map(AIR.phenomena.filter((one) => one.watched).map((one) => [one.quantity, one]));
    const watch = createWatch({ watched });
    const found: string[] = [];
    for (const [index, value] of [...wave(1440, 10, 1), ...wave(60, 180, 8)].entries()) {
      const timeMs = START + index * MINUTE;
      watch.accept(check(reading('relative_humidity', 92, timeMs)));
      const judged = check(reading('pm2_5', value, timeMs));
      assert.equal(judged.quality & UNFIT, 0);
      const anomaly = watch.accept(judged);
      if (anomaly) found.push(`${anomaly.kind} at ${index}`);
    }
    return found;
  };
  const found = smoke(createQualityControl());
  assert.match(found[0]!, /^event at 144\d$/);
  assert.deepEqual(
    found,
    smoke((unjudged) => unjudged),
  );
});
