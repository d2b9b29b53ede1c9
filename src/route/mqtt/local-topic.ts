// Topics on which programs of this machine talk to the gateway, at its own broker and nowhere else.
//
//   qis-local/1/<verb>/<client>/<id>   a request, from the program: deposit, query, advise, report
//   qis-local/1/answer/<client>/<id>   its answer, to this program alone
//   qis-local/1/verdict/<sensor>       what the gateway concluded, to every program
//
// <client> is the name of the account. Invariant: a request topic names one program, and whose answer goes to nobody else.

/** deposit and report write: they are acknowledged once what they brought is on disk. */
const VERBS = {
  deposit: { isWritten: true },
  report: { isWritten: true },
  query: { isWritten: false },
  advise: { isWritten: false },
} as const;
export type LocalVerb = keyof typeof VERBS;

export interface RequestTopic {
  readonly verb: LocalVerb;
  readonly client: string;
  readonly id: string;
}

/** What a program asked. */
export interface LocalRequest extends RequestTopic {
  /** Whose it is; where there are no accounts one for all. */
  readonly account: string;
  readonly payload: Buffer;
}

/** Settles with the answer, never rejects; undefined: it goes out with the request that this one is a copy of. */
export type RequestHandler = (request: LocalRequest) => Promise<Buffer | undefined>;

const ROOT = 'qis-local';
const REQUEST = /^qis-local\/1\/([a-z]+)\/([^/+#]{1,64})\/([a-zA-Z0-9_-]{1,32})$/;

export const isWritten = (verb: LocalVerb): boolean => VERBS[verb].isWritten;

/** Whether a topic or filter speaks of programs rather than of sensors or gateways. */
export function isLocalTopic(topic: string): boolean {
  return topic === ROOT || topic.startsWith(`${ROOT}/`);
}

/** undefined when no request may be published there. */
export function requestTopic(topic: string): RequestTopic | undefined {
  const [, verb = '', client = '', id = ''] = REQUEST.exec(topic) ?? [];
  return Object.hasOwn(VERBS, verb) ? { verb: verb as LocalVerb, client, id } : undefined;
}

export function answerTopic({ client, id }: Pick<RequestTopic, 'client' | 'id'>): string {
  return `${ROOT}/1/answer/${client}/${id}`;
}

/** @param sensor its name; undefined: the conclusion is of no one sensor. What no topic may hold becomes `_`. */
export function verdictTopic(sensor: string | undefined): string {
  return `${ROOT}/1/verdict/${(sensor ?? NO_SENSOR).replaceAll(WILD, '_')}`;
}

/** No sensor has this name: those begin with a letter or a digit. */
const NO_SENSOR = '-';
// biome-ignore lint/suspicious/noControlCharactersInRegex: a broker hangs up over them
const WILD = /[+#\u0000-\u001f\u007f]/g;

/** Topics and filters that a program of this name may see: its own answers, and verdicts. */
export function isSeenBy(client: string, topic: string): boolean {
  return topic.startsWith(answerTopic({ client, id: '' })) || topic.startsWith(`${ROOT}/1/verdict/`);
}
