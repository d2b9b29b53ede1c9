// Hands what a link brings to the agent, many at a time, so that they share a commit, and acknowledges each once it settled.
//
//   PUBLISH 7, 8, 9 -> agent   8 settled: nothing yet   7 settled: PUBACK 7, PUBACK 8   9 refused: no PUBACK
//
// mqtt.js waits for one before it hands over the next, so its own PUBACK is left out and written here. Invariant: PUBACKs
// go out in the order of arrival (MQTT 3.1.1 section 4.6); beyond linkPendingMax the link is read no further.
import type { IPublishPacket } from 'mqtt';
import { linkPendingMax } from '../../core/load-limits.ts';
import { type Arrival, type ArrivalHandler, settle } from '../arrival.ts';

/** `done` of mqtt.js: with an error it goes on without a PUBACK. */
type Done = (error?: Error) => void;

interface Pending {
  /** Absent at QoS 0. */
  readonly id: number | undefined;
  state: 'open' | 'taken' | 'refused';
}

const ACKNOWLEDGED_HERE = new Error('acknowledged once it is settled');

/** @param write to the connection, between two frames */
export function createLinkArrivals(onPacket: ArrivalHandler, write: (frame: Buffer) => void) {
  const pending: Pending[] = [];
  let goOn: Done | undefined;

  function end(one: Pending, state: Pending['state']): void {
    one.state = state;
    while (pending.length > 0 && pending[0]!.state !== 'open') {
      const { id, state } = pending.shift()!;
      if (state === 'taken' && id !== undefined) write(pubackOf(id));
    }
    if (!goOn || pending.length >= linkPendingMax) return;
    const resume = goOn;
    goOn = undefined;
    resume(ACKNOWLEDGED_HERE);
  }

  return (arrival: Arrival, { qos, messageId }: Pick<IPublishPacket, 'qos' | 'messageId'>, done: Done): void => {
    const one: Pending = { id: qos === 1 ? messageId : undefined, state: 'open' };
    pending.push(one);
    settle(onPacket, arrival).then(
      () => end(one, 'taken'),
      () => end(one, 'refused'),
    );
    if (pending.length < linkPendingMax) done(ACKNOWLEDGED_HERE);
    else goOn = done;
  };
}

/** MQTT 3.1.1 section 3.4. */
const pubackOf = (id: number): Buffer => Buffer.of(0x40, 2, id >> 8, id & 0xff);
