// What the checks of one expression share: names, the way back to source offsets, and where findings go.
import type { ExpressionFinding } from './contract.ts';
import type { Severity } from '../model/model.ts';
import type { ASTNode } from './parse.ts';
import { type Token, tokensOf } from './tokens.ts';
import { describeType } from './type-relations.ts';
import { dyn, type Type } from './types.ts';

export interface Context {
  readonly source: string;
  readonly toSource: (offset: number) => number;
  /** Tokens of the text that was parsed; their offsets are those of the tree. */
  readonly tokens: readonly Token[];
  readonly roots: ReadonlyMap<string, Type>;
  /** Names that macros have bound. */
  readonly variables: ReadonlyMap<string, Type>;
  /** Paths that are tested with `has`. */
  tested: ReadonlySet<string>;
  readonly report: (finding: ExpressionFinding) => void;
  readonly infer: (node: ASTNode, context: Context) => Type;
  /** The type of a node whose value is used: reports a secret, and what may be absent. */
  readonly operand: (node: ASTNode) => Type;
  readonly textOf: (node: ASTNode) => string;
  /** Told the type of every node, for hover. */
  readonly onType?: (node: ASTNode, type: Type) => void;
}

interface ParsedText {
  readonly text: string;
  readonly toSource: (offset: number) => number;
}

export function createContext(
  source: string,
  parsed: ParsedText,
  roots: ReadonlyMap<string, Type>,
  report: (finding: ExpressionFinding) => void,
  infer: Context['infer'],
  onType?: Context['onType'],
): Context {
  const context: Context = {
    source,
    toSource: parsed.toSource,
    tokens: tokensOf(parsed.text),
    roots,
    variables: new Map(),
    tested: new Set(),
    report,
    infer,
    operand: (node) => operandType(node, context),
    textOf: (node) => source.slice(parsed.toSource(node.start), parsed.toSource(node.end)),
    ...(onType ? { onType } : {}),
  };
  return context;
}

/** The same context with one more name. */
export function withVariable(context: Context, name: string, type: Type): Context {
  const inner: Context = {
    ...context,
    variables: new Map([...context.variables, [name, type]]),
    operand: (node) => operandType(node, inner),
  };
  return inner;
}

export function reportAt(context: Context, node: ASTNode, code: string, message: string, suggestion?: string): void {
  reportRange(context, node.start, node.end, code, 'error', message, suggestion);
}

/** Checks that a node gives a bool. */
export function conditionType(node: ASTNode, context: Context, rule: string): void {
  const type = context.operand(node);
  if (type.kind === 'bool' || type.kind === 'dyn' || type.kind === 'never') return;
  reportAt(context, node, 'type-mismatch', `${rule}, this is ${describeType(type)}.`);
}

/** Reports at offsets of the tree. */
export function reportRange(
  context: Context,
  start: number,
  end: number,
  code: string,
  severity: Severity,
  message: string,
  suggestion?: string,
): void {
  const finding = { code, severity, message, start: context.toSource(start), end: context.toSource(end) };
  context.report(suggestion === undefined ? finding : { ...finding, suggestion });
}

function operandType(node: ASTNode, context: Context): Type {
  const type = context.infer(node, context);
  if (type.kind === 'secret') {
    reportAt(
      context,
      node,
      'secret-use',
      'A secret can only stand alone or inside text: it has no operators and no functions.',
    );
    return dyn;
  }
  if (type.kind !== 'optional') return whenThere(type);
  reportAbsent(context, node, type);
  return whenThere(type.of);
}

/** What a value is that is used: null would fail, so it counts as what it is otherwise. */
export function whenThere(type: Type): Type {
  return type.kind === 'dyn' && type.like !== undefined ? whenThere(type.like()) : type;
}

export function reportAbsent(context: Context, node: ASTNode, type: Extract<Type, { kind: 'optional' }>): void {
  const { message, suggestion } = absence(context.textOf(node), type);
  reportAt(context, node, 'may-be-absent', message, suggestion);
}

/** What to say of a value that may be absent, and what its author could write instead. */
export function absence(
  text: string,
  type: Extract<Type, { kind: 'optional' }>,
): { readonly message: string; readonly suggestion: string | undefined } {
  const because = type.because === undefined ? '' : ` because ${type.because}`;
  const otherwise = emptyOf(type.of);
  const message = `\`${text}\` may be absent${because}: use \`.orValue(${otherwise ?? 'x'})\`, or test it with \`.hasValue()\`.`;
  return { message, suggestion: otherwise === undefined ? undefined : `${text}.orValue(${otherwise})` };
}

function emptyOf(type: Type): string | undefined {
  switch (type.kind) {
    case 'string':
      return "''";
    case 'int':
      return '0';
    case 'double':
      return '0.0';
    case 'bool':
      return 'false';
    case 'list':
      return '[]';
    default:
      return undefined;
  }
}
