// The similarity functions that come with qis, and those that a domain file may name, held to what each has to keep.
import type { DomainProfile, SimilarityWay } from '../../src/core/domain.ts';
import { AIR } from '../../src/distill/air.ts';
import { CLINICAL } from '../../src/distill/clinical.ts';
import { FINETUNE } from '../../src/distill/finetune.ts';
import { similarityFunctions } from '../../src/synthesize/similarity-function.ts';
import { similarityConformance } from '../conformance/similarity.ts';

/** A domain with the weights, tolerances or kinship of one way. */
function by(profile: DomainProfile, changed: (dimension: SimilarityWay['fine'][number]) => object): DomainProfile {
  const of = (dimensions: SimilarityWay['fine']) => dimensions.map((one) => ({ ...one, ...changed(one) }));
  const way = { name: 'other', coarse: of(profile.coarse), fine: of(profile.fine) };
  return { ...profile, ...way, name: profile.name, similarities: [way] };
}

const VECTORS = { swahili: [1, 0.4, 0], zulu: [1, 0.2, 0], medical: [0, 1, 3], legal: [0.1, 1, 2], german: [0, -1, 0] };
const TASKS = { table: { translation: { summarization: 0.4 }, code: { reasoning: 0.6 } } };

const FUNCTIONS: Record<string, readonly [profile: DomainProfile, isWide: boolean]> = {
  'its dimensions, at places': [AIR, true],
  'its dimensions, with akin tags': [FINETUNE, true],
  'its dimensions, one of them the address': [CLINICAL, false],
  vectors: [by(FINETUNE, ({ attribute }) => (attribute === 'tags' ? { kin: { vectors: VECTORS } } : {})), true],
  'a table of tasks': [by(FINETUNE, ({ name }) => (name === 'task' ? { kin: TASKS } : { kin: undefined })), true],
  'other weights': [by(AIR, ({ name }) => (name.endsWith('_part') ? { weight: 5, tolerance: 20 } : {})), true],
  'an address without tolerance': [
    by(FINETUNE, ({ attribute }) => (attribute === 'tags' ? { tolerance: undefined } : {})),
    true,
  ],
};

for (const [name, [profile, isWide]] of Object.entries(FUNCTIONS))
  similarityConformance(name, { profile, isWide, open: () => similarityFunctions(profile)[0]! });
