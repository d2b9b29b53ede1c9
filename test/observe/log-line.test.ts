import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { AgentEvent } from '../../src/core/events.ts';
import { logLinesPerKindMax, logRepeatsRememberedMax } from '../../src/core/limits.ts';
import { type LogLevel, levelOf } from '../../src/observe/log-level.ts';
import { createLog, logLine } from '../../src/observe/log-line.ts';
import { SOME_EVENTS } from './some-events.ts';

const NOON_MS = Date.UTC(2026, 0, 5, 12);

/** A log, the lines it wrote, and a way to tell it something at a time. */
function log(level: LogLevel) {
  const lines: string[] = [];
  const sink = createLog(level, (line) => lines.push(line));
  return { lines, tell: (event: AgentEvent, atS = 0) => sink({ ...event, timeMs: NOON_MS + atS * 1000 }) };
}

const down = (sensor: string, reason = 'unplugged'): AgentEvent => ({ ...SOME_EVENTS.source_down, sensor, reason });

test('each event is one line of words', () => {
  const line = (type: keyof typeof SOME_EVENTS) => logLine({ ...SOME_EVENTS[type], timeMs: NOON_MS });
  assert.equal(line('started'), 'hill started, node 0123456789abcdef0123456789abcdef, version 1.2.3');
  assert.equal(line('source_down'), 'roof: unplugged; next attempt in 2 s');
  assert.equal(line('source_ended'), 'roof: recording ended after 1 reading');
  assert.equal(line('reading_dropped'), 'roof: 2 readings dropped (queue_full)');
  const closed = { ...SOME_EVENTS.link_down, reason: 'the neighbour closed the connection' };
  const levels = [SOME_EVENTS.link_down, closed].map((event) => levelOf({ ...event, timeMs: 0 }));
  assert.deepEqual(levels, ['warn', 'info'], 'a neighbour that restarts is no warning');
  assert.equal(line('link_down'), 'link to valley is down (ECONNREFUSED); next attempt in 0 s');
  assert.equal(line('anomaly'), 'PM2.5 is high at roof: 87.3 ug/m3, normally 11, 93% sure');
  assert.equal(line('owed_shed'), '4 deliveries expired before the neighbour acknowledged');
  assert.equal(line('events_missed'), '7 events missed by a subscriber that was too slow');
  assert.equal(line('packet_received'), 'received confirm of PM2.5 from valley over link:valley, 1 hop, 157 bytes');
  assert.equal(line('verdict'), 'PM2.5 is high here and at 2 neighbours: real, 97% (01234567)');
  assert.equal(line('packet_issued'), 'tells the others: event of PM2.5, 141 bytes, 01234567');
  assert.equal(
    line('advisory'),
    'PM2.5 is likely to reach you in about 6 minutes: seen 3.5 km away by 1 gateway, 80% (5e0c77d1)',
  );
  assert.match(line('alarm'), / \(3f21ab09\)$/);
  for (const event of Object.values(SOME_EVENTS)) {
    const text = logLine({ ...event, timeMs: NOON_MS });
    assert.ok(text.length > 0 && !/undefined|NaN|\[object|\n/.test(text), `${event.type}: ${text}`);
  }
});

test('deliveries that expired and deliveries that found no room are told apart, one and many', () => {
  const says = (reason: 'expired' | 'no_room', count: number) =>
    logLine({ type: 'owed_shed', reason, count, timeMs: NOON_MS });
  assert.equal(says('expired', 1), '1 delivery expired before the neighbour acknowledged');
  assert.equal(says('no_room', 1), 'gave up on 1 delivery: too many are waiting for neighbours');
  assert.equal(says('no_room', 3), 'gave up on 3 deliveries: too many are waiting for neighbours');
});

suite('log', () => {
  test('a line begins with the time of the event, and a warning says so', () => {
    const { lines, tell } = log('info');
    tell(SOME_EVENTS.link_up);
    tell(SOME_EVENTS.warning, 1);
    assert.deepEqual(lines, [
      '2026-01-05T12:00:00.000Z link to valley is up',
      '2026-01-05T12:00:01.000Z WARN no room for the key of valley',
    ]);
  });

  test('only what is at or above the level is written', () => {
    const written = (level: LogLevel) => {
      const { lines, tell } = log(level);
      for (const event of Object.values(SOME_EVENTS)) tell(event);
      return lines;
    };
    const [debug, info] = [written('debug'), written('info')];
    assert.equal(debug.length, Object.keys(SOME_EVENTS).length);
    const ordinary = debug.filter((line) => !info.includes(line));
    assert.ok(
      ordinary.length > 0 && ordinary.every((line) => /received|relayed|announced|no room/.test(line)),
      `${ordinary}`,
    );
    const warnings = info.filter((line) => line.includes(' WARN '));
    assert.ok(warnings.length > 0 && warnings.length < info.length);
    assert.deepEqual(written('warn'), warnings);
    assert.deepEqual(written('error'), []);
  });

  test('what a healthy gateway drops all day is told at debug level: own packets that come back, copies, a restart', () => {
    const expected: AgentEvent[] = [
      { ...SOME_EVENTS.packet_dropped, reason: 'own_echo' },
      { ...SOME_EVENTS.packet_dropped, reason: 'duplicate' },
      { ...SOME_EVENTS.link_frame_dropped, reason: 'own_frame' },
      { ...SOME_EVENTS.link_frame_dropped, reason: 'unknown_boot' },
      { ...SOME_EVENTS.link_frame_dropped, reason: 'unexpected_ack' },
      { ...SOME_EVENTS.link_frame_dropped, reason: 'stranger' },
      { ...SOME_EVENTS.link_frame_dropped, reason: 'not_for_us' },
    ];
    const [info, debug] = [log('info'), log('debug')];
    for (const event of expected) {
      info.tell(event);
      for (let second = 0; second < 100; second++) debug.tell(event, second / 10);
    }
    assert.deepEqual([...info.lines], []);
    assert.deepEqual(
      debug.lines.map((line) => line.slice(25)),
      [
        'dropped a packet from link:valley: own_echo',
        'dropped a packet from link:valley: duplicate',
        'dropped a link frame from link:valley: own_frame',
        'dropped a link frame from link:valley: unknown_boot',
        'dropped a link frame from link:valley: unexpected_ack',
        'dropped a link frame from link:valley: stranger',
        'dropped a link frame from link:valley: not_for_us',
      ],
    );
    for (const reason of ['bad_signature', 'unknown_key', 'own_key'] as const)
      info.tell({ ...SOME_EVENTS.packet_dropped, reason });
    assert.ok(info.lines.length === 3 && info.lines.every((line) => line.includes(' WARN ')));
  });

  test('bytes that are not understood make one line, however many they were', () => {
    const { lines, tell } = log('info');
    for (const [i, bytes] of [430, 431, 17].entries())
      tell(down('roof', `${bytes} bytes came in 60 s, none is a X`), i);
    tell(down('roof', 'no byte came in 60 s'), 4);
    assert.equal(lines.length, 2);
  });

  test('a warning that repeats is told once a minute, with how often it was held back', () => {
    const { lines, tell } = log('info');
    for (let second = 0; second <= 125; second++) tell(down('roof'), second);
    assert.deepEqual(lines, [
      '2026-01-05T12:00:00.000Z WARN roof: unplugged; next attempt in 2 s',
      '2026-01-05T12:01:00.000Z WARN roof: unplugged; next attempt in 2 s (and 59 more like it)',
      '2026-01-05T12:02:00.000Z WARN roof: unplugged; next attempt in 2 s (and 59 more like it)',
    ]);
  });

  test('another sensor, reason, link or message is not a repetition', () => {
    const { lines, tell } = log('info');
    const events: AgentEvent[] = [
      down('roof'),
      down('cellar'),
      down('roof', 'no such port'),
      SOME_EVENTS.link_down,
      { ...SOME_EVENTS.link_down, link: 'hill' },
      SOME_EVENTS.packet_dropped,
      { ...SOME_EVENTS.packet_dropped, via: 'link:hill' },
      SOME_EVENTS.warning,
      { ...SOME_EVENTS.warning, message: 'something else' },
    ];
    for (const event of events) tell(event);
    assert.equal(lines.length, events.length);
  });

  test('what others write makes no line a new one', () => {
    const { lines, tell } = log('info');
    for (let n = 0; n < 1000; n++) {
      const said = { client: `north/${n}`, detail: `topic/${n}` };
      tell({ ...SOME_EVENTS.client_refused, ...said, reason: 'may not publish to this topic' });
      tell({ ...SOME_EVENTS.client_evicted, ...said, reason: `a frame of ${n} bytes` });
    }
    assert.deepEqual(lines, [
      '2026-01-05T12:00:00.000Z WARN broker refused north/0: may not publish to this topic (topic/0)',
      '2026-01-05T12:00:00.000Z WARN broker disconnected north/0: a frame of 0 bytes (topic/0)',
    ]);
  });

  test('of one kind there are so many lines a minute; the others are counted, and other kinds are told', () => {
    const { lines, tell } = log('info');
    for (let n = 0; n < 1000; n++) tell(down(`sensor ${n}`), n / 100);
    assert.equal(lines.length, logLinesPerKindMax);
    tell(SOME_EVENTS.link_down, 11);
    tell({ ...SOME_EVENTS.sensor_online }, 70);
    assert.match(lines.at(-2)!, /WARN 940 lines about source_down held back/);
    assert.equal(lines.length, logLinesPerKindMax + 3);
  });

  test('a device that comes and goes fills no log, and what this gateway found is always told', () => {
    const { lines, tell } = log('info');
    for (let n = 0; n < 1000; n++) tell({ ...SOME_EVENTS.sensor_online, online: n % 2 === 0 });
    assert.equal(lines.length, logLinesPerKindMax);
    for (let n = 0; n < 100; n++) tell(SOME_EVENTS.alarm);
    assert.equal(lines.length, logLinesPerKindMax + 100);
  });

  test('what is no warning is never held back', () => {
    const { lines, tell } = log('info');
    for (let i = 0; i < 5; i++) tell(SOME_EVENTS.link_up, i);
    assert.equal(lines.length, 5);
  });

  test('a clock that is set back silences nothing', () => {
    const { lines, tell } = log('info');
    tell(down('roof'), 86_400);
    tell(down('roof'), 0);
    tell(down('roof'), 30);
    tell(down('roof'), 61);
    assert.equal(lines.length, 3);
  });

  test('what others say cannot look like a line of ours, nor steer the terminal', () => {
    const { lines, tell } = log('info');
    const client = 'a\n2026-01-05T12:00:00.000Z all is well\r\u001b[2J\u009b31m\u202e\u0000';
    tell({ ...SOME_EVENTS.client_refused, client });
    tell({ ...SOME_EVENTS.client_refused, client: 'grüße/東京 😀', reason: 'too many' });
    assert.doesNotMatch(lines.join(''), /[\p{Cc}\p{Cf}]/u);
    assert.match(
      lines[0]!,
      /refused a\\u000a2026-01-05T12:00:00.000Z all is well\\u000d\\u001b\[2J\\u009b31m\\u202e\\u0000: wrong password$/,
    );
    assert.match(lines[1]!, /grüße\/東京 😀/);
  });

  test('memory is bounded, whatever the warnings', () => {
    const { lines, tell } = log('info');
    const each = logLinesPerKindMax - 1;
    for (let n = 0; n < each; n++) tell(down('roof', `reason ${n}`));
    for (let n = 0; n < each; n++) {
      tell({ ...SOME_EVENTS.link_down, link: `${n}` });
      tell({ ...SOME_EVENTS.packet_dropped, via: `${n}` });
      tell({ ...SOME_EVENTS.link_frame_dropped, via: `${n}` });
      tell({ ...SOME_EVENTS.warning, message: `${n}` });
    }
    assert.equal(lines.length, 5 * each);
    assert(5 * each > logRepeatsRememberedMax);
    // The first ones were forgotten, so they are told anew.
    tell(down('roof', 'reason 0'), 1);
    tell({ ...SOME_EVENTS.warning, message: `${each - 1}` }, 1);
    assert.equal(lines.length, 5 * each + 1);
  });
});
