// Mistakes in the score of `shape`, in how recordings are scored, and in how a detector of the operator's own is kept in check.
import type { Mutation } from './mutation.ts';

const PARTS = ['test/detect/shape-parts.test.ts'];
const SCORE = ['test/detect/shape-score.test.ts'];
const SHAPE = ['test/detect/shape.test.ts'];
const MODULE = ['test/gateway/detector-module.test.ts'];
const COMMAND = ['test/cli/score.test.ts'];

const OF_PARTS: readonly Mutation[] = [
  {
    name: 'tail: what was rare is never forgotten',
    file: 'src/detect/shape-tail.ts',
    find: 'if (facts[0] === SEEN_MAX) this.#halve();',
    replace: '',
    tests: PARTS,
  },
  {
    name: 'tail: beyond the record all scores are alike',
    file: 'src/detect/shape-tail.ts',
    find: 'return Math.max(rarity, Math.min(Math.log10(seen) + BEYOND_MAX, beyond));',
    replace: 'return rarity;',
    tests: PARTS,
  },
  {
    name: 'tail: the record knows no bound',
    file: 'src/detect/shape-tail.ts',
    find: 'Math.min(Math.log10(seen) + BEYOND_MAX, beyond)',
    replace: 'beyond',
    tests: PARTS,
  },
  {
    name: 'tail: a hair above many that are alike is a record',
    file: 'src/detect/shape-tail.ts',
    find: 'Math.max(excess / count, this.#leastExcess * least)',
    replace: 'excess / count',
    tests: PARTS,
  },
  {
    name: 'nearest: a course is compared with itself',
    file: 'src/detect/shape-nearest.ts',
    find: 'let end = last - width;',
    replace: 'let end = last - 1;',
    tests: PARTS,
  },
  {
    name: 'nearest: a course at the end of the ring is broken in two',
    file: 'src/detect/shape-nearest.ts',
    find: 'if (at < width) this.#ring[span + at] = value;',
    replace: '',
    tests: PARTS,
  },
  {
    name: 'mixture: the logarithms are not made anew after a restart',
    file: 'src/detect/shape-mixture.ts',
    find: 'for (let kind = 0; kind < this.#facts[2]!; kind++) this.#note(kind);',
    replace: '',
    tests: PARTS,
  },
  {
    name: 'mixture: a range that grows leaves the counts as they were',
    file: 'src/detect/shape-mixture.ts',
    find: 'if (isWider || !this.#isCounted)',
    replace: 'if (!this.#isCounted)',
    tests: PARTS,
  },
];

const OF_SCORE: readonly Mutation[] = [
  ...(['level', 'course', 'mixture', 'hours'] as const).map((part) => ({
    name: `score: ${part} counts for nothing`,
    file: 'src/detect/shape-score.ts',
    find: `rarityOf(this.#${part}Tail, `,
    replace: `0 * rarityOf(this.#${part}Tail, `,
    tests: SCORE,
  })),
  {
    name: 'score: what was told is told again',
    file: 'src/detect/shape-score.ts',
    find: 'if (score <= facts[DAMPED]!) return 0;',
    replace: '',
    tests: SCORE,
  },
  {
    name: 'score: a record deafens for hours',
    file: 'src/detect/shape-score.ts',
    find: 'facts[DAMPED] = Math.min(score, DAMPED_MAX);',
    replace: 'facts[DAMPED] = 1e9 * score;',
    tests: SCORE,
  },
  {
    name: 'score: values are remembered from zero, and lose their digits',
    file: 'src/detect/shape-score.ts',
    find: 'if (facts[COUNT] === 0) facts[ORIGIN] = value;',
    replace: '',
    tests: SCORE,
  },
  {
    name: 'score: a damaged state is taken up',
    file: 'src/detect/shape-memory.ts',
    find: "bytes.length !== this.#buffer.byteLength || bytes.toString('base64') !== saved",
    replace: 'bytes.length > this.#buffer.byteLength',
    tests: SCORE,
  },
  {
    name: 'shape: a high score lowers no bar',
    file: 'src/detect/shape.ts',
    find: '(this.#isLow === 1 ? BAR_SHARE : 1)',
    replace: '1',
    tests: SHAPE,
  },
  {
    name: 'shape: the bar stays low',
    file: 'src/detect/shape.ts',
    find: 'seen.timeMs - this.#unusualMs < UNUSUAL_MS',
    replace: 'seen.timeMs - this.#unusualMs < 1e15',
    tests: SHAPE,
  },
  {
    name: 'shape: the bar rises within an event',
    file: 'src/detect/shape.ts',
    find: 'if (!this.#departure.open)',
    replace: 'if (seen.value !== 0)',
    tests: SHAPE,
  },
  {
    name: 'shape: a high score does not follow the clock',
    file: 'src/detect/shape.ts',
    find: 'if (this.#unusualMs > 0) this.#unusualMs += byMs;',
    replace: '',
    tests: SHAPE,
  },
];

