// The two kinds of way that MQTT has: a link that we dialled, and a client of our own broker.
import { linkFrameBytesMax } from '../../core/limits.ts';
import type { Way } from '../way.ts';

/** The name of the network. */
export const MQTT = 'mqtt';

/** @param neighbour the name of a link, or of an account at our broker */
export function mqttWay(end: 'link' | 'client', neighbour: string): Way {
  const way = { id: `${end}:${neighbour}`, network: MQTT, neighbour, payloadBytesMax: linkFrameBytesMax, cost: 0 };
  return end === 'link' ? { ...way, reachesAll: true } : way;
}
