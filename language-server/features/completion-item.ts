// A suggestion while it is being made: what it says and what it writes. The protocol's form comes last.
import { type CompletionItem, type CompletionItemKind, InsertTextFormat } from 'vscode-languageserver';
import type { Json, Range } from '../../workflow/index.ts';
import type { OpenDocument } from './open-document.ts';
import type { CursorPlace } from './cursor-place.ts';
import { toLspRange } from './ranges.ts';

/** `first` before what is `required` or meant, before what is `usual`, before the `rest`, before whole pieces. */
export type Rank = 'first' | 'required' | 'usual' | 'rest' | 'piece';

const ranks: readonly Rank[] = ['first', 'required', 'usual', 'rest', 'piece'];

/** Commands by which an editor shows what comes next. */
const commands = { values: 'editor.action.triggerSuggest', parameters: 'editor.action.triggerParameterHints' };

export interface Suggestion {
  readonly label: string;
  readonly kind: CompletionItemKind;
  readonly detail?: string;
  /** Markdown; written only when somebody looks at the suggestion. */
  readonly documentation?: () => string | undefined;
  /** A snippet (`$0`, `${1:name}`), or plain text. */
  readonly text: string;
  readonly isSnippet: boolean;
  readonly range: Range;
  /** Within a rank suggestions keep their order. */
  readonly rank: Rank;
  /** What there is to show where the cursor then stands. */
  readonly next?: keyof typeof commands | undefined;
  /** Letters that take it and are then written behind it. */
  readonly takenBy?: readonly string[];
}

/** @returns the suggestions as the protocol says them, numbered in `data`. */
export function toItems(
  document: OpenDocument,
  suggestions: readonly Suggestion[],
  suggestsAgain: boolean,
): readonly CompletionItem[] {
  return suggestions.map((suggestion, index) => ({
    label: suggestion.label,
    kind: suggestion.kind,
    ...(suggestion.detail === undefined ? {} : { detail: suggestion.detail }),
    ...(suggestion.takenBy === undefined ? {} : { commitCharacters: [...suggestion.takenBy] }),
    sortText: `${ranks.indexOf(suggestion.rank)}${String(index).padStart(4, '0')}`,
    insertTextFormat: suggestion.isSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    textEdit: { range: toLspRange(document.lines, suggestion.range), newText: suggestion.text },
    ...(suggestion.next && suggestsAgain ? { command: { title: '', command: commands[suggestion.next] } } : {}),
    ...(suggestion.documentation ? { data: index } : {}),
  }));
}

/** Text that means itself in a snippet. */
export function literally(text: string): string {
  return text.replaceAll(/[\\$}]/g, (char) => `\\${char}`);
}

/** @returns the text that a snippet writes: the first of each choice, and again where its number stands. */
export function expandedSnippet(snippet: string): string {
  const part = /\\([\\$}])|\$\{(?:\d+):([^}]*)\}|\$\{(?:\d+)\|([^,|]*)[^}]*\}|\$(\d+)/g;
  const named = /\$\{(\d+)(?::([^}]*)|\|([^,|]*)[^}]*)\}/g;
  const texts = new Map([...snippet.matchAll(named)].map(([, number, text, choice]) => [number, text ?? choice ?? '']));
  return snippet.replaceAll(part, (_, escaped?: string, text?: string, choice?: string, number?: string) => {
    return escaped ?? text ?? choice ?? texts.get(number) ?? '';
  });
}

/**
 * Makes a block of lines fit below the cursor's line. Editors indent further lines of a snippet like the line it
 * begins on; a key that stands behind a dash is further right.
 */
export function below(place: CursorPlace, lines: string): string {
  const extra = ' '.repeat(Math.max(0, place.indent - place.lineIndent));
  return lines.replaceAll('\n', `\n${extra}`);
}

/** A value as YAML reads it back as the same value. */
export function scalarText(value: Json, quote: CursorPlace['quote']): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  if (quote === "'") return value.replaceAll("'", "''");
  if (quote === '"') return JSON.stringify(value).slice(1, -1);
  const isPlain = /^(\.{1,2}\/)*[A-Za-z_][\w./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|~)$/i.test(value);
  return isPlain || /^\d+(\.\d+)?(ms|s|m|h)$/.test(value) ? value : JSON.stringify(value);
}
