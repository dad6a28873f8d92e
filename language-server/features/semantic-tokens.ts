// Semantic tokens: names by what they stand for, and expressions token by token. What YAML itself is – keys, texts,
// numbers – the grammar colours; here stands only what a grammar can not know.
import type { Position, Range as LspRange, SemanticTokensLegend } from 'vscode-languageserver';
import { classifyTokens, type NamedThing, type NameUse, type Range, type TokenRole } from '../../workflow/index.ts';
import { expressionsIn, type WrittenExpression } from './expressions-in.ts';
import type { OpenDocument } from './open-document.ts';
import { toLspPosition, toRange } from './ranges.ts';

/** Types of the protocol, and one of our own: what opens and closes an expression. */
const types = [
  'namespace',
  'class',
  'function',
  'method',
  'parameter',
  'variable',
  'property',
  'macro',
  'type',
  'keyword',
  'string',
  'number',
  'operator',
  'comment',
  'segueDelimiter',
] as const;
const modifiers = ['declaration', 'readonly', 'defaultLibrary'] as const;

type TokenType = (typeof types)[number];
type TokenModifier = (typeof modifiers)[number];

export const tokenLegend: SemanticTokensLegend = { tokenTypes: [...types], tokenModifiers: [...modifiers] };

/** A token in the file. */
interface Colour extends Range {
  readonly type: TokenType;
  readonly modifiers: readonly TokenModifier[];
}

/**
 * @param within only tokens that touch this range
 * @returns five numbers for each token, as the protocol counts them: lines down, columns right, length, type, modifiers
 */
export function semanticTokensOf(document: OpenDocument, within?: LspRange): readonly number[] {
  const range = within ? toRange(document.lines, within) : { start: 0, end: document.text.length };
  const colours = coloursIn(document, range)
    .flatMap((colour) => onLines(document, colour))
    .sort((a, b) => a.start - b.start);
  return encoded(document, colours);
}

function coloursIn(document: OpenDocument, range: Range): readonly Colour[] {
  const touches = ({ start, end }: Range) => start <= range.end && range.start <= end;
  const uses = document.facts.kind === 'config' ? [] : document.checked.uses;
  const names = new Map(uses.map((use) => [use.range.start, use]));
  return [
    ...uses.filter((use) => use.by !== 'expression' && touches(use.range)).flatMap(colourOfUse),
    ...declarationsIn(document).filter(touches),
    ...expressionsIn(document)
      .filter(touches)
      .flatMap((expression) => coloursOfExpression(document, expression, names)),
  ];
}

const typesOfNames: { readonly [kind in NamedThing]?: TokenType } = {
  agent: 'class',
  tool: 'method',
  toolset: 'namespace',
  task: 'function',
  'task-path': 'function',
  branch: 'function',
  output: 'property',
  variable: 'variable',
  input: 'parameter',
  shared: 'variable',
  env: 'variable',
};

/** Who only reads these can not change them. */
const readonlyNames: ReadonlySet<NamedThing> = new Set(['input', 'env', 'variable']);

function colourOfUse(use: NameUse): readonly Colour[] {
  const type = typesOfNames[use.kind];
  if (!type || !use.known) return [];
  const isOurs = (use.kind === 'agent' || use.kind === 'tool') && !use.declared && !use.declaredIn;
  return [{ ...use.range, type, modifiers: [...reading(use.kind), ...(isOurs ? (['defaultLibrary'] as const) : [])] }];
}

function reading(kind: NamedThing): readonly TokenModifier[] {
  return readonlyNames.has(kind) ? ['readonly'] : [];
}

function declarationsIn({ facts, checked }: OpenDocument): readonly Colour[] {
  if (facts.kind !== 'workflow') return [];
  return checked.names.flatMap(({ kind, nameRange }) => {
    const type = typesOfNames[kind];
    return type ? [{ ...nameRange, type, modifiers: ['declaration', ...reading(kind)] }] : [];
  });
}

const typesOfRoles: { readonly [role in TokenRole]: readonly [TokenType, ...TokenModifier[]] | undefined } = {
  namespace: ['namespace', 'defaultLibrary'],
  variable: ['variable', 'readonly'],
  binding: ['variable', 'declaration', 'readonly'],
  'bound-variable': ['variable', 'readonly'],
  property: ['property'],
  function: ['function', 'defaultLibrary'],
  macro: ['macro', 'defaultLibrary'],
  type: ['type', 'defaultLibrary'],
  constant: ['keyword'],
  keyword: ['keyword'],
  string: ['string'],
  number: ['number'],
  operator: ['operator'],
  comment: ['comment'],
  punctuation: undefined,
};

function coloursOfExpression(
  { text }: OpenDocument,
  { source, start, end, toFileOffset }: WrittenExpression,
  names: ReadonlyMap<number, NameUse>,
): readonly Colour[] {
  const colours: Colour[] = [];
  if (text.startsWith('${{', start)) colours.push(delimiter(start, start + 3));
  for (const token of classifyTokens(source)) {
    const from = toFileOffset(token.start);
    // The place after the last letter, for what follows it may stand on another line.
    const to = endInFile(toFileOffset, token, text);
    const use = token.role === 'property' ? names.get(from) : undefined;
    const [named] = use?.by === 'expression' ? colourOfUse(use) : [];
    const [type, ...marks] = typesOfRoles[token.role] ?? [];
    if (named) colours.push(named);
    else if (type) colours.push({ start: from, end: to, type, modifiers: marks });
  }
  if (text.startsWith('${{', start) && text.startsWith('}}', end - 2)) colours.push(delimiter(end - 2, end));
  return colours;
}

/** The last letter may be written as an escape: the place after it is the place of what follows, if that is beside it. */
function endInFile(toFileOffset: (offset: number) => number, { start, end }: Range, text: string): number {
  const last = toFileOffset(Math.max(start, end - 1));
  const next = toFileOffset(end);
  return /[\r\n]/.test(text.slice(last, next)) ? last + 1 : Math.max(next, last + 1);
}

function delimiter(start: number, end: number): Colour {
  return { start, end, type: 'segueDelimiter', modifiers: [] };
}

/** A token of the protocol stays on its line, so a text over several lines becomes several. */
function onLines({ text }: OpenDocument, colour: Colour): readonly Colour[] {
  const written = text.slice(colour.start, colour.end);
  if (!/[\r\n]/.test(written)) return [colour];
  return [...written.matchAll(/[^\r\n]+/g)].flatMap(({ index, 0: line }) => {
    const start = colour.start + index + (line.length - line.trimStart().length);
    const end = colour.start + index + line.trimEnd().length;
    return start < end ? [{ ...colour, start, end }] : [];
  });
}

function encoded({ lines }: OpenDocument, colours: readonly Colour[]): readonly number[] {
  const numbers: number[] = [];
  let last: Position = { line: 0, character: 0 };
  let reached = 0;
  for (const { start, end, type, modifiers: marks } of colours) {
    // Of what is said twice of a place the first counts: tokens may not overlap.
    if (start < reached || end <= start) continue;
    const at = toLspPosition(lines, start);
    const down = at.line - last.line;
    const right = down === 0 ? at.character - last.character : at.character;
    numbers.push(down, right, end - start, types.indexOf(type), bitsOf(marks));
    last = at;
    reached = end;
  }
  return numbers;
}

function bitsOf(marks: readonly TokenModifier[]): number {
  return marks.reduce((bits, mark) => bits | (1 << modifiers.indexOf(mark)), 0);
}
