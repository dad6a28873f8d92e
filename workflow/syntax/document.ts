// Reads YAML (or JSON) into a tree with places. Invariants:
//   S1. It never throws and always returns, whatever the text; what it could not read is absent and reported.
//   S2. Too much text or depth is refused before anything is composed, so that no text can hang the editor.
//   S3. Every range lies within the text.
import { Composer, type CST, Lexer, Parser, type Document, type ParsedNode, type YAMLError } from 'yaml';
import type { Diagnostic, Range } from '../model/model.ts';
import { finished, type Steps } from '../steps.ts';
import { firstCut, firstMisread, quoteExpression } from './quote-expression.ts';
import { type LineMap, lineMap } from './lines.ts';
import type { Node } from './tree.ts';
import { convertTree } from './convert.ts';

export const maxFileLength = 1_000_000;
export const maxDepth = 200;

/** A text, read. `root` is absent if nothing could be read. */
export interface SyntaxDocument {
  readonly file: string;
  readonly text: string;
  readonly lines: LineMap;
  readonly root?: Node;
  readonly diagnostics: readonly Diagnostic[];
  /** Where YAML did not read what the author meant; findings about the meaning of these places are noise. */
  readonly damaged: readonly Range[];
}

/**
 * Reads a text. Syntax errors become diagnostics, and the tree holds all that could be read in spite of them.
 * @param file the name used in diagnostics
 */
export function parseDocument(file: string, text: string): SyntaxDocument {
  return finished(parseSteps(file, text));
}

/** The same, a step at a time: a megabyte takes a second. */
export function* parseSteps(file: string, text: string): Steps<SyntaxDocument> {
  const lines = lineMap(text);
  const refused = (code: string, message: string, range: Range): SyntaxDocument => ({
    file,
    text,
    lines,
    diagnostics: [{ code, severity: 'error', message, file, range }],
    damaged: [],
  });
  if (text.length > maxFileLength) {
    const message = `This file has ${text.length} characters; at most ${maxFileLength} are read. Split it, or move large texts into files of their own.`;
    return refused('file-too-large', message, { start: 0, end: 0 });
  }
  const composed = yield* composeSteps(text);
  if (composed.kind === 'too-deep') {
    const message = `This value is nested more than ${maxDepth} levels deep. Flatten it.`;
    return refused('too-deep', message, { start: composed.offset, end: Math.min(composed.offset + 1, text.length) });
  }
  yield;
  return toDocument(file, text, lines, composed.documents);
}

type Composed =
  | { readonly kind: 'documents'; readonly documents: readonly Document.Parsed[] }
  | { readonly kind: 'too-deep'; readonly offset: number };

function compose(text: string): Composed {
  return finished(composeSteps(text));
}

function* composeSteps(text: string): Steps<Composed> {
  const reading = new TokenReading(text);
  while (!reading.isDone) {
    withoutStacks(() => reading.goOn());
    yield;
  }
  if (reading.tooDeepAt !== undefined) return { kind: 'too-deep', offset: reading.tooDeepAt };
  return { kind: 'documents', documents: withoutStacks(() => documentsOf(reading.tokens, text.length)) };
}

