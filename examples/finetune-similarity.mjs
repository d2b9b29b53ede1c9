// A similarity function of one's own: how alike two fine-tuning runs are, as a module. docs/domains.md says how it is used.
//
// It gets two conditions as people write them. Whatever it returns has to lie from 0 to 1, be 1 for equal conditions, and stay
// high where something is not stated.
const NOT_STATED = 0.9;

/** The share of the shorter list that stands in the other one; the first of each must, because it is the address. */
function overlap(a, b) {
  if (!a || !b) return NOT_STATED;
  if (!a.includes(b[0]) || !b.includes(a[0])) return 0.3;
  const [short, long] = [new Set(a), new Set(b)].sort((one, other) => one.size - other.size);
  return [...short].filter((word) => long.has(word)).length / short.size;
}

const same = (a, b) => (a === undefined || b === undefined ? NOT_STATED : a === b ? 1 : 0.5);

export default {
  similarity(a, b) {
    if (a.task !== b.task) return 0;
    return (
      0.6 * overlap(a.tags, b.tags) + 0.3 * same(a.model_family, b.model_family) + 0.1 * same(a.benchmark, b.benchmark)
    );
  },
  /** Where to ask beside the own address, at most three more: any of the tags may stand first there. */
  probes: ({ task, tags = [] }) => tags.map((tag) => ({ task, tags: [tag] })),
  /** What is more alike than this is at one of these addresses. */
  completeFrom: ({ tags }) => (tags ? 0.6 : 1),
};
