// What the front door of expressions takes and gives. Offsets are UTF-16 units, ranges half-open.
import type { Json, JsonSchema } from '../../schemas/json.ts';
import type { Range, Severity, ValueType } from '../model/model.ts';

/** A piece of a scalar's text: literal text (with `$${{` already turned into `${{`), or one `${{ … }}`. */
export type ScanPart =
  | { readonly kind: 'text'; readonly text: string; readonly start: number; readonly end: number }
  | {
      readonly kind: 'expression';
      /** What stands between `${{` and `}}`, spaces included. */
      readonly source: string;
      /** Where `source` begins in the scalar's text: offset in text = sourceStart + offset in source. */
      readonly sourceStart: number;
      /** From `${{` to the end of `}}`. */
      readonly start: number;
      readonly end: number;
      /** False: the closing `}}` is missing; the source then reaches to the end of the line. */
      readonly terminated: boolean;
    };

export interface ScannedText {
  readonly parts: readonly ScanPart[];
  /** The scalar is one expression and nothing else, after trimming: it keeps the value's type. */
  readonly whole: boolean;
  readonly hasExpression: boolean;
}

/** The values an expression sees: root name → plain JSON. An absent optional is `undefined`. */
export interface Values {
  readonly [root: string]: unknown;
}

export type Evaluated =
  | { readonly ok: true; readonly value: Json }
  | {
      readonly ok: false;
      readonly message: string /** In the expression's source, where known. */;
      readonly range?: Range;
    };

export type EvaluatedCondition =
  | { readonly ok: true; readonly value: boolean }
  | { readonly ok: false; readonly message: string; readonly range?: Range };

/** Something about an expression. `start` and `end` are offsets in its source. `code` is kebab-case and stable. */
export interface ExpressionFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** Text that may replace start…end and is probably meant. */
  readonly suggestion?: string;
}

export interface CheckedExpression {
  readonly type: ValueType;
  readonly findings: readonly ExpressionFinding[];
}

/** The same finding at its place in the file. */
export interface TemplateFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  readonly suggestion?: string;
}

export interface CheckedTemplate {
  /** JSON Schema of the template's value; `{}` = anything. */
  readonly schema: JsonSchema;
  readonly findings: readonly TemplateFinding[];
}

export interface ReferenceSegment {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** A path that an expression names, root first: `tasks` `gather` `output` `facts`. It stops at an index, a call or a macro. */
export interface Reference {
  readonly segments: readonly ReferenceSegment[];
}

export type CompletionKind = 'name' | 'field' | 'value' | 'variable' | 'function' | 'macro' | 'keyword';

export interface ExpressionCompletion {
  readonly label: string;
  readonly kind: CompletionKind;
  /** Its type, or its signature. */
  readonly detail: string;
  readonly docs?: string;
  /** May hold one `$0`: where the cursor goes. */
  readonly insertText: string;
  /** What to replace, offsets in the source. */
  readonly replace: Range;
  /** It is of the type that is wanted where it stands. */
  readonly fits: boolean;
}

/** What can be said about the name under the cursor. */
export interface ExpressionHover {
  readonly range: Range;
  readonly title: string;
  readonly docs?: string;
}

/** A signature as people read it: `list<T>.join(separator: string): string`. */
export interface ExpressionSignature {
  readonly label: string;
  /** Where its parameters stand in the label. */
  readonly parameters: readonly Range[];
  /** Markdown. */
  readonly docs: string;
}

/** A call that is being written. */
export interface ExpressionCall {
  /** Those that its receiver allows; at least one. */
  readonly signatures: readonly ExpressionSignature[];
  /** Which of them fits what is written so far. */
  readonly active: number;
  /** Which argument is being written, from 0; beyond the last parameter if there are too many. */
  readonly activeParameter: number;
}

/** An expression function as readers of the docs see it. */
export interface FunctionDocs {
  readonly name: string;
  readonly kind: 'function' | 'macro';
  /** Written as in the docs: `list<T>.join(separator: string): string`. */
  readonly signatures: readonly string[];
  readonly docs: string;
  readonly example: string;
}

/** What a token of an expression is, as colours tell it. */
export type TokenRole =
  /** A root under which names stand: `inputs`, `tasks` … */
  | 'namespace'
  /** A root that is a value: `item`, `output`, a name given with `as`. */
  | 'variable'
  /** A name that a macro gives to the elements, where it is given. */
  | 'binding'
  /** The same where it is used. */
  | 'bound-variable'
  | 'property'
  | 'function'
  | 'macro'
  | 'type'
  | 'constant'
  | 'keyword'
  | 'string'
  | 'number'
  | 'operator'
  | 'punctuation'
  | 'comment';

/** Offsets are those of the source. */
export interface ClassifiedToken extends Range {
  readonly role: TokenRole;
}
