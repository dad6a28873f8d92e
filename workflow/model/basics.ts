// What the whole model is made of: places, findings, types, expressions and templates.
import type { Json, JsonSchema } from '../../schemas/json.ts';

/** A half-open range of offsets (UTF-16 units) in the text of one file. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Something in a file. */
export interface Place {
  readonly file: string;
  readonly range: Range;
}

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** One replacement of text in the diagnostic's file. */
export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

/** A change that mends a diagnostic. `title` reads as a menu item. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** True for the one fix that is almost surely meant. */
  readonly preferred?: boolean;
}

/** A finding about a file. `code` is kebab-case and stable; docs/language.md lists them. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly range: Range;
  readonly fixes?: readonly Fix[];
  readonly related?: readonly (Place & { readonly message: string })[];
  readonly tags?: readonly ('unnecessary' | 'deprecated')[];
}

/**
 * The type of something an expression can name. `json` is any value that the schema describes (an empty
 * schema: anything). `optional` values may be absent and want `.orValue(x)` or `.hasValue()`.
 */
export type ValueType =
  | {
      readonly kind: 'json';
      readonly schema: JsonSchema;
      readonly optional?: boolean;
      /** Why an optional may be absent, as the end of a sentence: `its task can be skipped`. */
      readonly absentBecause?: string;
      readonly description?: string;
    }
  | { readonly kind: 'object'; readonly fields: { readonly [name: string]: ValueType }; readonly description?: string }
  | { readonly kind: 'secret' };

/** What an expression at one place may name: root name → type. */
export interface NameTypes {
  readonly [root: string]: ValueType;
}

/** One CEL expression, where it stands and what it may name. Checked once, evaluated many times. */
export interface Expression {
  /** The CEL text, without `${{ }}`. */
  readonly source: string;
  readonly place: Place;
  /** Maps an offset in `source` to an offset in the file. */
  readonly toFileOffset: (offset: number) => number;
  /** Filled when names are resolved; a function so that it can be built lazily. */
  readonly names: () => NameTypes;
}

/** A YAML value that may hold expressions. */
export type Template =
  | { readonly kind: 'literal'; readonly value: Json; readonly place: Place }
  /** A scalar that is one expression and nothing else: keeps the value's type. */
  | { readonly kind: 'expression'; readonly expression: Expression; readonly place: Place }
  /** Text with expressions inside: the result is a string. */
  | { readonly kind: 'text'; readonly parts: readonly (string | Expression)[]; readonly place: Place }
  | { readonly kind: 'list'; readonly items: readonly Template[]; readonly place: Place }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [string, Template])[]; readonly place: Place };

export interface Named {
  readonly name: string;
  /** The name itself (for rename, definition). */
  readonly nameRange: Range;
  /** The whole declaration. */
  readonly range: Range;
}

/** A condition: an expression that gives a bool, or `true` / `false` itself. */
export type Condition =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'expression'; readonly expression: Expression };
