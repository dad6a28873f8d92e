// Asks everything that an editor could ask about a text, and expects places that lie in it.
import { expect } from 'vitest';
import { codeActionsIn } from '../../language-server/features/code-actions.ts';
import { everythingOf } from '../../language-server/features/marked-text.ts';
import { completeAt } from '../../language-server/features/completion.ts';
import { definitionAt } from '../../language-server/features/definition.ts';
import { diagnosticsOf } from '../../language-server/features/diagnostics.ts';
import { foldingRangesOf } from '../../language-server/features/folding.ts';
import { formatDocument } from '../../language-server/features/formatting.ts';
import { hoverAt } from '../../language-server/features/hover.ts';
import { inlayHintsIn } from '../../language-server/features/inlay-hints.ts';
import { OpenDocument } from '../../language-server/features/open-document.ts';
import { selectionRangesAt } from '../../language-server/features/selection.ts';
import { semanticTokensOf } from '../../language-server/features/semantic-tokens.ts';
import { symbolsOf } from '../../language-server/features/symbols.ts';
import { workflowInfoOf } from '../../language-server/features/workflow-info.ts';
import { positionAt } from '../../workflow/index.ts';

/** @param places how far into the text the cursor stands, from 0 to 1 */
export function askEverything(text: string, kind: 'workflow' | 'config', places: readonly number[]): void {
  const document = new OpenDocument({ uri: 'file:///w/a.segue.yaml', version: 1, kind, text });
  for (const { range } of diagnosticsOf(document)) expect(range.end.line).toBeLessThan(document.lines.starts.length);
  symbolsOf(document);
  workflowInfoOf(document);
  semanticTokensOf(document);
  foldingRangesOf(document);
  formatDocument(document);
  for (const place of places) {
    const { line, column } = positionAt(document.lines, Math.floor(place * text.length));
    const position = { line, character: column };
    completeAt(document, position);
    hoverAt(document, position);
    definitionAt(document, position);
    selectionRangesAt(document, [position]);
    const before = { start: { line: 0, character: 0 }, end: position };
    inlayHintsIn(document, before, { outputTypes: true, impliedNeeds: true });
    codeActionsIn(document, { start: position, end: position }, everythingOf(document));
  }
}
