// Wrong clocks, a full disk, a log that somebody else fills, and being told to stop in the middle of it all.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from '../../src/packet/packet.ts';
import { linkTopic } from '../../src/route/topic.ts';
import { origins, traffic } from '../bench/load-traffic.ts';
import { requireProgram } from '../programs.ts';
import { type Recorder, recorder } from '../recorder.ts';
import { connectFrame, publishFrame, rawClient, rawSocket } from '../route/mqtt/raw-client.ts';
import { serialServer } from '../sense/serial/serial-fixture.ts';
import type { Attack, Scene } from './attack.ts';
import { framesOf, type HostileHub, hostileHub } from './hostile-hub.ts';
import { author, insider, type Said } from './insider.ts';
import { hexOf, MALLORY, pulse, SOUTH, until, type Victim, victim, within } from './victim.ts';

const YEARS_MS = 10 * 365 * 86_400_000;
const STOP_MS_MAX = 3_000;
const ISSUE_MS_MAX = 60_000;
/** Kinds of lines that outsiders can cause, at 60 each in a minute, and what repeats once a minute. */
const HOSTILE_LINES_MAX = 400;

/** A fix as a receiver writes it; NMEA 0183: the exclusive or of what stands between `$` and `*`. */
function fix(timeMs: number): string {
  const [date = '', time = ''] = new Date(timeMs).toISOString().split('T');
  const clock = time.replaceAll(':', '').slice(0, 9);
  const day = date.slice(8) + date.slice(5, 7) + date.slice(2, 4);
  const body = `GPRMC,${clock},A,4807.038,N,01131.000,E,0,0,${day},,`;
  const sum = Buffer.from(body).reduce((all, byte) => all ^ byte, 0);
  return `$${body}*${sum.toString(16).padStart(2, '0')}\r\n`;
}

interface OwnPacket {
  readonly issuedS: number;
  readonly sequence: number;
}

/** Own packets as a neighbour sees them, while sensors break and recover until there is one more that fits. */
async function concludes(scene: Scene, target: Victim, fits: (packet: OwnPacket) => boolean): Promise<OwnPacket> {
  const south = await insider(scene, target, SOUTH);
  await south.client.subscribeAsync('qis/1/#', { qos: 1 });
  let found: OwnPacket | undefined;
  const look = async () => {
    await target.process.feed();
    for (const { bytes } of south.heard.items) {
      const parsed = parse(bytes);
      if (!parsed.ok || !parsed.packet.kid.equals(target.key.kid)) continue;
      const { issued, sequence } = parsed.packet.outcome;
      if (fits({ issuedS: issued, sequence })) found = { issuedS: issued, sequence };
    }
    return found !== undefined;
  };
  await within(until(look), 'it told nobody what it concluded', ISSUE_MS_MAX);
  await south.client.endAsync(true);
  return found!;
}

const future: Attack = {
  name: 'a receiver that is ten years ahead, and then right again',
  async run(scene) {
    const server = await serialServer(scene);
    const sensors = [{ name: 'gnss', device: 'NMEA', port: server.path }];
    const target = await victim(scene, { factor: 0, sensors });
    let aheadMs = YEARS_MS;
    const timer = setInterval(() => server.connections.items.at(-1)?.write(fix(Date.now() + aheadMs)), 200);
    scene.after(() => clearInterval(timer));
    const isNow = ({ issuedS }: OwnPacket) => Math.abs(issuedS - Date.now() / 1000) < 120;
    await target.process.start();
    await sleep(20_000);
    await target.process.feed();
    aheadMs = 0;
    await concludes(scene, target, isNow);
    await target.process.kill();
    aheadMs = YEARS_MS;
    await target.process.start();
    await sleep(20_000);
    await target.process.feed();
    await target.process.kill();
    aheadMs = 0;
    await target.process.start();
    await concludes(scene, target, isNow);
    const { problem } = (await target.status()).time;
    assert.equal(problem, null);
    await (await pulse(scene, target)).endured();
  },
};

const full: Attack = {
  name: 'a disk that takes nothing for a while',
  async run(scene) {
    const prlimit = requireProgram(scene, 'prlimit', 'apt install util-linux');
    if (!prlimit) return;
    const target = await victim(scene, { factor: 60 });
    await target.process.start();
    const heart = await pulse(scene, target);
    const limit = (bytes: string) => execFileSync(prlimit, ['--pid', `${target.pid()}`, `--fsize=${bytes}:`]);
    const { events } = target.process;
    const issued = () => events.items.filter(({ type }) => type === 'packet_issued').length;
    limit('0');
    await target.process.feed();
    await sleep(scene.isShort ? 500 : 10_000);
    assert(target.pid() !== undefined, 'it ended');
    assert(
      events.items.some((event) => event.type === 'warning' && /disk|database|written/i.test(event.message)),
      'it told nobody',
    );
    const before = issued();
    limit('unlimited');
    await within(
      until(() => issued() > before),
      'what it concluded meanwhile was lost',
      ISSUE_MS_MAX,
    );
    await heart.endured();
  },
};

