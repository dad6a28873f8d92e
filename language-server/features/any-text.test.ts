// What no text may do: make a feature throw, or answer with a place that an editor refuses.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Position, Range as LspRange } from 'vscode-languageserver';
import { codeActionsIn } from './code-actions.ts';
import { lensesOf, resolvedLens } from './code-lens.ts';
import { completeAt } from './completion.ts';
import { definitionAt } from './definition.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { foldingRangesOf } from './folding.ts';
import { formatDocument, formatRange } from './formatting.ts';
import { documentLinksOf } from './document-links.ts';
import { highlightsAt } from './highlights.ts';
import { hoverAt } from './hover.ts';
import { inlayHintsIn } from './inlay-hints.ts';
import { everythingOf } from './marked-text.ts';
import { OpenDocument } from './open-document.ts';
import { toLspPosition } from './ranges.ts';
import { selectionRangesAt } from './selection.ts';
import { semanticTokensOf } from './semantic-tokens.ts';
import { referencesAt } from './references.ts';
import { prepareRename, renameAt } from './rename.ts';
import { symbolsOf } from './symbols.ts';
import { typeDefinitionAt } from './type-definition.ts';
import { workflowInfoOf } from './workflow-info.ts';
import { workspaceSymbolsOf } from './workspace-symbols.ts';

const examples = ['hello/hello', 'research/research', 'order-triage/order-triage'].map((name) =>
  readFileSync(new URL(`../../examples/${name}.segue.yaml`, import.meta.url), 'utf8'),
);
const pieces = [
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '${{',
  '}}',
  ' ${{ inputs.',
  ': ',
  '\n',
  '\n  ',
  '\n    - ',
  '- ',
  '#',
  ' |\n',
  '&a ',
  '*a',
  '!x ',
  '😀',
  '\t',
  '\r\n',
  '\\',
  'tasks',
  'type: for_each',
  '? ',
  ',',
  '---\n',
];

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat({ max: 40 }),
  piece: fc.constantFrom(...pieces, ''),
});
const situation = fc.record({
  text: fc.constantFrom(...examples, ''),
  edits: fc.array(edit, { minLength: 1, maxLength: 8 }),
  cursor: fc.double({ min: 0, max: 1, noNaN: true }),
  wasChecked: fc.boolean(),
  kind: fc.constantFrom('workflow' as const, 'workflow' as const, 'config' as const),
});

test('whatever stands in the text, every feature answers, and with places in it', () => {
  fc.assert(
    fc.property(situation, ({ text, edits, cursor, wasChecked, kind }) => {
      const facts = { uri: 'file:///w/a.segue.yaml', version: 1, kind };
      const before = new OpenDocument({ ...facts, text });
      if (wasChecked) expect(before.checked).toBeDefined();
      const changed = edits.reduce((now, { at, remove, piece }) => {
        const start = Math.floor(at * now.length);
        return now.slice(0, start) + piece + now.slice(start + remove);
      }, text);
      const document = new OpenDocument({ ...facts, text: changed }, before);
      const offset = Math.min(Math.floor(cursor * (changed.length + 1)), changed.length);
      const position = toLspPosition(document.lines, offset);

      checkCompletions(document, position);
      for (const { range } of diagnosticsOf(document)) checkRange(document, range);
      codeActionsIn(document, { start: { line: 0, character: 0 }, end: position }, everythingOf(document));
      codeActionsIn(document, { start: position, end: position }, everythingOf(document, ['']));
      const hover = hoverAt(document, position);
      if (hover?.range) checkRange(document, hover.range);
      definitionAt(document, position);
      typeDefinitionAt(document, position);
      const workspace = { documents: () => [document] };
      for (const { range } of highlightsAt(document, position)) checkRange(document, range);
      for (const { range } of documentLinksOf(document)) checkRange(document, range);
      for (const { range } of referencesAt(document, position, { includeDeclaration: true }, workspace))
        checkRange(document, range);
      workspaceSymbolsOf(workspace, '');
      checkRename(document, position);
      for (const symbol of symbolsOf(document)) checkRange(document, symbol.range);
      workflowInfoOf(document);
      checkLenses(document);
      checkTokens(document);
      checkFolds(document);
      checkSelection(document, position);
      const all = { start: { line: 0, character: 0 }, end: position };
      formatRange(document, all);
      for (const { range } of formatDocument(document)) checkRange(document, range);
      for (const hint of inlayHintsIn(document, all, { outputTypes: true, impliedNeeds: true }))
        checkRange(document, { start: hint.position, end: hint.position });
    }),
    { numRuns: 150 },
  );
}, 60_000);

