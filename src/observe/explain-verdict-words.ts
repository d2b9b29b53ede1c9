// Puts into words why a verdict stands: every packet with what it adds, what that comes to, and what would change it.
import type { VerdictName } from '../core/events.ts';
import { sensorClassName } from '../core/sensor-class.ts';
import type { Change, ExplainedVote, VerdictExplanation } from '../synthesize/explanation.ts';
import { count, percent } from './amount.ts';
import { verdictWords } from './finding-words.ts';
import { added, ago, figure, type Origins, who, wordCounts } from './origin-words.ts';
import { phenomenonName } from './phenomenon-name.ts';

export function explainedVerdict(verdict: VerdictExplanation, origins: Origins, nowMs: number): string[] {
  const { votes, beside, others, prior, timeMs } = verdict;
  const name = phenomenonName(verdict.phenomenon);
  const seen = `${name} is ${verdict.falls ? 'falling' : 'high'}`;
  const voteLines = (list: readonly ExplainedVote[]) =>
    list.flatMap((vote) => voteLine(vote, { name, seen, origins, nowMs }));
  const rest =
    others.votes === 0 ? [] : [`  ${added(others.logOdds)}  ${count(others.votes, 'weaker word')} of others`];
  if (verdict.verdict === 'fault')
    return [
      headline(verdict, beside),
      `  a check of the sensor says so, ${ago(timeMs, nowMs)}; what others say does not change it`,
      ...(beside.length === 0 ? [] : ['  beside it:', ...voteLines(beside)]),
    ];
  return [
    headline(verdict, votes),
    `  weighed ${ago(timeMs, nowMs)}, on a scale where 0 is even odds, 1.1 is 75% and 2.2 is 90%`,
    ...(prior === 0 ? [] : [`  ${added(prior)}  before anybody said anything`]),
    ...voteLines(votes),
    ...rest,
    ...(votes.length === 0 ? ['  no neighbour has said anything of it yet: even odds'] : [total(verdict)]),
    ...changeLines(verdict, nowMs),
  ];
}

function headline(explanation: VerdictExplanation, votes: readonly ExplainedVote[]): string {
  const { id, phenomenon, verdict, probability, falls, others } = explanation;
  const taken = verdict === 'local' ? -1 : 1;
  const neighbours = votes.filter(({ side }) => side === taken).length;
  const heard = votes.length + others.votes;
  return `${id.slice(0, 8)}  ${verdictWords({ phenomenon, verdict, probability, falls, neighbours, heard })}`;
}

interface Around {
  readonly name: string;
  /** `PM2.5 is high` */
  readonly seen: string;
  readonly origins: Origins;
  readonly nowMs: number;
}

function voteLine(vote: ExplainedVote, around: Around): string[] {
  const { origins, nowMs } = around;
  const { origin, distanceM, timeMs, confidence, similarity, freshness, witnesses, weight, trust } = vote;
  const age = freshness > 0.995 ? '' : `, ${percent(freshness)} left at its age`;
  const readings = witnesses > 1 ? `, times ${figure(witnesses)} for its many readings` : '';
  const factors = `it weighs ${weight.toFixed(2)}: ${percent(confidence)} sure, ${percent(similarity)} alike${age}${readings}`;
  return [
    `  ${added(vote.logOdds)}  ${who(origins, origin, distanceM)} ${SAYS[vote.says](around)}, ${ago(timeMs, nowMs)}`,
    `         ${factors}`,
    `         ${wordCounts(origins, origin, trust)}${capWords(vote)}`,
  ];
}

const SAYS: Readonly<Record<ExplainedVote['says'], (around: Around) => string>> = {
  sees_it: ({ seen }) => `says ${seen} too`,
  confirms: () => 'confirms that it sees it too',
  refutes: ({ name }) => `says that it sees nothing of the ${name}`,
  concludes_real: () => 'concludes that it is real',
  concludes_local: () => 'concludes that it is only here',
};

function capWords({ cappedBy, sensorClass, counts }: ExplainedVote): string {
  if (cappedBy === undefined) return '';
  if (cappedBy === 'origin') return `; cut to ${counts.toFixed(2)}, as one gateway alone weighs no more`;
  const kind = sensorClass === 0 ? 'an unknown kind' : sensorClassName(sensorClass).replaceAll('_', ' ');
  return `; cut to ${counts.toFixed(2)}, as sensors of one kind (${kind}) err alike and count as two at most`;
}

function total({ logOdds, probability, raisedTo, isKept }: VerdictExplanation): string {
  const raised =
    raisedTo === undefined ? '' : `, raised to ${percent(raisedTo)} as three trusted neighbours saw it themselves`;
  const kept = isKept ? '; told before, it stands while the odds are not against it' : '';
  return `  ${added(logOdds)}  together: ${percent(probability)} that it is real${raised}${kept}`;
}

const VERDICTS: Readonly<Record<VerdictName, string>> = {
  event: 'real',
  local: 'only here',
  uncorroborated: 'unsettled',
  fault: 'a fault',
};

function changeLines(verdict: VerdictExplanation, nowMs: number): string[] {
  const { changes, openUntilMs = 0 } = verdict;
  if (nowMs >= openUntilMs) return ['  closed: what others send now does not change it'];
  const until = `${new Date(openUntilMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const settles = changes.flatMap((change) => changeWords(change, verdict));
  return [`  open until ${until}; what would change it:`, ...settles.map((words) => `    ${words}`)];
}

/** That it is said once more changes nothing, and is not worth words. */
function changeWords(
  { side, neighbours, verdict: then }: Change,
  { verdict, isConfirmed }: VerdictExplanation,
): string[] {
  const says = side === 1 ? 'see it' : 'see nothing of it';
  if (neighbours === 1 && then)
    return [`1 more neighbour of full weight that ${says.replace('see', 'sees')} would make it ${VERDICTS[then]}`];
  if (neighbours !== undefined && then)
    return [`${neighbours} more neighbours of full weight that ${says} would make it ${VERDICTS[then]}`];
  if ((verdict === 'event' && side === 1) || (verdict === 'local' && side === -1)) return [];
  return [`no number of neighbours that ${says}${isConfirmed ? ': three trusted ones saw it themselves' : ''}`];
}
