// The shape of an operator's own profile of an MQTT convention: for each engine its own keys, and no other engine's.
//
// The table has one entry for each engine, and TypeScript holds its keys to the type of that engine's profile. A key that
// only other engines have is told as such, any other unknown one with what was probably meant.
import * as z from 'zod';
import type { ProfileOf } from '../sense/convention/convention.ts';
import type { ConventionKind, ProfilesByKind } from '../sense/convention/convention-profile.ts';
import { type ProfileLeaves, profileLeaves } from './device-schema.ts';
import { keys } from './schema.ts';

/** A schema for each key, the optional ones as well. */
type ShapeOf<Part> = { readonly [Key in keyof Part]-?: z.ZodType };

/** What an engine has besides the keys of every profile: its words, where it finds names, and what is all optional. */
type Entry<Profile> = {
  readonly own: ShapeOf<Omit<Profile, keyof ProfileOf<string> | 'members' | 'source'>>;
} & (Profile extends {
  readonly members: Readonly<Record<string, infer Meaning>>;
}
  ? { readonly members: ShapeOf<Meaning> }
  : unknown) &
  ('source' extends keyof Profile ? { readonly source: ShapeOf<NonNullable<Profile['source']>> } : unknown);

type Table = { readonly [Kind in ConventionKind]: Entry<ProfilesByKind[Kind]> };

/** Any of them, for what is alike for all. */
interface AnyEntry {
  readonly own: Shape;
  readonly members?: Shape;
  readonly source?: Shape;
}

type Shape = Readonly<Record<string, z.ZodType>>;

function entries({ text, raw, quantity, channel, unit }: ProfileLeaves): Table {
  const words = z.array(text).max(64);
  const members = {
    quantity,
    unit: unit.optional(),
    channel: channel.optional(),
    invalid: raw.optional(),
    invalidBelow: z.number().optional(),
  };
  const only = { members, own: {} };
  return {
    'flat-json': {
      members: { ...members, large: keys({ above: z.number(), unit }).optional(), unless: text.optional() },
      source: { members: words.optional(), after: words.optional(), topicFrom: z.int().min(0).max(16).optional() },
      own: {
        availability: text,
        time: text,
        notDevices: words,
        commands: words,
        bridge: text,
        groups: keys({ member: text, channels: z.record(text, channel) }),
      },
    },
    tasmota: {
      members,
      own: { unitMembers: z.record(text, z.array(quantity).max(16)), aside: words, ignored: words },
    },
    airrohr: { members, source: { members: words.optional() }, own: { aside: words } },
    senml: { members: { quantity, unit: unit.optional() }, own: {} },
    chirpstack: only,
    esphome: only,
    homeassistant: only,
    meshtastic: only,
    ruuvi: only,
    shelly: only,
    homie: { own: {} },
    sparkplug: { own: {} },
  };
}

type AnyTable = Readonly<Record<ConventionKind, AnyEntry>>;

/** @param leaves those of the other profiles, where both are published as one */
export function conventionSchema(leaves: ProfileLeaves = profileLeaves()) {
  const table: AnyTable = entries(leaves);
  const kinds = Object.keys(table) as [ConventionKind, ...ConventionKind[]];
  const [first, ...rest] = kinds.map((kind) => engineSchema(kind, table, leaves));
  // Asked first, so that an unknown engine is one problem with the names of those there are.
  const known = z.looseObject({ convention: z.enum(kinds) });
  return known.pipe(z.discriminatedUnion('convention', [first!, ...rest]));
}

function engineSchema(kind: ConventionKind, table: AnyTable, { name, text }: ProfileLeaves) {
  const { own, members, source } = table[kind];
  const inOthers = (part: (entry: AnyEntry) => object | undefined) => (key: string) =>
    whereElse(
      kind,
      Object.entries(table).flatMap(([other, entry]) => (Object.hasOwn(part(entry) ?? {}, key) ? [other] : [])),
    );
  const membersOf = ({ members }: AnyEntry) => members;
  const sourceOf = ({ source }: AnyEntry) => source;
  const shape = {
    $schema: z.string().optional(),
    name,
    title: text,
    aliases: z.array(text).max(32).optional(),
    convention: z.literal(kind),
    topics: z.array(text).min(1).max(16),
    ...(members && { members: z.record(text, keys(members, inOthers(membersOf))) }),
    ...(source && { source: keys(source, inOthers(sourceOf)).optional() }),
    ...Object.fromEntries(Object.entries(own).map(([key, schema]) => [key, schema.optional()])),
  };
  return keys(
    shape,
    inOthers(({ own, ...parts }) => ({ ...own, ...parts })),
  );
}

/** A list of more is no help. */
const OWNERS_NAMED_MAX = 3;

/** @param owners engines that have a key which this one does not */
function whereElse(kind: ConventionKind, owners: readonly string[]): string | undefined {
  if (owners.length === 0) return undefined;
  return owners.length > OWNERS_NAMED_MAX ? `does not go with ${kind}` : `goes with ${owners.join(' and ')} only`;
}
