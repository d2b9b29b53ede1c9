// Answers questions from the database of a gateway that is not running: what it held when it stopped.
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { FINDING } from '../core/condition.ts';
import type { Domains } from '../distill/domains.ts';
import { createWords } from '../distill/words.ts';
import { publicKey } from '../packet/gate.ts';
import { readIdentity } from '../packet/identity.ts';
import { readPacketsFile } from '../store/packets-file.ts';
import { createReputation, type Reputation } from '../synthesize/reputation.ts';
import { createElections, type SavedElections } from './elections.ts';
import { pinnedNodes } from './memory.ts';
import { createOutcomes, noteStored } from './outcomes.ts';
import { createQuestions, type Questions } from './questions.ts';

type Saved = Readonly<Record<string, ReturnType<Reputation['state']> | undefined>>;

/** @throws OperatingError already_running while a gateway holds the database, store_unusable, identity_unreadable */
export async function storedQuestions(config: Config, domains: Domains): Promise<Questions> {
  const { packets = [], states = [] } =
    readPacketsFile(config.data, FINDING.outcome, ['reputation', 'elections', 'words']) ?? {};
  const own = await readIdentity(join(config.data, 'identity.pem'));
  const pinned = pinnedNodes(config);
  const byId = new Map(packets.map((row) => [row.id.toString('hex'), row]));
  const isOpen = config.membership === 'open';
  const isKnown = (key: Buffer) =>
    own?.publicKey.bytes.equals(key) === true || pinned.has(publicKey(key)!.nodeId.toString('hex'));
  const [saved = {}, elected, told] = states.map((text) => (text === undefined ? undefined : JSON.parse(text))) as [
    Saved?,
    SavedElections?,
    string[]?,
  ];
  const words = createWords(domains.all, told);
  const outcomes = createOutcomes({ domains, packet: (id) => byId.get(id.toString('hex')), told: words.find });
  noteStored(outcomes, packets, (key) => isOpen || isKnown(key));
  const reputations = new Map(
    domains.all.map((profile) => [profile, createReputation({ pinned, saved: saved[profile.name] })]),
  );
  const elections = createElections({
    domains,
    own: own?.publicKey.nodeId.toString('hex'),
    pinned,
    isHeeded: (nodeId, profile) => reputations.get(profile)!.weightOf(nodeId, 0) > 0,
    packet: (id) => byId.get(id.toString('hex')),
    random: Math.random,
    saved: elected,
  });
  return createQuestions({ domains, outcomes, nowMs: Date.now, elections, words });
}
