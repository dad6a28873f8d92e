// Which entry of a file's `mock` list answers a call. A question about the record alone, so that a run that goes on
// after a crash gets the answers it would have got: what an entry has answered before is not remembered, but counted.
import type { Json } from '../../../../run/index.ts';

/** What a mock answers instead of a model or a tool. */
export interface MockAnswer {
  readonly reply?: Json;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: Json }[];
  readonly error?: { readonly code: string; readonly message?: string; readonly status?: number };
  readonly delayMs?: number;
}

/** A call that looks for its answer. */
export interface MockQuery {
  /** Static path of the task, in its own file. */
  readonly task: string;
  /** The file of the task. */
  readonly file?: string;
  /** Static paths of the task as seen from the files that call its own. */
  readonly outer?: { readonly [file: string]: string };
  readonly agent?: string;
  /** Set for a tool call; only entries with a `tool` answer it. */
  readonly tool?: string;
  /** The last message to a model. */
  readonly prompt?: string;
  /** The input of a tool. */
  readonly input?: Json;
}

/** One entry: whom it answers, and what. */
export interface MockRule extends MockAnswer {
  /** The file it stands in. */
  readonly file?: string;
  readonly task?: string;
  readonly agent?: string;
  readonly tool?: string;
  readonly nth?: number;
  /** The entry's `when`, ready to be asked. */
  readonly when?: (query: MockQuery) => boolean;
}

/**
 * Finds the first entry that matches a call.
 * @param earlier the calls of the run that started before this one, whatever answered them, without those that were
 *   `lost` or cancelled: a repeated call stands in the place of the one it repeats
 * @returns undefined when no entry matches
 */
export function chooseMock<Rule extends MockRule>(
  rules: readonly Rule[],
  query: MockQuery,
  earlier: readonly MockQuery[],
): Rule | undefined {
  return rules.find((rule) => matches(rule, query) && isTurn(rule, earlier));
}

/** `nth` counts, from 1, the calls that an entry matches by all its other keys, also those another entry answered. */
function isTurn(rule: MockRule, earlier: readonly MockQuery[]): boolean {
  return rule.nth === undefined || earlier.filter((query) => matches(rule, query)).length === rule.nth - 1;
}

function matches(rule: MockRule, query: MockQuery): boolean {
  if (rule.tool !== query.tool) return false;
  const isOwn = rule.file === query.file;
  // Into a file that it calls, a file speaks only of a task that it names.
  if (!isOwn && rule.task === undefined) return false;
  const task = isOwn ? query.task : query.outer?.[rule.file ?? ''];
  if (rule.task !== undefined && rule.task !== task) return false;
  if (rule.agent !== undefined && rule.agent !== query.agent) return false;
  return rule.when?.(query) ?? true;
}
