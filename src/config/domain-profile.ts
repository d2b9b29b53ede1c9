// A domain of the operator's own: a YAML or JSON file with the keys of src/core/domain.ts, checked in full.
//
// Its shape is domain-schema.ts, published as docs/domain.schema.json (npm run schema). What a schema cannot say is checked
// in domain-relations.ts and domain-similarity.ts, once, before similarity and addresses rely on it.
import { dirname, resolve } from 'node:path';
import type { ActionParameter, Dimension, DomainAction, DomainProfile, Phenomenon } from '../core/domain.ts';
import { OperatingError } from '../core/errors.ts';
import { PLACE_COARSE, PLACE_FINE, phenomenonDimension, severityDimension } from '../distill/place-dimensions.ts';
import { checkYaml, inOrder } from './checked-yaml.ts';
import { problemLine, readConfig } from './config.ts';
import { domainProblems } from './domain-relations.ts';
import { type DomainShape, domainSchema } from './domain-schema.ts';
import { similarityProblems, waysOf } from './domain-similarity.ts';
import { keyOf, lineOf } from './problem.ts';

/** @throws OperatingError config_missing; config_invalid, one line for each problem */
export function loadDomain(file: string): DomainProfile {
  const hint = 'docs/domains.md shows how to write one';
  const { data, source, problems } = checkYaml(readConfig(file, hint), domainSchema(), hint);
  if (!data || !source) throw invalid(problems.map((problem) => problemLine(file, problem)));
  const profile = profileOf(data);
  const says = [...domainProblems(profile), ...similarityProblems(data.similarity ?? [], profile)];
  if (says.length === 0) return withWays(profile, data, dirname(resolve(file)));
  const told = says.map(({ path, says: what }) => {
    const key = keyOf(path);
    return { key, line: lineOf(source, path), message: `${key}: ${what}` };
  });
  throw invalid(inOrder(told).map((problem) => problemLine(file, problem)));
}

const invalid = (lines: readonly string[]) => new OperatingError('config_invalid', lines.join('\n'));

/** With the dimensions as they are written. */
function profileOf({ similarity: _, phenomena: written, coarse, fine, ...rest }: DomainShape): DomainProfile {
  const { actions, openActions, deposits, ...figures } = rest;
  const phenomena = written.map(({ name, alarm, ...phenomenon }): Phenomenon => {
    return { ...phenomenon, name: name ?? phenomenon.quantity, ...(alarm === undefined ? {} : { alarm }) };
  });
  const isMeasured = phenomena.length > 0;
  const [placeCoarse, placeFine] = isMeasured
    ? [
        [phenomenonDimension(phenomena), ...PLACE_COARSE],
        [severityDimension(phenomena), ...PLACE_FINE],
      ]
    : [[], []];
  return {
    ...figures,
    id: rest.name,
    phenomena,
    actions:
      actions?.map(actionOf) ?? (isMeasured ? [{ name: 'none' }, { name: 'inspect_sensor' }] : [{ name: 'none' }]),
    ...(openActions && { openActions: openActions.map(parameterOf) }),
    ...(deposits && { deposits }),
    coarse: (coarse as Dimension[] | undefined) ?? placeCoarse,
    fine: (fine as Dimension[] | undefined) ?? placeFine,
    lifetimeH: rest.lifetimeH as Record<string, number>,
  };
}

type ActionShape = NonNullable<DomainShape['actions']>[number];
type ParameterShape = NonNullable<DomainShape['openActions']>[number];

function actionOf(written: ActionShape): DomainAction {
  if (typeof written === 'string') return { name: written };
  const { name, parameters } = written;
  return parameters ? { name, parameters: parameters.map(parameterOf) } : { name };
}

function parameterOf({ name, unit, scale, words, combine }: ParameterShape): ActionParameter {
  return {
    name,
    ...(unit !== undefined && { unit }),
    ...(scale !== undefined && { scale }),
    ...(words && { words }),
    combine: combine ?? (scale === undefined ? 'mode' : 'arithmetic'),
  };
}

/** Where a file names similarity functions, the first one's weights, tolerances and kinship are those of the domain. */
function withWays(profile: DomainProfile, { similarity }: DomainShape, folder: string): DomainProfile {
  if (!similarity) return profile;
  const ways = waysOf(similarity, profile, folder);
  return { ...profile, coarse: ways[0]!.coarse, fine: ways[0]!.fine, similarities: ways };
}
