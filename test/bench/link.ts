// One hop between two gateways with real brokers, sockets and files: how long a packet takes until the neighbour has
// committed it, and what it costs on the wire with topic, PUBACKs and ACK, relayed copy and its ACK included.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAgent } from '../../src/agent.ts';
import type { AgentEvent } from '../../src/core/events.ts';
import { linkFrameBytesMax } from '../../src/core/limits.ts';
import { createWatch } from '../../src/detect/watch.ts';
import { AIR } from '../../src/distill/air.ts';
import { createDomains } from '../../src/distill/domains.ts';
import { createSurroundings } from '../../src/distill/surroundings.ts';
import { tokens, topicOf } from '../../src/packet/fingerprint.ts';
import { type Identity, temporaryIdentity } from '../../src/packet/identity.ts';
import { createKeyring } from '../../src/packet/keyring.ts';
import { expiresS } from '../../src/packet/outcome.ts';
import { issue, type SignedPacket } from '../../src/packet/packet.ts';
import type { ArrivalHandler } from '../../src/route/arrival.ts';
import { createDelivery } from '../../src/route/custody/delivery.ts';
import { openBroker } from '../../src/route/mqtt/broker.ts';
import { linkClientId } from '../../src/route/mqtt/link.ts';
import { type Mesh, openMesh } from '../../src/route/mqtt/mesh.ts';
import type { Network } from '../../src/route/network.ts';
import { sealsOf } from '../../src/route/session/seals.ts';
import { filterOf, linkTopic } from '../../src/route/topic.ts';
import { createQualityControl } from '../../src/sense/quality/quality-control.ts';
import { openStore } from '../../src/store/store.ts';
import { createSynthesizer } from '../../src/synthesize/synthesizer.ts';
import { freePorts } from '../mosquitto.ts';
import { recorder } from '../recorder.ts';
import { smoke } from '../vectors/smoke.ts';

const PACKETS = 300;
const WARM_UP = 30;

export async function benchLink(): Promise<{ latency_ms: { p50: number; p99: number }; bytes_per_packet: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'qis-bench-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const ports = await freePorts(2);
  const identities = [1, 2].map((n) => temporaryIdentity(Buffer.alloc(32, n)));
  const [a, b] = await Promise.all(
    [0, 1].map((index) => open(stack, { own: index, ports, identities, folder: join(folder, `${index}`) })),
  );
  const isReady = () => [a!, b!].every(({ delivery }) => delivery.stats().announced === 1);
  while (!isReady()) await sleep(10);

  const delays: number[] = [];
  let bytesBefore = 0;
  for (let i = 0; i < WARM_UP + PACKETS; i++) {
    if (i === WARM_UP) bytesBefore = a!.wireBytes() + b!.wireBytes();
    const startMs = performance.now();
    const id = a!.conclude().id.toString('hex');
    await b!.events.until((event) => event.type === 'packet_received' && event.id === id);
    if (i >= WARM_UP) delays.push(performance.now() - startMs);
    while (a!.owed() > 0) await sleep(1);
  }
  const bytes = a!.wireBytes() + b!.wireBytes() - bytesBefore;
  delays.sort((x, y) => x - y);
  const at = (share: number) => Math.round(delays[Math.floor(share * delays.length)]! * 100) / 100;
  return { latency_ms: { p50: at(0.5), p99: at(0.99) }, bytes_per_packet: Math.round(bytes / PACKETS) };
}

interface Plan {
  readonly own: number;
  readonly ports: readonly number[];
  readonly identities: readonly Identity[];
  readonly folder: string;
}

async function open(stack: AsyncDisposableStack, { own, ports, identities, folder }: Plan) {
  const [identity, other] = own === 0 ? [identities[0]!, identities[1]!] : [identities[1]!, identities[0]!];
  const keyring = createKeyring();
  for (const { publicKey } of identities) keyring.add(publicKey);
  const clock = { now: Date.now, quality: () => 2 as const };
  const events = recorder<AgentEvent>();
  const emit = (event: AgentEvent) => events.add(event);
  const store = stack.use(openStore(folder, { now: Date.now }));
  const net: { mesh?: Mesh } = {};
  const network: Network = {
    name: 'mqtt',
    payloadBytesMax: linkFrameBytesMax,
    publish: (topic, bytes) => net.mesh?.publish(topic, bytes) ?? false,
    send: (topic, bytes, via) => net.mesh?.send(topic, bytes, via) ?? false,
  };
  const levels = tokens({ domain: 0, coarse: smoke.coarse });
  const watched = [{ domain: 0, tokens: levels.map((level) => Buffer.from(level, 'hex')) }];
  const rest = { community: undefined, network, clock, emit, identity, keyring };
  const delivery = createDelivery({
    ...rest,
    seals: sealsOf(identity, undefined, clock),
    isOpen: false,
    ledger: store,
    random: Math.random,
    randomBytes,
    watched,
    urls: [],
  });
  const station = { profile: AIR, latitude: 43, longitude: -73, site: 1, contextTag: identity.contextTag };
  const synthesizer = createSynthesizer({ profile: AIR, nodeId: '', here: undefined, random: Math.random });
  const agent = createAgent({
    ...rest,
    domains: createDomains([AIR]),
    work: new Map([[AIR.id, { station, synthesizer }]]),
    store,
    delivery,
    qualityControl: createQualityControl(),
    watch: createWatch({ watched: new Map() }),
    surroundings: createSurroundings([]),
  });
  const onPacket: ArrivalHandler = (arrival) => agent.arrival(arrival);
  const broker = stack.use(await openBroker({ host: '127.0.0.1', port: ports[own]!, accounts: [], onPacket, emit }));
  net.mesh = stack.use(
    openMesh({
      broker,
      links: [{ name: 'other', url: `mqtt://127.0.0.1:${ports[1 - own]}` }],
      clientId: linkClientId(identity.publicKey.nodeId),
      filters: [filterOf(0, levels), linkTopic(identity.publicKey.kid.toString('hex'))],
      onPacket,
      onUp: (via) => delivery.introduce(other.publicKey, via),
      emit,
    }),
  );
  const ticking = setInterval(agent.tick, 1000);
  stack.defer(() => clearInterval(ticking));
  return {
    delivery,
    events,
    owed: () => store.custody.owed(Date.now()),
    wireBytes: () => net.mesh!.stats().links.reduce((sum, link) => sum + link.bytesIn + link.bytesOut, 0),
    /** As the outbox does: committed with what is owed, then published. */
    conclude: (): SignedPacket => {
      const nowMs = Date.now();
      const packet = store.commitNow(() => {
        let signed: SignedPacket | undefined;
        store.issue((sequence) => {
          signed = issue({ ...smoke, issued: Math.floor(nowMs / 1000), sequence }, identity);
          const { id, key, bytes, outcome } = signed;
          return {
            id,
            origin: key.bytes,
            finding: 0,
            score: outcome.score,
            bytes,
            receivedMs: nowMs,
            expiresS: expiresS(outcome),
          };
        });
        delivery.owe(signed!, undefined);
        return signed!;
      });
      network.publish(topicOf(packet.outcome), packet.bytes);
      store.commitNow(() => store.packets.markSent([packet.id], nowMs));
      return packet;
    },
  };
}
