// Hover: what a name stands for, what an expression gives, what a value means, what a key is for.
import type { Hover, Position } from 'vscode-languageserver';
import { describeKey, durationMs, type Expression, hoverExpression } from '../../workflow/index.ts';
import type { TaskHistory } from '../protocol/index.ts';
import { describeFile, describeModel, describePath, describeThing } from './describe-names.ts';
import { keyDocs } from './key-docs.ts';
import { fenced, lines } from './markdown.ts';
import { type Found, findAt } from './node-at.ts';
import { thingAt } from './occurrences.ts';
import type { OpenDocument } from './open-document.ts';
import { toLspRange, toOffset, touches } from './ranges.ts';
import { durationInWords, numberInWords } from './value-words.ts';

/**
 * @param past what past runs of the document say of its tasks, if that is known
 * @returns what there is to say about a position, as Markdown
 */
export function hoverAt(document: OpenDocument, position: Position, past?: TaskHistory): Hover | null {
  const offset = toOffset(document.lines, position);
  const said =
    aboutExpression(document, offset, past) ?? aboutName(document, offset, past) ?? aboutNode(document, offset);
  if (!said || said.markdown === '') return null;
  return { contents: { kind: 'markdown', value: said.markdown }, range: toLspRange(document.lines, said.range) };
}

interface Said {
  readonly markdown: string;
  readonly range: { readonly start: number; readonly end: number };
}

/** The type of a part; of a part that is a name also what that stands for. */
function aboutExpression(document: OpenDocument, offset: number, past: TaskHistory | undefined): Said | undefined {
  if (document.facts.kind === 'config') return undefined;
  const expression = document.checked.expressions.find(({ place }) => touches(place.range, offset));
  if (!expression) return undefined;
  const hover = hoverExpression(expression.source, offsetInSource(expression, offset), expression.names());
  if (!hover) return undefined;
  const range = { start: expression.toFileOffset(hover.range.start), end: expression.toFileOffset(hover.range.end) };
  if (!touches(range, offset)) return undefined;
  const named = thingAt(document, offset);
  const about = named && touches(range, named.range.start) ? describeThing(document, named.thing, past) : undefined;
  // What a name stands for says more than the description that its type has of it.
  return { markdown: lines(fenced(hover.title, 'text'), about ?? hover.docs), range };
}

/** The way back of `toFileOffset`, which never goes down. */
function offsetInSource({ source, toFileOffset }: Expression, offset: number): number {
  let low = 0;
  let high = source.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (toFileOffset(middle) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function aboutName(document: OpenDocument, offset: number, past: TaskHistory | undefined): Said | undefined {
  if (document.facts.kind === 'config') return undefined;
  const named = thingAt(document, offset);
  // `working: true` stands for tools, but does not name them.
  const isWritten = named && document.text.slice(named.range.start, named.range.end) === named.thing.name;
  const markdown = isWritten ? describeThing(document, named.thing, past) : undefined;
  if (isWritten && markdown !== undefined) return { markdown, range: including(named.range, offset) };
  const use = document.checked.uses.find(({ range, by }) => by !== 'expression' && touches(range, offset));
  if (!use) return undefined;
  const about = use.kind === 'task-path' ? describePath(document, use.name, past) : undefined;
  const said = about ?? (use.kind === 'workflow-file' ? describeFile(document, use.name) : undefined);
  return said === undefined ? undefined : { markdown: said, range: use.range };
}

/** A range of letters, with the quote that the cursor may be on. */
function including({ start, end }: Said['range'], offset: number): Said['range'] {
  return { start: Math.min(start, offset), end: Math.max(end, offset) };
}

function aboutNode(document: OpenDocument, offset: number): Said | undefined {
  const { root } = document.syntax;
  const found = findAt(root, offset);
  const info = found && describeKey(root, found.path, document.facts.kind);
  if (!info) return undefined;
  if (found.on === 'key') return { markdown: keyDocs(info), range: found.range };
  const value = valueOf(found);
  if (value === undefined) return undefined;
  if (info.kind === 'model') return { markdown: describeModel(document, String(value)), range: found.range };
  const docs = info.valueDocs.get(value);
  const means = docs === undefined || docs === info.description ? inWords(value) : docs;
  // A long text has nothing to learn from its key; a word of the schema has.
  const isWord = info.values.length > 0 || info.kind === 'duration' || info.kind === 'module';
  const isKnown = isWord || typeof value !== 'string';
  if (!isKnown) return undefined;
  const own = means === undefined ? undefined : `\`${String(value)}\` · ${means}`;
  return { markdown: lines(own, keyDocs(info)), range: found.range };
}

function valueOf({ node }: Found): string | number | boolean | undefined {
  return node.kind === 'scalar' && node.value !== null ? node.value : undefined;
}

/** What is hard to read at a glance. */
function inWords(value: string | number | boolean): string | undefined {
  if (typeof value === 'number') return numberInWords(value);
  const ms = typeof value === 'string' ? durationMs(value) : undefined;
  return ms === undefined ? undefined : durationInWords(ms);
}
