// What the findings of a document offer to mend them: one, all of a kind, or all that are sure.
import type { Diagnostic, Fix, Range, TextEdit } from '../../workflow/index.ts';
import type { OpenDocument } from './open-document.ts';

export interface FixOfFinding {
  readonly diagnostic: Diagnostic;
  readonly fix: Fix;
}

/** Findings of one code that can all be fixed surely. */
export interface FixesOfKind {
  readonly code: string;
  readonly count: number;
  readonly edits: readonly TextEdit[];
}

/** @returns the fixes of all findings that touch a range, preferred ones first */
export function fixesAt(document: OpenDocument, range: Range): readonly FixOfFinding[] {
  return findingsAt(document, range)
    .flatMap((diagnostic) => (diagnostic.fixes ?? []).map((fix) => ({ diagnostic, fix })))
    .sort((a, b) => Number(b.fix.preferred ?? false) - Number(a.fix.preferred ?? false));
}

/** @returns the kinds of findings in a range of which the document has several that can be fixed surely */
export function kindsToFixAt(document: OpenDocument, range: Range): readonly FixesOfKind[] {
  const codes = new Set(
    findingsAt(document, range)
      .filter(isSure)
      .map(({ code }) => code),
  );
  return [...codes].flatMap((code) => {
    const alike = document.diagnostics.filter((diagnostic) => diagnostic.code === code && isSure(diagnostic));
    return alike.length < 2 ? [] : [{ code, count: alike.length, edits: fixesOfAll(alike) }];
  });
}

/** @returns the edits of all preferred fixes; of those that overlap the first */
export function fixesOfAll(diagnostics: readonly Diagnostic[]): readonly TextEdit[] {
  const taken: TextEdit[] = [];
  for (const fix of diagnostics.flatMap(({ fixes = [] }) => fixes.find(({ preferred }) => preferred) ?? [])) {
    if (fix.edits.every((edit) => taken.every((other) => areApart(edit.range, other.range)))) taken.push(...fix.edits);
  }
  return taken;
}

function findingsAt({ diagnostics }: OpenDocument, range: Range): readonly Diagnostic[] {
  return diagnostics.filter((diagnostic) => diagnostic.range.start <= range.end && range.start <= diagnostic.range.end);
}

function isSure({ fixes = [] }: Diagnostic): boolean {
  return fixes.some(({ preferred }) => preferred);
}

/** Two insertions at one place have no order, so they are not apart. */
function areApart(a: Range, b: Range): boolean {
  const isSamePlace = a.start === b.start && a.end === b.end;
  return !isSamePlace && (a.end <= b.start || b.end <= a.start);
}
