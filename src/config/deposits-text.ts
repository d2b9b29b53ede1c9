// Deposits as somebody wrote them, JSON or YAML, one or a list: plain values, nothing of them checked yet.
//
// Aliases are refused, so that no text is larger than it looks. Invariant: a text either is data throughout, or nothing of
// it is used.
import { LineCounter, parseDocument, visit } from 'yaml';
import { OperatingError, reasonOf } from '../core/errors.ts';

export interface WrittenDeposits {
  readonly items: readonly unknown[];
  /** Its items are told apart by their index. */
  readonly isList: boolean;
}

/**
 * @param name of the text, for messages
 * @throws OperatingError input_unreadable: neither JSON nor YAML, with the line
 */
export function readDeposits(text: string, name: string): WrittenDeposits {
  const value = /^\s*[[{]/.test(text) ? fromJson(text, name) : fromYaml(text, name);
  if (typeof value !== 'object' || value === null) throw unreadable(name, 'holds no deposit, and no list of them');
  const plain = plainData(value, DEPTH_MAX);
  if (plain === undefined) throw unreadable(name, 'is nested too deeply to be a deposit, or a list of them');
  return Array.isArray(plain) ? { items: plain, isList: true } : { items: [plain], isList: false };
}

/** A list of deposits with their `where` and its lists takes 4. */
const DEPTH_MAX = 16;

/** JSON has no NaN and would send null: as text it is refused by its own name. @returns undefined when it is too deep */
function plainData(value: unknown, levels: number): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return undefined;
  const entries = Object.entries(value).map(([key, one]) => [key, plainData(one, levels - 1)] as const);
  if (entries.some(([, one]) => one === undefined)) return undefined;
  return Array.isArray(value) ? entries.map(([, one]) => one) : Object.fromEntries(entries);
}

function fromJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // YAML may begin like that, too.
    try {
      return fromYaml(text, name);
    } catch {
      throw unreadable(name, `is not JSON: ${reasonOf(error)}`);
    }
  }
}

function fromYaml(text: string, name: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true });
  const [error] = [...document.errors, ...document.warnings];
  if (error)
    throw unreadable(name, `is not YAML in line ${lineCounter.linePos(error.pos[0]).line}: ${reasonOf(error)}`);
  visit(document, {
    Alias: () => {
      throw unreadable(name, 'holds an alias, which is not allowed; write the value out');
    },
  });
  return document.toJS();
}

const unreadable = (name: string, why: string) => new OperatingError('input_unreadable', `${name} ${why}`);