function withoutStacks<T>(work: () => T): T {
  // Each problem is an Error, and a broken file has a hundred thousand of them. Nobody reads where they were made, and
  // gathering that takes fifty times longer than all the rest.
  const stackTraceLimit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** How many lexemes are read in one step: some milliseconds. */
const lexemesAtOnce = 10_000;

class TokenReading {
  readonly #parser = new Parser();
  readonly #lexemes: Iterator<string>;
  readonly #length: number;
  readonly tokens: CST.Token[] = [];
  /** The offset of what is nested too deep; nothing is read beyond it. */
  tooDeepAt: number | undefined;
  isDone = false;

  constructor(text: string) {
    // A `\r` alone ends a line too (YAML 1.2, 5.4), which the lexer does not know; offsets stay.
    this.#lexemes = new Lexer().lex(text.replace(/\r(?!\n)/g, '\n'));
    this.#length = text.length;
  }

  goOn(): void {
    for (let count = 0; count < lexemesAtOnce && !this.isDone; count += 1) this.#readOne();
  }

  #readOne(): void {
    const parser = this.#parser;
    const lexeme = this.#lexemes.next();
    this.tokens.push(...(lexeme.done ? parser.end() : parser.next(lexeme.value)));
    if (parser.stack.length > maxDepth && openCollections(parser) > maxDepth)
      this.tooDeepAt = Math.min(parser.offset, this.#length);
    this.isDone = lexeme.done === true || this.tooDeepAt !== undefined;
  }
}

function documentsOf(tokens: readonly CST.Token[], length: number): readonly Document.Parsed[] {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    // They take twice the room of all the rest.
    keepSourceTokens: false,
    prettyErrors: false,
    resolveKnownTags: false,
    // Looking for repeated keys pairwise is quadratic: `convertTree` does it in one pass.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  return [...composer.compose(tokens, true, length)];
}

/** The stack of the parser holds one entry per open collection, beside the document and a scalar. */
function openCollections(parser: Parser): number {
  return parser.stack.filter(({ type }) => type === 'block-map' || type === 'block-seq' || type === 'flow-collection')
    .length;
}

/** Values that YAML misread are masked and the rest is read again, so that one of them can not hide what follows it. */
const maxRereadings = 50;
/** Characters that may be read again, all readings together: a large file is not read fifty times. */
const maxReread = 300_000;

function toDocument(file: string, text: string, lines: LineMap, first: readonly Document.Parsed[]): SyntaxDocument {
  let documents = first;
  const misread: Range[] = [];
  const rereadings = Math.min(maxRereadings, Math.floor(maxReread / Math.max(1, text.length)));
  for (let reading = 0; reading < rereadings; reading += 1) {
    const value =
      firstMisread(text, lines, problemsOf(documents)) ?? (documents[0] && firstCut(text, lines, documents[0]));
    if (!value || misread.some((known) => known.start === value.start)) break;
    const again = compose(maskRanges(text, [...misread, value]));
    if (again.kind === 'too-deep') break;
    misread.push(value);
    documents = again.documents;
  }
  const [document, second] = documents;
  const converted = document ? convertTree(file, text, document) : { root: undefined, diagnostics: [], damaged: [] };
  const diagnostics = [
    ...misread.map((range) => quoteExpression(file, text, range)),
    ...withoutFollowing(problemsOf(documents)).map((problem) => toDiagnostic(file, text, problem)),
    ...converted.diagnostics,
    ...(second ? [manyDocuments(file, text, second)] : []),
  ];
  const damaged = [...misread, ...converted.damaged];
  return { file, text, lines, ...(converted.root ? { root: converted.root } : {}), diagnostics, damaged };
}

function problemsOf(documents: readonly Document.Parsed[]): readonly YAMLError[] {
  return documents.slice(0, 1).flatMap((document) => [...document.errors, ...document.warnings]);
}

/** Puts harmless text of the same length in the place of values that were misread: all offsets stay. */
function maskRanges(text: string, ranges: readonly Range[]): string {
  let masked = text;
  for (const { start, end } of ranges) masked = masked.slice(0, start) + '_'.repeat(end - start) + masked.slice(end);
  return masked;
}

/** Once a value has ended too early, everything after it is unexpected; the first finding says it all. */
function withoutFollowing(problems: readonly YAMLError[]): readonly YAMLError[] {
  const follows = (problem: YAMLError): boolean => problem.message.includes('in YAML stream');
  const first = problems.find(follows);
  const isAlone = problems.every(follows);
  return problems.filter((problem) => !follows(problem) || (isAlone && problem === first));
}

function toDiagnostic(file: string, text: string, problem: YAMLError): Diagnostic {
  const start = Math.min(problem.pos[0], text.length);
  const range = { start, end: Math.max(start, Math.min(problem.pos[1], text.length)) };
  if (problem.code === 'TAG_RESOLVE_FAILED') {
    const tag = text.slice(range.start, range.end);
    const message = `\`${tag}\` is read as a YAML tag, and tags have no meaning here. Put the whole value in quotes.`;
    return { code: 'unresolved-tag', severity: 'error', message, file, range };
  }
  return {
    code: 'yaml-syntax',
    severity: 'error',
    message: `This is not valid YAML: ${problem.message}.`,
    file,
    range,
  };
}

function manyDocuments(file: string, text: string, second: Document<ParsedNode>): Diagnostic {
  const start = Math.min(second.range?.[0] ?? 0, text.length);
  const message = 'A file holds one document: remove the `---` line, or move what follows to a file of its own.';
  return { code: 'second-document', severity: 'error', message, file, range: { start, end: start } };
}