function checkLenses(document: OpenDocument): void {
  const commands = ['segue.run', 'segue.showRun', 'segue.explainCost'] as const;
  for (const lens of lensesOf(document, { past: undefined, commands })) {
    checkRange(document, lens.range);
    const { command } = lens.command ? lens : resolvedLens(document, lens, () => ({ price: null }), { commands });
    expect(command?.title).toMatch(/./);
  }
}

/** Editors drop suggestions whose range is not on the line of the cursor, and around it. */
function checkCompletions(document: OpenDocument, position: Position): void {
  const { items, documentationOf } = completeAt(document, position);
  for (const { textEdit, data } of items) {
    if (!textEdit || !('range' in textEdit)) throw new Error('no range');
    const { start, end } = textEdit.range;
    expect([start.line, end.line]).toEqual([position.line, position.line]);
    expect(start.character <= position.character && position.character <= end.character).toBe(true);
    if (typeof data === 'number') documentationOf(data);
  }
}

/** Tokens stand in order, do not overlap, and stay on their lines. */
function checkTokens(document: OpenDocument): void {
  const data = semanticTokensOf(document);
  let [line, from, to] = [0, 0, 0];
  for (let index = 0; index < data.length; index += 5) {
    const [down = 0, right = 0, length = 0] = data.slice(index, index + 3);
    line += down;
    from = down === 0 ? from + right : right;
    expect(down > 0 || from >= to).toBe(true);
    to = from + length;
    expect(length).toBeGreaterThan(0);
    const start = document.lines.starts[line] ?? Number.NaN;
    expect(document.text.slice(start + from, start + to)).not.toMatch(/[\r\n]/);
    expect(start + to).toBeLessThanOrEqual(document.lines.starts[line + 1] ?? document.text.length);
  }
}

function checkFolds(document: OpenDocument): void {
  for (const { startLine, endLine } of foldingRangesOf(document) ?? []) {
    expect(startLine).toBeLessThan(endLine);
    expect(endLine).toBeLessThan(document.lines.starts.length);
  }
}

/** Each range holds the position and the range inside it. */
function checkSelection(document: OpenDocument, position: Position): void {
  let [inner] = selectionRangesAt(document, [position]);
  let within = { start: position, end: position };
  for (; inner; inner = inner.parent) {
    checkRange(document, inner.range);
    expect(isBefore(inner.range.start, within.start) && isBefore(within.end, inner.range.end)).toBe(true);
    within = inner.range;
  }
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character <= b.character);
}

/** What may be renamed can be, or it is said why not. */
function checkRename(document: OpenDocument, position: Position): void {
  const prepared = prepareRename(document, position);
  const renamed = renameAt(document, position, 'another', { documents: () => [document] }, { canRenameFiles: true });
  expect(prepared === null).toBe(renamed === null);
  if (prepared && 'refused' in prepared) expect(renamed).toEqual(prepared);
}

function checkRange(document: OpenDocument, { start, end }: LspRange): void {
  const isOrdered = start.line < end.line || (start.line === end.line && start.character <= end.character);
  expect(isOrdered).toBe(true);
  expect(end.line).toBeLessThan(document.lines.starts.length);
}
