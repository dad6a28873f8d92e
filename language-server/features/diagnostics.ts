// What is wrong with a document, as the protocol says it.
import { type Diagnostic as LspDiagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver';
import { type Diagnostic, lineMap, type LineMap, type Severity } from '../../workflow/index.ts';
import type { OpenDocument } from './open-document.ts';
import { toLspRange } from './ranges.ts';

const severities: { readonly [severity in Severity]: DiagnosticSeverity } = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};
const tags = { unnecessary: DiagnosticTag.Unnecessary, deprecated: DiagnosticTag.Deprecated };

/** @returns the findings about a document, in the order of the rules. */
export function diagnosticsOf(document: OpenDocument): readonly LspDiagnostic[] {
  return document.diagnostics.map((diagnostic) => toLspDiagnostic(document, diagnostic));
}

/** @returns one finding as the protocol says it. */
export function toLspDiagnostic(document: OpenDocument, diagnostic: Diagnostic): LspDiagnostic {
  const related = (diagnostic.related ?? []).map(({ file, range, message }) => {
    const uri = document.uriOf(file);
    return { location: { uri, range: toLspRange(linesOf(document, uri), range) }, message };
  });
  const href = document.facts.explanationOf?.(diagnostic.code);
  return {
    range: toLspRange(document.lines, diagnostic.range),
    severity: severities[diagnostic.severity],
    code: diagnostic.code,
    ...(href === undefined ? {} : { codeDescription: { href } }),
    source: 'segue',
    message: diagnostic.message,
    ...(related.length > 0 ? { relatedInformation: related } : {}),
    ...(diagnostic.tags ? { tags: diagnostic.tags.map((tag) => tags[tag]) } : {}),
  };
}

function linesOf(document: OpenDocument, uri: string): LineMap {
  const text = document.textOf(uri);
  return text === undefined ? document.lines : lineMap(text);
}
