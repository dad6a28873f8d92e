// Quick fixes: what the findings in a range offer to mend them.
import { type CodeAction, CodeActionKind, type Range as LspRange } from 'vscode-languageserver';
import type { Diagnostic, Fix, Range } from '../../workflow/index.ts';
import { toLspDiagnostic } from './diagnostics.ts';
import type { OpenDocument } from './open-document.ts';
import { toLspRange, toRange } from './ranges.ts';

/** @returns the fixes of all findings that touch the range, preferred ones first. */
export function codeActionsIn(document: OpenDocument, range: LspRange): readonly CodeAction[] {
  const wanted = toRange(document.lines, range);
  const actions = document.diagnostics
    .filter((diagnostic) => meets(diagnostic.range, wanted))
    .flatMap((diagnostic) => (diagnostic.fixes ?? []).map((fix) => codeAction(document, diagnostic, fix)));
  return actions.sort((a, b) => Number(b.isPreferred ?? false) - Number(a.isPreferred ?? false));
}

function codeAction(document: OpenDocument, diagnostic: Diagnostic, fix: Fix): CodeAction {
  const { uri, version } = document.facts;
  const edits = fix.edits.map(({ range, newText }) => ({ range: toLspRange(document.lines, range), newText }));
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [toLspDiagnostic(document, diagnostic)],
    ...(fix.preferred ? { isPreferred: true } : {}),
    // With the version, a client refuses the edit if the text has changed in the meantime.
    edit: { documentChanges: [{ textDocument: { uri, version }, edits }] },
  };
}

function meets(a: Range, b: Range): boolean {
  return a.start <= b.end && b.start <= a.end;
}