const OF_COMMAND: readonly Mutation[] = [
  {
    name: 'qis score writes over what it reads',
    file: 'src/cli/score.ts',
    find: 'if (read.has(realPath(target)))',
    replace: 'if (read.has(target))',
    tests: COMMAND,
  },
  {
    name: 'qis score writes into the folder it reads',
    file: 'src/cli/score.ts',
    find: 'if (to === from || to.startsWith(from + sep)) {',
    replace: 'if (to === from) {',
    tests: COMMAND,
  },
  {
    name: 'qis score: one scorer sees all files',
    file: 'src/cli/score.ts',
    find: 'scorerNamed(figures.detector), io.signal',
    replace:
      '(figures as unknown as Record<string, ReturnType<typeof scorerNamed>>).kept ??= scorerNamed(figures.detector), io.signal',
    tests: COMMAND,
  },
  {
    name: 'qis score leaves out rows without a number',
    file: 'src/cli/score-file.ts',
    find: "return { text: zero, reason: 'bad_value' };",
    replace: "return { text: '', reason: 'bad_value' };",
    tests: COMMAND,
  },
  {
    name: 'qis score leaves half a file',
    file: 'src/cli/score-file.ts',
    find: 'await rm(path, { force: true });',
    replace: '',
    tests: COMMAND,
  },
];

const OF_MODULES: readonly Mutation[] = [
  {
    name: 'module: one that stalls is waited for again and again',
    file: 'src/gateway/module-host.ts',
    find: 'performance.now() - this.#busySinceMs >= dueMs',
    replace: 'performance.now() - this.#busySinceMs >= 1e9',
    tests: MODULE,
  },
  {
    name: 'module: an error is passed over',
    file: 'src/gateway/module-host.ts',
    find: 'if (error !== undefined || request?.order !== order) {',
    replace: 'if (request?.order !== order) {',
    tests: MODULE,
  },
  {
    name: 'module: nonsense is told',
    file: 'src/gateway/detector-module.ts',
    find: "if (typeof found === 'string') this.#host.switchOff(found);",
    replace: '',
    tests: MODULE,
  },
  {
    name: 'module: an event stays open for ever',
    file: 'src/gateway/detector-module.ts',
    find: 'if (this.#ownerless.count > 0) return this.#end(seen);',
    replace: '',
    tests: MODULE,
  },
  {
    name: 'module: after it nothing is found',
    file: 'src/gateway/detector-module.ts',
    find: 'return this.#host.isOff ? this.#departed(seen) : undefined;',
    replace: 'return undefined;',
    tests: MODULE,
  },
  {
    name: 'module: it starts anew after a restart',
    file: 'src/gateway/detector-module.ts',
    find: "this.#ask('create', { options, saved: this.#own });",
    replace: "this.#ask('create', { options });",
    tests: MODULE,
  },
  {
    name: 'module: live, a reading waits as long as the module likes',
    file: 'src/gateway/detector-module.ts',
    find: 'isLive ? detectorWaitMsMax : moduleAnswerMsMax',
    replace: 'moduleAnswerMsMax',
    tests: MODULE,
  },
  {
    name: 'module: one that cannot be loaded passes the check',
    file: 'src/gateway/preflight.ts',
    find: 'isDetectorName(detector) ? undefined : await detectorModuleProblem(detector)',
    replace: 'undefined',
    tests: MODULE,
  },
  {
    name: 'module: an event in the future is believed',
    file: 'src/gateway/detector-finding.ts',
    find: "if (!isWithin(onsetMs, 0, timeMs)) return wrong('onsetMs', onsetMs);",
    replace: '',
    tests: MODULE,
  },
  {
    name: 'module: a gateway passes it over',
    file: 'src/gateway/gateway.ts',
    find: 'detector: module?.kind, onKnock',
    replace: 'onKnock',
    tests: ['test/detect/choice.test.ts'],
  },
];

export const SHAPE_MUTATIONS: readonly Mutation[] = [...OF_PARTS, ...OF_SCORE, ...OF_COMMAND, ...OF_MODULES];