/** The gateway with its log for people, as a service runs it. */
async function logged(
  scene: Scene,
  target: Victim,
): Promise<{ lines: Recorder<string>; pid: () => number | undefined }> {
  const args = [...scene.program, 'run', '--config', target.config];
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH }, stdio: ['ignore', 'ignore', 'pipe'] });
  scene.after(async () => {
    if (child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  const lines = recorder<string>();
  createInterface({ input: child.stderr }).on('line', (line) => lines.add(line));
  await within(
    lines.until((line) => / started, node/.test(line)),
    'it did not start',
  );
  return { lines, pid: () => (child.exitCode === null ? child.pid : undefined) };
}

const logFlood: Attack = {
  name: 'frames and names that each make another log line',
  async run(scene) {
    const target = await victim(scene);
    const { lines, pid } = await logged(scene, target);
    const heart = await pulse(scene, { ...target, pid });
    const count = scene.isShort ? 200 : 5_000;
    const mallory = await rawClient(target.port, { account: MALLORY, address: '127.0.0.2' });
    scene.after(() => mallory.destroy());
    const to = linkTopic(target.key.kid.toString('hex'));
    const topic = author(target.identities.mallory!)().topic;
    for (let n = 0; n < count; n++) {
      const id = (n % 65_535) + 1;
      mallory.write(publishFrame(n % 2 ? to : topic, randomBytes(100), { id }));
      if (n % 5 > 0) continue;
      // Text of their own choice, in the name of a client and in a topic that is refused.
      const socket = await rawSocket(target.port, '127.0.0.3').catch(() => undefined);
      if (!socket) continue;
      socket.write(connectFrame(`x${randomBytes(8).toString('hex')}`, MALLORY));
      socket.write(publishFrame(`forbidden/${randomBytes(8).toString('hex')}`, Buffer.from('1')));
      scene.after(() => socket.destroy());
    }
    await sleep(scene.isShort ? 500 : 10_000);
    const said = lines.items.length;
    scene.diagnostic(`${said} lines of ${count} frames and ${Math.ceil(count / 5)} connections`);
    assert(said <= HOSTILE_LINES_MAX, `${said} lines`);
    await heart.endured();
  },
};

/** A thousand a second, each origin inside its rate. */
async function play(hub: HostileHub, said: readonly Pick<Said, 'topic' | 'bytes'>[]): Promise<void> {
  const frames = [...framesOf(said)];
  const startMs = performance.now();
  for (let at = 0; at < frames.length; await sleep(20)) {
    const next = Math.min(frames.length, Math.floor(performance.now() - startMs));
    const written = await hub.push(frames.slice(at, next));
    if (written < next - at) return;
    at = next;
  }
}

const loaded: Attack = {
  name: '1,000 valid packets a second of 200 origins, and SIGTERM in the middle',
  async run(scene) {
    const hub = await hostileHub(scene);
    const speaking = origins(200);
    const peers = speaking.map((identity, n) => ({ name: `o${n}`, key: hexOf(identity) }));
    const target = await victim(scene, { hub: hub.url, unknown: ['mallory'], peers });
    await target.process.start();
    await within(hub.asked.count(1), 'the hub was not dialled');
    const heart = await pulse(scene, target);
    const seconds = scene.isShort ? 1 : 30;
    const here = { latitude: 48, longitude: 7.8 };
    await play(hub, traffic(speaking, { count: seconds * 1_000, perS: 1_000, here }));
    await heart.endured();
    const more = traffic(speaking, { count: 10_000, perS: 1_000, here });
    const playing = play(hub, more);
    await sleep(scene.isShort ? 200 : 2_000);
    const startMs = performance.now();
    await within(target.process.stop(), 'it did not end');
    const tookMs = Math.round(performance.now() - startMs);
    await playing;
    scene.diagnostic(`ended after ${tookMs} ms`);
    if (!scene.isShort) assert(tookMs <= STOP_MS_MAX, `it took ${tookMs} ms to end`);
  },
};

export const MACHINE_ATTACKS: readonly Attack[] = [future, full, logFlood, loaded];
