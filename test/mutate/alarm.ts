// Mistakes in what is judged of an alarm: classes, the region, verdicts, standings, signs, advice, what is heard and saved.
import type { Mutation } from './mutation.ts';

const ALARM = 'src/synthesize/alarm/';
const VERDICT = ['test/synthesize/alarm/verdict.test.ts'];
const STANDING = ['test/synthesize/alarm/standing.test.ts'];
const LEVEL = ['test/synthesize/alarm/level.test.ts'];
const SIGN = ['test/synthesize/alarm/sign.test.ts'];
const DEVICE = ['test/synthesize/alarm/device-signs.test.ts'];
const ADVICE = ['test/synthesize/alarm/advice.test.ts'];
const ODDS = ['test/synthesize/alarm/odds.test.ts'];
const WATCH = ['test/synthesize/alarm/alarm-watch.test.ts'];

const mistake = (
  name: string,
  file: string,
  [find, replace]: [string, string],
  tests: readonly string[],
): Mutation => ({
  name,
  file: `${ALARM}${file}`,
  find,
  replace,
  tests,
});

export const ALARM_MUTATIONS: readonly Mutation[] = [
  mistake(
    'a region is not asked where the own sensor reads low',
    'region.ts',
    ['return lead > (view.voices < MANY ? 1 : 0) ? 1 : -1;', 'return -1;'],
    [...VERDICT, 'test/sim/replay-alarm.test.ts'],
  ),
  mistake(
    'an explanation forgets the cap of strangers',
    'region.ts',
    ['one.weight * (isCapped ? scale : 1)', 'one.weight'],
    ['test/synthesize/alarm/grounds.test.ts'],
  ),
  mistake(
    'an explanation counts new neighbours on the other side',
    'grounds.ts',
    ['below: view.below + (side < 0 ? n : 0)', 'below: view.below + n'],
    ['test/synthesize/alarm/grounds.test.ts'],
  ),
  mistake('a tie goes against the own alarm', 'region.ts', ['lead >= 0 &&', 'lead > 0 &&'], VERDICT),
  mistake('among few the own voice is silent', 'region.ts', ['(view.voices < MANY ? 1 : 0)', '0'], VERDICT),
  mistake('two voices are a region', 'region.ts', ['const VOICES_MIN = 3;', 'const VOICES_MIN = 2;'], VERDICT),
  mistake('new keys alone are a region', 'region.ts', [' || view.voices === 0', ''], STANDING),
  mistake('new keys weigh without a cap', 'standing.ts', ['? NEWCOMERS_MAX / newcomerWeight : 1', '? 1 : 1'], STANDING),
  mistake(
    'who is deaf loses its word like a liar',
    'standing.ts',
    ['return isAlive ?', 'return learned < 0 ?'],
    STANDING,
  ),
  mistake(
    'silence weighs as much as a word',
    'standing.ts',
    ['if (side > 0) {\n    const shownRight', 'if (side !== 0) {\n    const shownRight'],
    STANDING,
  ),
  mistake(
    'a false alarm costs nothing',
    'standing.ts',
    ['Math.min(1, shownRight / ALARMS.right) ** ALARMS.power', '1'],
    STANDING,
  ),
  mistake(
    'who has stood above for a day confirms',
    'region.ts',
    ['if (side > 0 && rose && weight', 'if (side > 0 && weight'],
    VERDICT,
  ),
  mistake(
    'an onset is a better word than a level',
    'known-classes.ts',
    ["if (tellsLevels && by === 'event') return;", ''],
    WATCH,
  ),
  {
    name: 'two advisers speak of one phenomenon',
    file: 'src/agent.ts',
    find: 'if (alarms?.of(conclusion.quantity)?.warns()) return;',
    replace: '',
    tests: ['test/agent-trust.test.ts'],
  },
  mistake('the odds of rises never change', 'odds.ts', ['(isShared ? 1 : 0)', '0'], ODDS),
  mistake('a fault is a local rise', 'odds.ts', ['if (faulty) state.pending = [];', ''], ODDS),
  mistake('what nobody knew was local', 'odds.ts', ['if (knownMs < SHARED_MS) return;', ''], ODDS),
  mistake(
    'the edge of the level is as good as far above it',
    'patience.ts',
    ['EDGE_STANDS_MS : STANDS_MS', 'STANDS_MS : STANDS_MS'],
    VERDICT,
  ),
  mistake(
    'what lasts for days is told once, by a gateway alone',
    'verdict.ts',
    ['now.region === 0 || now.few', '(now.region === 0 && now.usual < now.alarm) || now.few'],
    VERDICT,
  ),
  mistake('two confirm', 'verdict.ts', ['const CONFIRMERS = 3;', 'const CONFIRMERS = 2;'], VERDICT),
  mistake(
    'an alarm that nobody knows of is told at once',
    'patience.ts',
    ['{ nobodyKnows: HOUR_MS', '{ nobodyKnows: 0'],
    VERDICT,
  ),
  mistake(
    'others below are no reason to wait',
    'patience.ts',
    ['othersBelow: 2 * HOUR_MS', 'othersBelow: HOUR_MS'],
    VERDICT,
  ),
  mistake(
    'one that is below is as good as five',
    'patience.ts',
    ['areBelow ? Math.min(1, below / SURE.below) : 0', 'areBelow ? 1 : 0'],
    VERDICT,
  ),
  mistake(
    'one that is above is as good as four',
    'patience.ts',
    ['(1 - Math.min(1, above / SURE.above))', '(above > 0 ? 0 : 1)'],
    VERDICT,
  ),
  mistake('three are a region at a quiet sensor', 'region.ts', ['(ownSide <= 0 || Math.abs', '(Math.abs'], VERDICT),
  mistake(
    'a liar leaves its neighbours few',
    'region.ts',
    ['if (side !== 0 && isPinned) view.heads++;', 'if (weight >= WEIGHT_MIN && isPinned) view.heads++;'],
    ['test/sim/replay-disturbance.test.ts'],
  ),
  mistake('what few others share is told once', 'verdict.ts', ['now.few || ', ''], VERDICT),
  mistake(
    'keys that earned their word outvote two pinned ones',
    'region.ts',
    ['(hasEarned && !isClosed)', 'hasEarned'],
    STANDING,
  ),
  mistake(
    'what was confirmed is called local',
    'verdict.ts',
    ['own.confirmed === 1 || own.local === 1', 'own.local === 1'],
    VERDICT,
  ),
  mistake(
    'a kind is told twice within the hour',
    'verdict.ts',
    ['|| now.nowMs - state.lastMs[kind] < HOUR_MS) return false;', ') return false;'],
    VERDICT,
  ),
  mistake(
    'the same stove is told at every meal',
    'verdict.ts',
    ['const CONTRAST_GAP_MS = 24 * HOUR_MS;', 'const CONTRAST_GAP_MS = HOUR_MS;'],
    VERDICT,
  ),
  mistake('late readings count', 'alarm-judge.ts', ['if (++state.late < LATE_MAX) return undefined;', ''], VERDICT),
  mistake('a lone rise costs the others trust', 'learning.ts', ['const SHARE = 1 / 3;', 'const SHARE = 0;'], STANDING),
  mistake(
    'nothing is learned of a word',
    'learning.ts',
    ['    settle(standingOf(standings, origin)', '    if (nowMs < 0) settle(standingOf(standings, origin)'],
    STANDING,
  ),
  mistake(
    'strangers push out what pinned keys told',
    'known-classes.ts',
    ['strangers.length > 0 ? strangers : [...known]', '[...known]'],
    STANDING,
  ),
  mistake('levels are told without a budget', 'alarm-class.ts', ['if (state.budget < 1) return false;', ''], LEVEL),
  mistake(
    'a level is told on change alone',
    'alarm-class.ts',
    ['if (!changed && nowMs - state.toldMs < DAY_MS) return false;', 'if (!changed) return false;'],
    LEVEL,
  ),
  mistake(
    'a sensor that stands still tells its level',
    'alarm-judge.ts',
    ['const isDue = !isMistrusted && ', 'const isDue = '],
    LEVEL,
  ),
  mistake(
    'a sensor that drifts tells its level again',
    'alarm-judge.ts',
    ['isSigned(signs) || state.lasting.told === 1', 'isSigned(signs)'],
    ['test/sim/replay-fault.test.ts'],
  ),
  mistake(
    'a level that was taken back is not told anew',
    'alarm-judge.ts',
    ['if (isMistrusted) forgetTold(state.own);', ''],
    ['test/synthesize/alarm/level.test.ts'],
  ),
  {
    name: 'a fault that the alarm found is kept from the others',
    file: 'src/agent.ts',
    find: "if (kind === 'fault' && cause",
    replace: "if (kind === 'event' && cause",
    tests: ['test/sim/replay-fault.test.ts'],
  },
  mistake('rest at the floor is stuck', 'standstill.ts', ['const stuck = !resting && ', 'const stuck = '], SIGN),
  mistake('a floor is known at once', 'standstill.ts', [' && timeMs - state.firstMs >= LEARNED_MS', ''], SIGN),
  mistake(
    'drift where nobody knows',
    'lasting.ts',
    ['if (region < 0) state.aloneMs += stepMs;', 'state.aloneMs += stepMs;'],
    SIGN,
  ),
  mistake(
    'of two channels the higher is used',
    'two-lasers.ts',
    ['value: Math.min(a, b)', 'value: Math.max(a, b)'],
    SIGN,
  ),
  mistake(
    'air that lies still over the town is a stopped fan',
    'attenuation.ts',
    [' && middleOf(moves) >= leastMove', ''],
    DEVICE,
  ),
  mistake(
    'one neighbour shows a fault',
    'attenuation.ts',
    ['export const NEIGHBOURS_MIN = 3;', 'export const NEIGHBOURS_MIN = 1;'],
    DEVICE,
  ),
  mistake(
    'whoever was shown to be wrong shows a fault',
    'device-signs.ts',
    ['weightOf(standings.get(origin), pinned.has(origin)) >= EARNED_WEIGHT', 'standings && pinned.has(origin)'],
    DEVICE,
  ),
  mistake('a thin episode is drift', 'told-values.ts', ['if (Math.abs(above) > ORDINARY) return;', ''], DEVICE),
  mistake('drift is told every day', 'parting.ts', ['  state.told = 1;\n', ''], DEVICE),
  mistake(
    'what was learned of another sensor stays',
    'told-values.ts',
    ['before?.context === told.context ? before :', 'before ? before :'],
    DEVICE,
  ),
  mistake(
    'the values of neighbours are not saved',
    'saved-alarm.ts',
    ['values: new Map(entries(saved.values, newToldValue(), alarmNeighboursMax)),', 'values: new Map(),'],
    WATCH,
  ),
  mistake(
    'an advisory of what has just been here',
    'advice.ts',
    ['if (state.aboveMs > 0 && nowMs - state.aboveMs < HORIZON_MS) return undefined;', ''],
    ADVICE,
  ),
  mistake(
    'an advisory before enough was learned',
    'advice.ts',
    ['return examples >= EXAMPLES_MIN && ', 'return '],
    ADVICE,
  ),
  mistake(
    'who is out of reach counts',
    'alarm-watch.ts',
    ['if (apartM !== undefined && apartM > profile.reachM) return;', ''],
    WATCH,
  ),
  mistake('a cloned key is heeded', 'alarm-watch.ts', ['if (!isHeeded(origin)) return;', ''], WATCH),
  mistake(
    'an event below the alarm level is an alarm',
    'alarm-watch.ts',
    ["by: 'event', side: isAbove ? 1 : 0", "by: 'event', side: 1"],
    WATCH,
  ),
  mistake(
    'a fault takes nothing back',
    'alarm-watch.ts',
    ['if (outcome.finding === FINDING.fault) withdraw', 'if (outcome.finding === 99) withdraw'],
    WATCH,
  ),
  mistake(
    'any sensor of the station leads',
    'alarm-watch.ts',
    ['if (isSecond || reading.timeMs - leader.timeMs <= limitMs) return false;', ''],
    WATCH,
  ),
  mistake('a state of another level goes on', 'saved-alarm.ts', ['saved.alarm !== alarm || ', ''], WATCH),
];
