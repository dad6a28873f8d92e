// What an expression that is being written may name. The model of the last check answers most of the time, for an
// expression sees what it saw a keystroke ago; else the text is mended at the cursor and checked once.
import { checkAgent, checkWorkflow, type Checked, type NameTypes, type ValueType } from '../../workflow/index.ts';
import type { CursorPlace } from './cursor-place.ts';
import type { ExpressionText } from './expression-text.ts';
import { pathOfUri, type OpenDocument } from './open-document.ts';
import { touches } from './ranges.ts';

/** @returns the names and their types; none where the text is too broken to know */
export function namesAt(
  document: OpenDocument,
  place: CursorPlace,
  expression: ExpressionText,
  offset: number,
): NameTypes {
  if (document.facts.kind === 'config') return secretNames(document);
  return namesFromLastCheck(document, offset) ?? namesFromMended(document, place, expression) ?? {};
}

function namesFromLastCheck(document: OpenDocument, offset: number): NameTypes | undefined {
  const checked = document.latestChecked();
  if (!checked) return undefined;
  const earlier = checked === document ? offset : offsetBefore(checked.text, document.text, offset);
  return earlier === undefined ? undefined : namesIn(checked.checked, earlier);
}

function namesIn({ expressions }: Checked, offset: number): NameTypes | undefined {
  return expressions.find(({ place }) => touches(place.range, offset))?.names();
}

/** More than this is not a keystroke. */
const maxChange = 200;

/**
 * Where an offset was before the text changed, if the change is small and within a line: then what stood there is what
 * stands there now.
 */
function offsetBefore(before: string, now: string, offset: number): number | undefined {
  const shortest = Math.min(before.length, now.length);
  let head = 0;
  while (head < shortest && before.charCodeAt(head) === now.charCodeAt(head)) head += 1;
  let tail = 0;
  while (
    tail < shortest - head &&
    before.charCodeAt(before.length - 1 - tail) === now.charCodeAt(now.length - 1 - tail)
  )
    tail += 1;
  const removed = before.slice(head, before.length - tail);
  const added = now.slice(head, now.length - tail);
  if (removed.length > maxChange || added.length > maxChange || /\n/.test(removed + added)) return undefined;
  if (offset <= head) return offset;
  return offset >= now.length - tail ? offset + before.length - now.length : Math.min(offset, head + removed.length);
}

/** Puts an expression without fault in the place of the one being written. */
function namesFromMended(
  document: OpenDocument,
  place: CursorPlace,
  expression: ExpressionText,
): NameTypes | undefined {
  if (document.isLarge) return undefined; // They are known when the check is done.
  const { text, file } = document;
  const inText = place.wants === 'text';
  const start = inText ? expression.start : place.outer.start;
  const end = inText ? expression.end : Math.max(place.outer.end, expression.end);
  const harmless = expression.isBare ? '"1 == 1"' : inText ? '${{ 0 }}' : '"${{ 0 }}"';
  const mended = text.slice(0, start) + harmless + text.slice(end);
  const { config, files } = document.facts;
  const beside = {
    ...(config ? { config: { file: pathOfUri(config.uri), text: config.text } } : {}),
    ...(files ? { files } : {}),
  };
  const check = document.facts.kind === 'agent' ? checkAgent : checkWorkflow;
  return namesIn(check({ file, text: mended, ...beside }), start + 4);
}

/** In a configuration only keys can be named. */
function secretNames(document: OpenDocument): NameTypes {
  const providers = [...document.text.matchAll(/^ {1,8}([A-Za-z_][\w-]*):\s*$/gm)].map((match) => match[1] ?? '');
  const written = [...document.text.matchAll(/secrets\.([A-Za-z_]\w*)\s*\}\}/g)].map((match) => match[1] ?? '');
  const usual = providers.map((name) => `${name.toUpperCase().replaceAll('-', '_')}_API_KEY`);
  const names = new Set([...written, ...usual, 'OPENAI_API_KEY', 'ANTHROPIC_API_KEY']);
  const fields = Object.fromEntries([...names].map((name): [string, ValueType] => [name, { kind: 'secret' }]));
  return { secrets: { kind: 'object', fields, description: 'Keys. They never stand in a file.' } };
}
