// Mistakes in the broker and in links to others: who may do what, and how much of it.
import type { Mutation } from './mutation.ts';

const ACCESS = ['test/route/mqtt/broker-access.test.ts'];
const GUARD = ['test/route/mqtt/frame-guard.test.ts'];
const BROKER = ['test/route/mqtt/broker.test.ts'];

export const MQTT_MUTATIONS: readonly Mutation[] = [
  {
    name: 'a sensor sees and sends packets',
    file: 'src/route/mqtt/access.ts',
    find: "isNetworkTopic(topic) === (role === 'gateway')",
    replace: '(isNetworkTopic(topic) || true)',
    tests: ACCESS,
  },
  {
    name: 'any password will do',
    file: 'src/route/mqtt/access.ts',
    find: 'return equal ? entry?.identity : undefined;',
    replace: 'return equal || entry ? entry?.identity : undefined;',
    tests: ACCESS,
  },
  {
    name: 'a broker for everybody listens on every address',
    file: 'src/route/mqtt/broker.ts',
    find: 'if (accounts.length > 0 || isLoopback(host)) return undefined;',
    replace: 'if (accounts.length > 0 || host) return undefined;',
    tests: [...BROKER, ...ACCESS],
  },
  {
    name: 'one account ends the connections of another',
    file: 'src/route/mqtt/broker-policy.ts',
    find: 'packet.clientId = `$',
    replace: 'packet.clientId = packet.clientId.slice(0, 99) || `$',
    tests: ACCESS,
  },
  {
    name: 'packets that wait for the agent have no cap',
    file: 'src/route/mqtt/broker-policy.ts',
    find: 'options.arrivals.pending >= brokerPendingPacketsMax',
    replace: 'options.arrivals.pending >= Infinity',
    tests: ['test/route/mqtt/broker-policy.test.ts'],
  },
  {
    name: 'a client may have filters without end',
    file: 'src/route/mqtt/broker-policy.ts',
    find: 'filters.size < brokerFiltersPerClientMax',
    replace: 'filters.size < Infinity',
    tests: [...ACCESS, ...BROKER],
  },
  {
    name: 'what a client publishes goes to the others without the agent',
    file: 'src/route/mqtt/broker-policy.ts',
    find: "isNetworkTopic(packet.topic) && 'clientId' in packet ? null : packet",
    replace: 'packet',
    tests: [...BROKER, ...ACCESS],
  },
  {
    name: 'a frame of any size is let in',
    file: 'src/route/mqtt/frame-guard.ts',
    find: 'return frameBytes > frameBytesMax ?',
    replace: 'return frameBytes > 1e9 + frameBytesMax ?',
    tests: GUARD,
  },
  {
    name: 'one byte more than the cap of a frame',
    file: 'src/route/mqtt/frame-guard.ts',
    find: 'return frameBytes > frameBytesMax ?',
    replace: 'return frameBytes > frameBytesMax + 1 ?',
    tests: GUARD,
  },
  {
    name: 'a client that reads nothing fills the memory',
    file: 'src/route/mqtt/frame-guard.ts',
    find: 'if (this.writableLength > backlogBytesMax)',
    replace: 'if (this.writableLength > 100 * backlogBytesMax)',
    tests: GUARD,
  },
  {
    name: 'a client may flood',
    file: 'src/route/mqtt/frame-guard.ts',
    find: 'if (this.#tokens < 1) return false;',
    replace: '',
    tests: GUARD,
  },
  {
    name: 'retained messages without end',
    file: 'src/route/mqtt/broker-memory.ts',
    find: '(!old && retained.size >= retainedMessagesMax)',
    replace: '(!old && retained.size >= Infinity)',
    tests: ['test/route/mqtt/broker-memory.test.ts'],
  },
  {
    name: 'retained messages of any size',
    file: 'src/route/mqtt/broker-memory.ts',
    find: 'otherBytes + addedBytes > retainedBytesMax',
    replace: 'otherBytes + addedBytes > Infinity',
    tests: ['test/route/mqtt/broker-memory.test.ts'],
  },
  {
    name: 'an arrival larger than any packet is handed on',
    file: 'src/route/arrival.ts',
    find: 'if (received.length <= bytesMax)',
    replace: 'if (received.length <= 1e6 + bytesMax)',
    tests: [...BROKER, 'test/route/mqtt/link.test.ts'],
  },
  {
    name: 'what is in flight on a link has no cap',
    file: 'src/route/mqtt/link.ts',
    find: '|| inFlight.pending >= linkInFlightMax',
    replace: '',
    tests: ['test/route/mqtt/link.test.ts'],
  },
  {
    name: 'a link acknowledges what was not settled',
    file: 'src/route/mqtt/link.ts',
    find: '.then(() => done(), done)',
    replace: '.then(() => done(), () => done())',
    tests: ['test/route/mqtt/link.test.ts', 'test/route/mqtt/mesh.test.ts'],
  },
];
