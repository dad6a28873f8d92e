// Completion inside `${{ }}`, and in conditions, which are expressions without it.
import { CompletionItemKind } from 'vscode-languageserver';
import { completeExpression, type ExpressionCompletion, type JsonSchema } from '../../workflow/index.ts';
import { literally, type Rank, type Suggestion } from './completion-item.ts';
import type { CursorPlace } from './cursor-place.ts';
import { type ExpressionText, expressionTextAt } from './expression-text.ts';
import { fieldGivenAt } from './given-fields.ts';
import { namesAt } from './names-at.ts';
import type { OpenDocument } from './open-document.ts';
import { outlineAround } from './outline.ts';

const kinds: { readonly [kind in ExpressionCompletion['kind']]: CompletionItemKind } = {
  name: CompletionItemKind.Module,
  field: CompletionItemKind.Field,
  value: CompletionItemKind.EnumMember,
  variable: CompletionItemKind.Variable,
  function: CompletionItemKind.Function,
  macro: CompletionItemKind.Method,
  keyword: CompletionItemKind.Keyword,
};

/** @returns what may be written in the expression at the cursor; undefined if it is in none */
export function completeExpressionAt(
  document: OpenDocument,
  place: CursorPlace,
  offset: number,
): readonly Suggestion[] | undefined {
  const expression = expressionTextAt(document, place, offset);
  if (!expression) return undefined;
  const names = namesAt(document, place, expression, offset);
  const wanted = wantedIn(document, place, expression, offset);
  return completeExpression(expression.source, expression.offset, names, wanted)
    .filter((completion) => isOfUse(completion, document, place, expression))
    .flatMap((completion) => suggestionOf(completion, expression, place));
}

/** The schema of what the whole expression gives, where its place says it; in the midst of a text anything is written. */
function wantedIn(
  document: OpenDocument,
  place: CursorPlace,
  expression: ExpressionText,
  offset: number,
): JsonSchema | undefined {
  if (expression.isBare) return { type: 'boolean' };
  const { text, facts } = document;
  const { path, range } = place;
  const around = text.slice(range.start, expression.start) + text.slice(expression.end, range.end);
  if (around.trim() !== '' || place.wants === 'text') return undefined;
  if (path.at(-1) === 'items' || path.at(-1) === 'messages') return { type: 'array' };
  if (!['with', 'arguments'].includes(String(path.at(-2)))) return undefined;
  const question = { document, place, offset, root: outlineAround(text, place), file: facts.kind };
  return fieldGivenAt(question, path)?.schema;
}

/** A key is written alone, and a task does not wait for itself. */
function isOfUse(
  { label, kind, replace }: ExpressionCompletion,
  { facts }: OpenDocument,
  { path }: CursorPlace,
  { source }: ExpressionText,
): boolean {
  if (facts.kind === 'config') return kind === 'name' || kind === 'field';
  const own = path[path.lastIndexOf('tasks') + 1];
  return !(label === own && /\btasks\s*\.\s*$/.test(source.slice(0, replace.start)));
}

function suggestionOf(
  completion: ExpressionCompletion,
  expression: ExpressionText,
  place: CursorPlace,
): readonly Suggestion[] {
  const { label, kind, detail, docs, insertText, replace } = completion;
  const isOneLine = !expression.source.slice(replace.start, replace.end).includes('\n');
  if (!isOneLine) return [];
  const [before = '', after] = insertText.split('$0');
  const isSnippet = after !== undefined;
  const text = isSnippet
    ? `${literally(inQuotes(before, place))}$0${literally(inQuotes(after, place))}`
    : inQuotes(insertText, place);
  const isName = kind === 'name' || kind === 'field' || kind === 'variable';
  return [
    {
      label,
      kind: kinds[kind],
      detail,
      ...(docs === undefined ? {} : { documentation: () => docs }),
      text: (place.needsSpace ? ' ' : '') + text,
      isSnippet,
      range: { start: expression.toFile(replace.start), end: expression.toFile(replace.end) },
      rank: rankOf(completion),
      ...(isName && { takenBy: ['.'] }),
      next: kind === 'function' && isSnippet ? 'parameters' : undefined,
    },
  ];
}

/** Names first, and of all what is of the type that is wanted there. */
function rankOf({ kind, fits }: ExpressionCompletion): Rank {
  const isName = kind === 'name' || kind === 'field' || kind === 'variable' || kind === 'value';
  if (isName) return fits ? 'first' : 'required';
  return fits ? 'usual' : 'rest';
}

function inQuotes(text: string, { quote }: CursorPlace): string {
  if (quote === "'") return text.replaceAll("'", "''");
  return quote === '"' ? text.replaceAll('"', '\\"') : text;
}
