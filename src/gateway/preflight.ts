// Everything that keeps a gateway from starting with a configuration, short of opening devices and ports.
//
//     text ──config──> shape and relations ──here──> sensors, keys, broker, neighbours, files, data folder
//
// `qis config check` prints the problems, `qis run` refuses to start with them. Each check asks the part that would
// refuse later, so that both say the same; where something is wrong already, the rest is checked without it, so that all
// is told at once. Invariant: opens no device, changes nothing.
import { join } from 'node:path';
import { inOrder } from '../config/checked-yaml.ts';
import {
  type CheckedConfig,
  type Config,
  checkConfig,
  isProfileFile,
  problemLine,
  readConfig,
} from '../config/config.ts';
import { loadDomain } from '../config/domain-profile.ts';
import { keyOf, lineOf, type Path, type Problem, problemAt, type Source } from '../config/problem.ts';
import type { Report } from '../config/relations.ts';
import { certificateOf, passwordProblem, secretOf, UnusableFile } from '../config/secret.ts';
import { OperatingError } from '../core/errors.ts';
import { isDetectorName } from '../detect/registry.ts';
import { readIdentity } from '../packet/identity.ts';
import { accountNameProblem } from '../route/mqtt/access.ts';
import { listenProblem } from '../route/mqtt/broker.ts';
import { settingOf } from './configured.ts';
import { folderProblem } from './data-folder.ts';
import { detectorModuleProblem } from './detector-module.ts';
import { scheduleProblem } from './housekeeping.ts';
import { keyProblem } from './memory.ts';
import { networkProblem } from './network.ts';
import { isOwnBroker } from './own-broker.ts';
import { refusedSensors } from './sensor.ts';
import { similarityModuleProblem } from './similarity-module.ts';
import { isRecording, recordingProblem } from './sources.ts';

type Check = (config: Config, report: Report) => void | Promise<void>;

const CHECKS: readonly Check[] = [
  checkDetector,
  checkSimilarities,
  checkSensorFiles,
  checkBroker,
  checkNeighbours,
  checkKeys,
  checkSchedule,
  checkData,
];

/** @throws OperatingError config_missing; config_invalid, whose message holds one line for each problem */
export async function loadRunnable(file: string): Promise<Config> {
  const { config, problems } = await checkRunnable(readConfig(file), file);
  if (config) return config;
  throw new OperatingError('config_invalid', problems.map((problem) => problemLine(file, problem)).join('\n'));
}

/** @param file its path: for relative names in it */
export async function checkRunnable(text: string, file: string): Promise<CheckedConfig> {
  const checked = checkConfig(text, file);
  const { source, problems: known, sound } = checked;
  const config = checked.config ?? sound?.config;
  if (!config || !source) return checked;
  const isTaken = (key: string) => sound?.taken.concerns(key) ?? false;
  const found = [...(SETTINGS.some(isTaken) ? [] : settingProblems(config, source))];
  found.push(...(await sensorProblems(config, source)));
  for (const check of CHECKS) {
    await check(config, (path, says, value) => found.push(problemAt(source, path, says, value)));
  }
  const problems = inOrder([...known, ...found.filter(({ key }) => !isTaken(key))]);
  return problems.length === 0 ? checked : { problems, source };
}

/** What is checked together: one that is wrong says nothing of the others. */
const SETTINGS = ['domain', 'domains', 'site', 'alarm', 'watch'];

/** What its domains, or its site, cannot be: each message begins with its key. */
function settingProblems(config: Config, source: Source): Problem[] {
  try {
    settingOf(config);
    return [];
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    const key = ['site', 'alarm'].find((one) => error.message.startsWith(`${one}:`)) ?? 'domains';
    const line = Math.max(...['domain', key].map((name) => lineOf(source, [name])));
    return error.message.split('\n').map((message) => ({ key, line, message }));
  }
}

/** What the sensors cannot be; for a device in a file of the operator's own, all that is wrong in that file. */
async function sensorProblems({ sensors }: Config, source: Source): Promise<Problem[]> {
  const refused = await refusedSensors(sensors);
  return refused.flatMap(({ sensor, key, says }) => {
    const at = ['sensors', sensors.findIndex(({ name }) => name === sensor)];
    const line = lineOf(source, [...at, key]);
    return says.split('\n').map((message) => ({ key: keyOf(at), line, message: `${keyOf(at)}: ${message}` }));
  });
}

