// What a packet costs in networks of each shape and size, with real brokers, sockets and files in this process.
//
// Gateways of one line, ring, star, mesh or shared Mosquitto; the clock runs faster, so that the delays of
// relaying fit into minutes. Bytes are MQTT as it crosses TCP, acknowledgements and pings included, headers of TCP and IP
// not. A packet of a line starts at its middle: from an end it would pass more hops than it may.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { mosquitto } from '../mosquitto.ts';
import { findProgram } from '../programs.ts';
import { type Crossing, openShape, SHAPES, type Shape } from '../route/shaped-network.ts';
import { median } from './rate.ts';

const SIZES = [3, 5, 8, 12, 20];
const FACTOR = 5;
/** Of two origins in turn: what neighbours learn of an origin counts from its second packet on. */
const PACKETS = 6;
const ORIGINS = 2;

export interface ShapeFigures {
  readonly shape: Shape;
  readonly agents: number;
  readonly bytes_per_packet: number;
  /** By the pairs that exchange packets directly; at a shared broker by the others that are there. */
  readonly bytes_per_neighbour: number;
  readonly duplicates_per_receiver: number;
  /** Of the first packets of their origins alone. */
  readonly duplicates_at_first: number;
  readonly stores_per_packet: number;
  readonly reached: number;
  /** Median over the packets of the seconds until all had it. */
  readonly all_s: number;
}

/** @param only `mesh`, `mesh-12`; by default all shapes and sizes */
export async function benchShapes(only = ''): Promise<ShapeFigures[]> {
  const figures: ShapeFigures[] = [];
  for (const shape of SHAPES.filter((one) => one !== 'shared' || findProgram('mosquitto'))) {
    for (const agents of SIZES) {
      if (!`${shape}-${agents}-`.startsWith(only && `${only}-`)) continue;
      figures.push(await measured(shape, agents));
      process.stderr.write(`${JSON.stringify(figures.at(-1))}\n`);
    }
  }
  return figures;
}

/** In one process the gateways of a mesh would hear each other late; they have as many links as pairs, twice. */
function factorOf(shape: Shape, agents: number): number {
  return shape === 'mesh' ? Math.min(2, 10 / agents) : FACTOR;
}

async function measured(shape: Shape, agents: number): Promise<ShapeFigures> {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'qis-shapes-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const cleaning = { after: (end: () => Promise<void>) => stack.defer(end) } as unknown as TestContext;
  const sharedPort = shape === 'shared' ? (await mosquitto(cleaning))!.port : 0;
  const factor = factorOf(shape, agents);
  const network = await openShape(stack, { shape, agents, factor, folder, sharedPort });
  const crossings: Crossing[] = [];
  for (let i = 0; i < PACKETS; i++) {
    const from = shape === 'line' ? Math.floor(agents / 2) : (i % ORIGINS) * Math.floor(agents / ORIGINS);
    crossings.push(await network.cross(from));
  }
  const mean = (of: (crossing: (typeof crossings)[number]) => number) =>
    crossings.reduce((sum, crossing) => sum + of(crossing), 0) / crossings.length;
  const bytes = mean((crossing) => crossing.bytes);
  const pairs = shape === 'shared' ? agents - 1 : network.pairs;
  const hundredths = (value: number) => Math.round(100 * value) / 100;
  return {
    shape,
    agents,
    bytes_per_packet: Math.round(bytes),
    bytes_per_neighbour: Math.round(bytes / pairs),
    duplicates_per_receiver: hundredths(mean(({ duplicates }) => duplicates) / (agents - 1)),
    duplicates_at_first: hundredths(
      crossings.slice(0, ORIGINS).reduce((sum, { duplicates }) => sum + duplicates, 0) / ORIGINS / (agents - 1),
    ),
    stores_per_packet: hundredths(mean(({ stores }) => stores)),
    reached: mean(({ reached }) => reached),
    all_s: hundredths(median(crossings.map(({ allMs }) => allMs / 1000))),
  };
}
