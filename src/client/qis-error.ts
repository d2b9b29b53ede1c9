// A failure as a program meets it: a code to act on, and a sentence for people.
//
// Codes are those of the gateway's answers (src/core/errors.ts), and those of having none. Invariant: the message says what
// to do.

/** Further codes may come with later versions. */
export type QisErrorCode =
  /** No gateway runs there. */
  | 'not_running'
  /** One runs, and gives no answer: whether it did what was asked is not known. */
  | 'agent_silent'
  /** More was asked than may be; ask again later. */
  | 'busy'
  /** The client was closed. */
  | 'closed'
  | 'deposit_invalid'
  | 'usage'
  | 'not_found'
  | 'store_unusable'
  | 'config_missing'
  | 'config_invalid'
  | (string & {});

export class QisError extends Error {
  readonly code: QisErrorCode;

  constructor(code: QisErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'QisError';
    this.code = code;
  }
}