function checkSensorFiles({ sensors, folder }: Config, report: Report): void {
  for (const [i, sensor] of sensors.entries()) {
    const path: Path = ['sensors', i];
    if ('mqtt' in sensor) checkFiles(sensor.mqtt, { folder, path: [...path, 'mqtt'], report });
    if (!isRecording(sensor)) continue;
    const problem = recordingProblem(sensor);
    if (problem) report([...path, 'replay', 'file'], problem, sensor.file);
  }
}

async function checkDetector({ detector }: Config, report: Report): Promise<void> {
  const problem = isDetectorName(detector) ? undefined : await detectorModuleProblem(detector);
  if (problem !== undefined) report(['detector'], `cannot be used: ${problem}`, detector);
}

/** Domains that cannot be read are told by settingProblems. */
async function checkSimilarities({ domains }: Config, report: Report): Promise<void> {
  for (const [i, file] of domains.entries()) {
    if (!isProfileFile(file)) continue;
    const modules = settled(() => loadDomain(file).similarities)?.flatMap(({ module }) => module ?? []) ?? [];
    for (const module of modules) {
      const problem = await similarityModuleProblem(module);
      if (problem !== undefined)
        report(['domains', i], `names a similarity function that cannot be used: ${problem}`, module);
    }
  }
}

function settled<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof OperatingError) return undefined;
    throw error;
  }
}

function checkBroker({ broker, folder }: Config, report: Report): void {
  if (!broker) return;
  const { listen, accounts } = broker;
  const problem = listenProblem(listen, accounts);
  if (problem) report(['broker', 'listen'], problem, listen);
  for (const [i, account] of accounts.entries()) {
    const path: Path = ['broker', 'accounts', i];
    const named = accountNameProblem(account);
    if (named) report([...path, 'name'], named, account.name);
    checkFiles(account, { folder, path, report });
  }
}

function checkNeighbours({ neighbours, broker, folder }: Config, report: Report): void {
  for (const [i, neighbour] of neighbours.entries()) {
    const path: Path = ['neighbours', i];
    const { url } = neighbour;
    if (url && broker && isOwnBroker(url, broker)) {
      report([...path, 'url'], "is this gateway's own broker; write the address of the neighbour", url);
    }
    // `qis run` opens none beside MQTT.
    const problem = neighbour.network === undefined ? undefined : networkProblem(neighbour.network);
    if (problem) report([...path, 'network'], problem, neighbour.network);
    checkFiles(neighbour, { folder, path, report });
  }
}

async function checkKeys(config: Config, report: Report): Promise<void> {
  const own = await ownKey(config);
  for (const list of ['neighbours', 'peers'] as const) {
    for (const [i, { key }] of config[list].entries()) {
      const problem = key && (own?.equals(key) ? OWN_KEY : keyProblem(key));
      if (problem) report([list, i, 'key'], problem, key.toString('hex'));
    }
  }
}

const OWN_KEY = "is this gateway's own key; write the one that qis status shows at the other gateway";

/** undefined where there is none yet; one that cannot be read is told by checkData. */
async function ownKey({ data }: Config): Promise<Buffer | undefined> {
  try {
    return (await readIdentity(join(data, 'identity.pem')))?.publicKey.bytes;
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    return undefined;
  }
}

async function checkSchedule({ housekeeping }: Config, report: Report): Promise<void> {
  const problem = housekeeping === undefined ? undefined : await scheduleProblem(housekeeping);
  if (problem) report(['housekeeping'], problem, housekeeping);
}

async function checkData({ data }: Config, report: Report): Promise<void> {
  const problem = folderProblem(data);
  if (problem) return report(['data'], problem, data);
  try {
    await readIdentity(join(data, 'identity.pem'));
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    report(['data'], `holds a key that cannot be used: ${error.message}`, data);
  }
}

interface Named {
  readonly password?: string | undefined;
  readonly password_file?: string | undefined;
  readonly ca_file?: string | undefined;
}

/** The password of an entry, and the files that it names: a password, the certificate of an authority. */
function checkFiles(
  entry: Named,
  { folder, path, report }: { readonly folder: string; readonly path: Path; readonly report: Report },
): void {
  const attempt = (key: 'password_file' | 'ca_file', read: () => unknown) => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof UnusableFile)) throw error;
      report([...path, key], error.says, entry[key]);
    }
  };
  const problem = entry.password === undefined ? undefined : passwordProblem(entry.password);
  if (problem) report([...path, 'password'], problem);
  attempt('password_file', () => secretOf(entry, folder));
  attempt('ca_file', () => entry.ca_file && certificateOf(entry.ca_file, folder));
}
