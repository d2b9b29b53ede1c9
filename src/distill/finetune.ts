// The `finetune` domain: which fine-tuning runs are alike, and what one says of itself. Data only; number 1.
//
// The address is the task and its first tag, so that the result of one model family reaches another. The words are those
// with a known spelling; any other one is taken as it is written.
import type { ActionParameter, DomainProfile } from '../core/domain.ts';
import { LANGUAGE_KINSHIP, LANGUAGES } from './languages.ts';
import { LIFETIMES_H } from './place-dimensions.ts';

const TASKS = [
  'summarization',
  'translation',
  'classification',
  'question_answering',
  'instruction',
  'code',
  'named_entities',
  'speech_recognition',
  'retrieval',
  'reasoning',
];
const FIELDS = ['medical', 'legal', 'finance', 'science', 'news', 'conversation', 'software', 'education'];
const TAGS = [...FIELDS, ...LANGUAGES.map(({ name }) => name)];
/** Fields that write alike; which languages are akin is worked out. */
const TAG_KINSHIP = {
  table: {
    medical: { science: 0.5 },
    legal: { finance: 0.4 },
    science: { education: 0.4, software: 0.2 },
    news: { finance: 0.3, conversation: 0.2 },
    ...LANGUAGE_KINSHIP,
  },
};
const FAMILIES = ['llama', 'qwen', 'mistral', 'gemma', 'phi', 'deepseek', 'bert', 't5', 'whisper', 'gpt'];
const BENCHMARKS = ['mmlu', 'humaneval', 'gsm8k', 'rouge', 'bleu', 'chrf', 'wer', 'squad', 'glue', 'flores', 'own'];

const COMMON: readonly ActionParameter[] = [
  { name: 'learning_rate', scale: 1e-8, combine: 'geometric' },
  { name: 'epochs', scale: 0.1, combine: 'arithmetic' },
  { name: 'batch_size', scale: 1, combine: 'mode' },
  { name: 'weight_decay', scale: 1e-4, combine: 'arithmetic' },
];
const LOW_RANK: readonly ActionParameter[] = [
  { name: 'rank', scale: 1, combine: 'mode' },
  { name: 'alpha', scale: 0.1, combine: 'mode' },
  { name: 'dropout', scale: 0.001, combine: 'arithmetic' },
  ...COMMON,
  { name: 'bits', scale: 1, combine: 'mode' },
];
const TOKENS: readonly ActionParameter[] = [{ name: 'virtual_tokens', scale: 1, combine: 'mode' }, ...COMMON];

const tag = (item: number, weight: number) =>
  ({
    name: `tag_${item + 1}`,
    attribute: 'tags',
    item,
    buckets: { words: TAGS },
    distance: 'categorical',
    kin: TAG_KINSHIP,
    weight,
  }) as const;

export const FINETUNE = {
  name: 'finetune',
  id: 1,
  phenomena: [],
  coarse: [
    {
      name: 'task',
      attribute: 'task',
      buckets: { words: TASKS },
      distance: 'categorical',
      weight: 3,
      tolerance: 0,
    },
    { ...tag(0, 2), tolerance: 0 },
  ],
  fine: [
    {
      name: 'model_family',
      attribute: 'model_family',
      buckets: { words: FAMILIES },
      distance: 'categorical',
      weight: 1,
    },
    {
      name: 'data_scale',
      attribute: 'data_scale',
      // Examples to learn from.
      buckets: { edges: [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000] },
      distance: 'ordinal',
      weight: 1,
    },
    {
      name: 'benchmark',
      attribute: 'benchmark',
      buckets: { words: BENCHMARKS },
      distance: 'categorical',
      weight: 1,
    },
    {
      name: 'held_out',
      attribute: 'held_out',
      buckets: { registry: ['no', 'yes'] },
      distance: 'categorical',
      weight: 0.5,
    },
    tag(1, 0.5),
    tag(2, 0.25),
  ],
  actions: [
    { name: 'none' },
    { name: 'lora', parameters: LOW_RANK },
    { name: 'qlora', parameters: LOW_RANK },
    { name: 'dora', parameters: LOW_RANK },
    { name: 'full', parameters: COMMON },
    { name: 'adapter', parameters: LOW_RANK },
    { name: 'prefix', parameters: TOKENS },
    { name: 'prompt', parameters: TOKENS },
    { name: 'ia3', parameters: COMMON },
  ],
  deposits: {
    where: ['task', 'tags', 'model_family', 'data_scale', 'benchmark', 'held_out'],
    required: ['task'],
    // What the benchmark shows more than before, on its own scale from 0 to 1.
    effect: { unit: '1', scale: 1e-4, better: 'higher' },
    score: { min: 0, max: 1 },
    samplesMin: 1,
    privacy: [
      'A packet says on which kind of task, data size and model family a key works, and what helped. No data and no weights leave.',
      'Words are hashed, and whoever guesses a word finds it again.',
    ],
  },
  // Nothing is measured here, so nothing travels.
  onsetToleranceS: 1_800,
  travelSpeedMps: 5,
  reachM: 45_000,
  nearM: 0,
  lifetimeH: LIFETIMES_H,
} as const satisfies DomainProfile;
