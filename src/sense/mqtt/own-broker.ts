// This gateway's own broker as sensors see it: somebody who hands over messages, each with the account that sent it.

/** Subscribes to a filter, whose messages come with their account; returns how to stop. */
export type SubscribeLocal = (
  filter: string,
  onMessage: (topic: string, payload: Buffer, account: string) => void,
) => () => void;

export interface OwnBroker {
  readonly local: SubscribeLocal;
  /** The same, for all that is published there while a sensor has not been heard yet. */
  readonly published?: SubscribeLocal | undefined;
  /** Those that may publish there. */
  readonly accounts?: readonly string[] | undefined;
}
