// Operating failures: a code for programs, a sentence for people, the cause for the log.
//
// Bad bytes from outside are never errors but counted reasons (events.ts). A programmer's mistake is an assertion.

/** Codes that reach an operator. Each message says what to do. */
const ERROR_CODES = [
  'config_invalid',
  'config_missing',
  'identity_unreadable',
  'store_unusable',
  'store_damaged',
  'already_running',
  'agent_silent',
  'already_there',
  'port_unavailable',
  'broker_unavailable',
  'input_unreadable',
  'output_unwritable',
  'packet_invalid',
  'deposit_invalid',
  /** More is asked than may be, or the gateway is not ready: ask again later. */
  'busy',
  'usage',
  'demo_failed',
  /** A mistake in qis itself. */
  'internal',
  'not_found',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export const isErrorCode = (value: unknown): value is ErrorCode => ERROR_CODES.some((code) => code === value);

export class OperatingError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'OperatingError';
    this.code = code;
  }
}

/** One line of an unknown thrown value. */
export function reasonOf(error: unknown): string {
  // A host with several addresses fails once for each of them, without a message of its own.
  if (error instanceof AggregateError && error.message === '') return reasonOf(error.errors[0]);
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? text;
}
