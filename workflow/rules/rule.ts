// What a rule is: it looks at a workflow as it was built and reports what is wrong. One rule per file; a rule never
// throws and never looks at another rule.
import type { ToolSchema } from '../../schemas/index.ts';
import type { Built } from '../model/build.ts';
import type { Library, LibraryEntry } from '../model/library.ts';
import type { Diagnostic, Fix, Range } from '../model/model.ts';
import type { ProviderDraft } from '../model/config.ts';
import type { Report } from '../shape/check-shape.ts';
import type { SyntaxDocument } from '../syntax/document.ts';
import { lineMap, positionAt } from '../syntax/lines.ts';

export type { Report } from '../shape/check-shape.ts';

/** All that a rule may look at. */
export interface Facts extends Built {
  readonly entry: LibraryEntry;
  /** All workflows of this check. */
  readonly library: Library;
  /** What is wrong with the files that were checked before: those that this one calls. */
  readonly found: ReadonlyMap<LibraryEntry, readonly Diagnostic[]>;
  readonly document: SyntaxDocument;
  readonly providers: readonly ProviderDraft[];
  /** Tools that the engine has, whatever the file declares. */
  readonly engineTools: readonly ToolSchema[];
}

export type Rule = (facts: Facts, report: Report) => void;

/** A fix that replaces one place by another text. */
export function replaceFix(range: Range, newText: string, title = `Change to ${newText}`): Fix {
  return { title, preferred: true, edits: [{ range, newText }] };
}

/** Tells whether two ranges share a place; an empty one counts as the place where it stands. */
export function overlaps(a: Range, b: Range): boolean {
  return a.start < Math.max(b.end, b.start + 1) && b.start < Math.max(a.end, a.start + 1);
}

/** Words in backticks, with "and" before the last. */
export function listed(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

/**
 * What a file says of an error in another file that it names.
 * @param name that file as the message calls it
 * @returns undefined if none of its findings is an error
 */
export function errorInside(
  name: string,
  document: SyntaxDocument,
  findings: readonly Diagnostic[],
): Pick<Diagnostic, 'message' | 'related'> | undefined {
  const error = findings.find(({ severity }) => severity === 'error');
  if (!error) return undefined;
  const line = positionAt(lineMap(document.text), error.range.start).line + 1;
  return {
    message: `\`${name}\` has an error in line ${line}: ${error.message}`,
    related: [{ file: error.file, range: error.range, message: error.message }],
  };
}
