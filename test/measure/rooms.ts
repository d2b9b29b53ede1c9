// The house that src/ is: rooms, doors between them, floors.
//
// A room is a folder that holds files and no folders. A file that stands directly in src/, or beside folders, is a room of its
// own. An edge is a pair of rooms of which one imports the other, for types only included. Rooms in a circle hold each other
// up: they are collapsed into one before floors are counted, and told. Floors are the longest chain of rooms, by imports.
import { dirname } from 'node:path';
import { importsOf, type TextFile } from '../source-tree.ts';

export interface Rooms {
  readonly count: number;
  readonly edges: number;
  readonly floors: number;
  /** One such chain, from the top. */
  readonly tallest: readonly string[];
  readonly circles: readonly string[];
}

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

export function roomsOf(files: readonly TextFile[]): Rooms {
  const graph = roomGraph(files);
  const groups = groupsOf(graph);
  const tallest = longestChain(collapsed(graph, groups));
  return {
    count: graph.size,
    edges: [...graph.values()].reduce((sum, targets) => sum + targets.size, 0),
    floors: tallest.length,
    tallest,
    circles: groups.filter((group) => group.length > 1).map((group) => group.join(' + ')),
  };
}

/** Which rooms each room imports; what is outside the given files is no room. */
export function roomGraph(files: readonly TextFile[]): Graph {
  const folders = new Set(files.map(({ path }) => dirname(path)));
  const isDivided = (folder: string) => [...folders].some((other) => other.startsWith(`${folder}/`));
  const undivided = new Set([...folders].filter((folder) => folder !== 'src' && !isDivided(folder)));
  const roomOf = new Map(
    files.map(({ path }) => [path, undivided.has(dirname(path)) ? dirname(path) : path.replace(/\.ts$/, '')]),
  );
  const graph = new Map([...roomOf.values()].map((room) => [room, new Set<string>()]));
  for (const file of files) {
    const room = roomOf.get(file.path)!;
    for (const { target } of importsOf(file)) {
      const other = roomOf.get(target);
      if (other !== undefined && other !== room) graph.get(room)!.add(other);
    }
  }
  return graph;
}

/** Each room with those that it reaches and that reach it. */
function groupsOf(graph: Graph): string[][] {
  const reach = new Map([...graph.keys()].map((room) => [room, reachable(graph, room)]));
  const groups: string[][] = [];
  for (const room of graph.keys()) {
    if (groups.some((group) => group.includes(room))) continue;
    groups.push([room, ...[...reach.get(room)!].filter((other) => other !== room && reach.get(other)!.has(room))]);
  }
  return groups;
}

function reachable(graph: Graph, from: string): Set<string> {
  const found = new Set<string>();
  const open = [from];
  for (let room = open.pop(); room !== undefined; room = open.pop()) {
    for (const target of graph.get(room)!) {
      if (found.has(target)) continue;
      found.add(target);
      open.push(target);
    }
  }
  return found;
}

function collapsed(graph: Graph, groups: readonly string[][]): Graph {
  const nameOf = new Map(groups.flatMap((group) => group.map((room) => [room, group.join(' + ')])));
  const result = new Map([...nameOf.values()].map((name) => [name, new Set<string>()]));
  for (const [room, targets] of graph) {
    for (const target of targets) {
      if (nameOf.get(target) !== nameOf.get(room)) result.get(nameOf.get(room)!)!.add(nameOf.get(target)!);
    }
  }
  return result;
}

/** @param graph without circles */
function longestChain(graph: Graph): string[] {
  const chains = new Map<string, string[]>();
  const longer = (a: string[], b: string[]) => (b.length > a.length ? b : a);
  const below = (room: string): string[] => {
    const known = chains.get(room);
    if (known) return known;
    const chain = [room, ...[...graph.get(room)!].map(below).reduce(longer, [])];
    chains.set(room, chain);
    return chain;
  };
  return [...graph.keys()].map(below).reduce(longer, []);
}
