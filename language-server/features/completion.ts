// Completion: what may be written where the cursor stands.
import { type CompletionItem, CompletionItemKind, type Position } from 'vscode-languageserver';
import { completeExpressionAt } from './complete-expressions.ts';
import { suggestKeys } from './complete-keys.ts';
import { suggestValues } from './complete-values.ts';
import { type Suggestion, toItems } from './completion-item.ts';
import { cursorPlace } from './cursor-place.ts';
import type { OpenDocument } from './open-document.ts';
import { outlineAround } from './outline.ts';
import { toOffset } from './ranges.ts';

export interface Completions {
  readonly items: readonly CompletionItem[];
  /** Another letter may bring others: ask again then. */
  readonly isIncomplete: boolean;
  /** @param data the `data` of an item @returns Markdown */
  readonly documentationOf: (data: number) => string | undefined;
}

export interface CompletionOptions {
  /** The editor knows the command that asks for suggestions again. */
  readonly suggestsAgain?: boolean;
  /** The character that made the editor ask; undefined: the user did, or wrote a word. */
  readonly typed?: string;
}

/** @returns what may be written at a position; nothing where anything may */
export function completeAt(document: OpenDocument, position: Position, options: CompletionOptions = {}): Completions {
  const suggestions = suggestionsAt(document, toOffset(document.lines, position), options.typed);
  return {
    items: toItems(document, suggestions, options.suggestsAgain ?? false),
    isIncomplete: suggestions.some(({ kind }) => kind === CompletionItemKind.Unit) || isWaitingForFiles(document),
    documentationOf: (data) => suggestions[data]?.documentation?.(),
  };
}

/** The files near a document are listed in the background: until then there are none to suggest. */
function isWaitingForFiles({ facts: { nearby } }: OpenDocument): boolean {
  return nearby !== undefined && nearby() === undefined;
}

function suggestionsAt(document: OpenDocument, offset: number, typed: string | undefined): readonly Suggestion[] {
  const { text, facts } = document;
  const place = cursorPlace(text, offset);
  const inExpression = completeExpressionAt(document, place, offset);
  if (inExpression) return inExpression;
  if (place.wants === 'text' || place.wants === 'nothing') return [];
  const isIndenting = typed === ' ' && place.wants === 'key' && !place.flow && place.indent === place.lineIndent;
  if (isIndenting) return [];
  const question = { document, place, offset, root: outlineAround(text, place), file: facts.kind };
  const values = suggestValues(question);
  return place.wants === 'key' ? [...suggestKeys(question), ...values] : values;
}
