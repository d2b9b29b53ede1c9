// What the deposits and the actions of a domain must be, beside their shape.
//
// Invariant: in what passes, every attribute of a deposit has a dimension, every action that is deposited is found by its name,
// and its parameters can be combined.
import { type ActionParameter, type DomainProfile, isMeasured } from '../core/domain.ts';
import { didYouMean } from '../core/nearest.ts';
import type { DomainProblem } from './domain-problem.ts';
import { wordProblems } from './domain-words.ts';
import type { Path } from './problem.ts';

/** Stated beside the condition: the class of the instrument. */
const SENSOR = 'sensor';
/** Words that a deposit has of its own. */
const TAKEN = 'name';

export function depositProblems(profile: DomainProfile): DomainProblem[] {
  const { deposits, openActions } = profile;
  const parameters = [
    ...profile.actions.flatMap((action, i) => parameterProblems(action.parameters ?? [], ['actions', i, 'parameters'])),
    ...parameterProblems(openActions ?? [], ['openActions']),
  ];
  if (!deposits) {
    const says = 'is missing; without phenomena nothing else makes a packet';
    return isMeasured(profile) ? parameters : [{ path: ['deposits'], says }, ...parameters];
  }
  return [...actionProblems(profile), ...parameters, ...ruleProblems(profile, deposits)];
}

function ruleProblems(profile: DomainProfile, rules: NonNullable<DomainProfile['deposits']>): DomainProblem[] {
  const { where, required, score } = rules;
  const says: DomainProblem[] = [];
  const stated = [...profile.coarse, ...profile.fine].flatMap((one) =>
    one.refines === undefined ? one.attribute : [],
  );
  for (const [i, key] of where.entries()) {
    const at = ['deposits', 'where', i];
    if (where.indexOf(key) < i) says.push({ path: at, says: `"${key}" is there twice` });
    else if (key !== SENSOR && !stated.includes(key))
      says.push({ path: at, says: `no dimension has the attribute "${key}"${didYouMean(key, [...stated, SENSOR])}` });
  }
  for (const [i, key] of required.entries()) {
    if (where.includes(key)) continue;
    says.push({
      path: ['deposits', 'required', i],
      says: `"${key}" is not in deposits.where${didYouMean(key, where)}`,
    });
  }
  if (!(score.min < score.max)) says.push({ path: ['deposits', 'score'], says: 'min has to be less than max' });
  return says;
}

function actionProblems({ actions, openActions }: DomainProfile): DomainProblem[] {
  const says: DomainProblem[] = [];
  if (actions[0]!.name !== 'none') says.push({ path: ['actions', 0], says: 'has to be none: 0 stands for no action' });
  if (actions.length === 1 && !openActions)
    says.push({ path: ['actions'], says: 'is missing; name what can be done, or openActions for any word' });
  const problems = wordProblems(
    actions.map(({ name }) => name),
    ['actions'],
  );
  return [...says, ...problems];
}

function parameterProblems(parameters: readonly ActionParameter[], path: Path): DomainProblem[] {
  const names = parameters.map(({ name }) => name);
  return parameters.flatMap(({ name, scale, words, combine }, i) => {
    const at = [...path, i];
    const says: DomainProblem[] = words ? wordProblems(words, [...at, 'words']) : [];
    if (name === TAKEN) says.push({ path: [...at, 'name'], says: `"${TAKEN}" is that of the action itself` });
    if (names.indexOf(name) < i) says.push({ path: [...at, 'name'], says: `"${name}" is there twice` });
    if (scale !== undefined && words)
      says.push({ path: [...at, 'words'], says: 'a number has a scale, a word has words' });
    if (scale === undefined && combine !== 'mode')
      says.push({ path: [...at, 'combine'], says: 'words have no mean; use mode, or give a number its scale' });
    return says;
  });
}
