// Watches whether anything comes on the topics of one sensor at all, and tells once when nothing does.
//
// Begins when it is subscribed, ends with the first message. At the own broker it sees meanwhile what else is published.
import type { Emit } from '../../core/events.ts';
import { unheardTopicMs } from '../../core/silence-limits.ts';
import type { ElsewhereBroker } from './elsewhere.ts';
import type { OwnBroker } from './own-broker.ts';
import { followTopics, type SeenTopics, unheardReason } from './unheard-topic.ts';

export interface TopicWatch {
  /** It is subscribed. Again after a connection was lost: nothing happens once a message came, or it was told. */
  begin(): void;
  heard(): void;
  end(): void;
}

export interface TopicWatchOptions {
  readonly sensor: string;
  readonly filters: readonly string[];
  readonly from: OwnBroker | ElsewhereBroker;
  readonly emit: Emit;
  readonly silenceMs?: number | undefined;
}

export function watchTopics({ sensor, filters, from, emit, silenceMs }: TopicWatchOptions): TopicWatch {
  const waitMs = silenceMs ?? unheardTopicMs;
  let timer: NodeJS.Timeout | undefined;
  let seen: SeenTopics | undefined;
  let isOver = false;

  function end(): void {
    isOver = true;
    clearTimeout(timer);
    seen?.[Symbol.dispose]();
    seen = undefined;
  }

  function tell(): void {
    const broker = 'local' in from ? 'the own broker' : from.url;
    const reason = unheardReason({ filters, seconds: waitMs / 1000, broker, prefixes: seen?.prefixes() });
    end();
    emit({ type: 'source_down', sensor, reason, retryMs: 0, silent: true });
  }

  return {
    begin() {
      if (isOver) return;
      clearTimeout(timer);
      if ('local' in from && from.published) seen ??= followTopics(from.published);
      timer = setTimeout(tell, waitMs).unref();
    },
    heard() {
      if (!isOver) end();
    },
    end,
  };
}
