// Asks the gateway of a configuration through its socket, and says what it means when that does not go well.
//
//     running ──> its answer      stopped ──> what its files hold      starting, of another user, of another version ──> one line
//
// Invariant: where a gateway listens, its database is not opened.
import type { Config } from '../config/config.ts';
import { OperatingError } from '../core/errors.ts';
import { controlPath } from '../observe/control-address.ts';
import { askGateway, type ControlRequest } from '../observe/control-client.ts';
import type { Io } from './command.ts';

export interface Asking {
  readonly config: Pick<Config, 'data'>;
  readonly env: Io['env'];
  readonly request: ControlRequest;
  /** For how long the gateway may say nothing; as askGateway when absent. */
  readonly waitMs?: number;
}

/**
 * @param stopped what is done where no gateway runs
 * @throws OperatingError that the gateway gave, agent_silent, and whatever `stopped` throws
 */
export async function askOrElse<Answer>(asking: Asking, stopped: () => Promise<Answer>): Promise<Answer> {
  const { config, env, request, waitMs } = asking;
  const socket = controlPath(config.data, env);
  let answer: unknown;
  try {
    answer = await askGateway(socket, request, waitMs);
  } catch (error) {
    throw isUnknown(error) ? otherVersion(request, error) : error;
  }
  if (answer !== undefined) return answer as Answer;
  try {
    return await stopped();
  } catch (cause) {
    if (!(cause instanceof OperatingError && cause.code === 'already_running')) throw cause;
    const message = `a gateway uses ${config.data}, but does not answer at ${socket}; it may be starting, so ask again`;
    throw new OperatingError('agent_silent', message, { cause });
  }
}

/** @throws OperatingError agent_silent also where no gateway runs */
export function askRunning<Answer>(asking: Asking): Promise<Answer> {
  return askOrElse<Answer>(asking, async () => {
    throw new OperatingError('agent_silent', 'the gateway is not running; start it, then ask again');
  });
}

const isUnknown = (error: unknown): boolean =>
  error instanceof OperatingError && error.code === 'usage' && error.message.includes('cannot be asked for');

function otherVersion({ ask }: ControlRequest, cause: unknown): OperatingError {
  const message = `the gateway that runs is of another version than this qis, and cannot be asked for ${ask}; restart it (systemctl restart qis-edge)`;
  return new OperatingError('agent_silent', message, { cause });
}
