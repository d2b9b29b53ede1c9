// Brings each frame to the handler of its verb.
//
// Every part of routing brings the handlers of its own verbs. Invariant: a handler sees only bodies of the shape that the
// table of verbs states, only from senders that it admits, and what makes much work only so often.
import type { LinkFrameReason } from '../../core/events.ts';
import type { Arrival } from '../arrival.ts';
import type { Way } from '../way.ts';
import type { LinkFrame } from './link-frame.ts';
import type { Peer } from './peer-table.ts';
import { VERBS, type VerbName, verbAt } from './verb.ts';

/** A frame that was let in, by whom and on which way. */
export interface Heard {
  readonly peer: Peer;
  readonly via: Way;
  readonly frame: LinkFrame;
}

/** @returns the packet that a frame carries, the reason why it is dropped, or undefined when all is done */
export type Handler = (heard: Heard) => Arrival | LinkFrameReason | undefined;

/** Who hears which verb. */
export type Handlers = Readonly<Partial<Record<VerbName, Handler>>>;

/** @param hasSession the frame is of the session with its sender, and was not heard before */
export type Dispatch = (heard: Heard, hasSession: boolean) => ReturnType<Handler>;

export function createDispatch(...parts: readonly Handlers[]): Dispatch {
  const handlers = new Map<number, Handler>();
  for (const part of parts)
    for (const [name, handler] of Object.entries(part)) handlers.set(VERBS[name as VerbName].number, handler);
  return (heard, hasSession) => {
    const { verb: number, body } = heard.frame;
    const verb = verbAt(number);
    if (!hasSession && !verb?.beforeSession) return 'unknown_boot';
    const handle = handlers.get(number);
    if (!verb || !handle) return 'unknown_verb';
    if (!verb.isBody(body)) return 'bad_body';
    return verb.isPaced && !heard.peer.announces.tryTake() ? 'rate' : handle(heard);
  };
}
