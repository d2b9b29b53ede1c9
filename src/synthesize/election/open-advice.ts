// Remembers what each similarity function foretold for advice that was given, until somebody says what came of it.
//
// A report tells the share of what one packet promised that came, within 0 to 1. So what came is known where it lies in
// between; at 1 it may have been more, and at 0 less, and who foretold that is not held to have erred.
// Invariant: each advice is answered once, the newest first, and what waits is capped.
import { advisedEvidenceMax, openAdviceMax } from '../../core/election-limits.ts';

export interface Promised {
  /** Of a packet. */
  readonly id: string;
  readonly effect: number;
}

/** Plain JSON. */
export interface OpenAdvice {
  /** The packets behind it, heaviest first. */
  readonly evidence: readonly Promised[];
  /** The effect that each function foretold for the action, by name. */
  readonly foretold: Readonly<Record<string, number>>;
}

export interface OpenAdvices {
  given(advice: OpenAdvice): void;
  /** @param share of what the packet promised that came @returns losses by function, 0 to 1; undefined when nobody asked */
  answered(about: string, share: number): Map<string, number> | undefined;
  state(): OpenAdvice[];
}

export function createOpenAdvices(saved: readonly OpenAdvice[] = []): OpenAdvices {
  const open = saved.slice(-openAdviceMax);
  return {
    given({ evidence, foretold }) {
      open.push({ evidence: evidence.slice(0, advisedEvidenceMax), foretold });
      if (open.length > openAdviceMax) open.shift();
    },
    answered(about, share) {
      const at = open.findLastIndex(({ evidence }) => evidence.some(({ id }) => id === about));
      if (at < 0) return undefined;
      const [{ evidence, foretold }] = open.splice(at, 1) as [OpenAdvice];
      const promised = evidence.find(({ id }) => id === about)!.effect;
      return lossesOf(foretold, { promised, share });
    },
    state: () => [...open],
  };
}

/** Squares of what it was wrong by, where 1 is the largest figure that anybody named for it. */
export function lossesOf(
  foretold: Readonly<Record<string, number>>,
  { promised, share }: { readonly promised: number; readonly share: number },
): Map<string, number> {
  const came = promised * share;
  const scale = Math.max(Math.abs(promised), ...Object.values(foretold).map(Math.abs));
  return new Map(
    Object.entries(foretold).map(([name, effect]) => {
      const beyond = (effect - came) * Math.sign(promised);
      const isRight = (share === 1 && beyond >= 0) || (share === 0 && beyond <= 0);
      return [name, isRight || scale === 0 ? 0 : Math.min(1, (beyond / scale) ** 2)];
    }),
  );
}
