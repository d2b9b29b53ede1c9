// A sensor that is not heard says which of the likely mistakes it is, in one warning: on pseudo-terminals and a TCP port.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentEvent } from '../../../src/core/events.ts';
import { createLog } from '../../../src/observe/log-line.ts';
import { requireProgram } from '../../programs.ts';
import type { Recorder } from '../../recorder.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { pms5003 } from './plantower-bytes.ts';
import { pseudoPort } from './pseudo-port.ts';
import { opened, serialServer } from './serial-fixture.ts';

async function port(t: TestContext) {
  const socat = requireProgram(t, 'socat', 'apt install socat');
  return socat ? pseudoPort(t, socat, join(temporaryFolder(t), 'ttySensor')) : undefined;
}

const whys = (events: Recorder<AgentEvent>) =>
  events.items.flatMap((event) => (event.type === 'source_down' ? [event.reason] : []));

/** What the log of a gateway says of it, within a minute. */
function warnings(events: Recorder<AgentEvent>): string[] {
  const lines: string[] = [];
  const log = createLog('warn', (line) => lines.push(line.replace(/^\S+ /, '')));
  for (const [i, event] of events.items.entries()) log({ ...event, timeMs: i });
  return lines.filter((line) => / came in /.test(line));
}

suite('a sensor that is not heard', { timeout: 20_000 }, () => {
  test('no byte came: power or wires, told once', async (t) => {
    const line = await port(t);
    if (!line) return;
    const { events, up } = opened(t, line.path, { silenceS: 0.1 });
    await up(3);
    const why = 'no byte came in 0.1 s: check its power, and whether TX and RX are swapped (its TX goes to RX here)';
    assert.deepEqual([...new Set(whys(events))], [why]);
    assert.deepEqual(warnings(events), [`WARN roof: ${why}`]);
  });

  test('bytes came, and none is of the model: baud or model, told once whatever their number', async (t) => {
    const line = await port(t);
    if (!line) return;
    const { events, up } = opened(t, line.path, { silenceS: 0.15 });
    await up(1);
    let sent = 0;
    // What 9600 baud looks like when it is read at another rate: of another length each time.
    const babble = setInterval(() => line.write(Buffer.alloc(7 + (sent++ % 5), 0xf8)), 10);
    t.after(() => clearInterval(babble));
    await up(4);
    const told = whys(events);
    for (const why of told) {
      assert.match(why, /^[1-9]\d* bytes came in 0\.15 s, none is a PMS5003: check `baud` \(9600 now\) and `model`$/);
    }
    assert.ok(told.length >= 3);
    assert.equal(warnings(events).length, 1, `${warnings(events)}`);
  });

  test('what came before a good frame is not counted: one that worked and fell silent lost its power', async (t) => {
    const line = await port(t);
    if (!line) return;
    const { readings, down, up } = opened(t, line.path, { silenceS: 0.3 });
    await up(1);
    line.write(Buffer.alloc(50, 0xf8));
    await sleep(10);
    line.write(pms5003(3));
    await readings.count(1);
    await down(/^no byte came in 0\.3 s: check its power/);
  });

  test('one that sleeps by itself is told in its first sleep alone, though the port was opened anew in it', async (t) => {
    const line = await port(t);
    if (!line) return;
    const { events, readings, up } = opened(t, line.path, { silenceS: 0.15 });
    await up(1);
    const told: number[] = [];
    for (let cycle = 1; cycle <= 4; cycle++) {
      line.write(pms5003(cycle));
      await readings.count(cycle);
      const before = whys(events).length;
      await sleep(400);
      told.push(whys(events).length - before);
    }
    assert.ok(told[0]! > 0);
    assert.deepEqual(told.slice(1), [0, 0, 0]);
  });

  test('the baud rate of a serial server is set there', async (t) => {
    const { path, connections } = await serialServer(t);
    const { down } = opened(t, path, { silenceS: 0.2 });
    const [socket] = await connections.count(1);
    socket!.write(Buffer.alloc(9, 0xf8));
    await down(/^9 bytes came in 0\.2 s, none is a PMS5003: check the baud rate at the serial server and `model`$/);
  });
});
