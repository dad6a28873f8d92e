// What can be asked in a fixture: one entry per feature.
import {
  type CodeAction,
  type Diagnostic,
  DiagnosticTag,
  DocumentHighlightKind,
  type InlayHint,
  type Location,
  type Position,
  type Range,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { TaskHistory } from '../protocol/index.ts';
import { codeActionsIn } from '../features/code-actions.ts';
import { definitionAt } from '../features/definition.ts';
import { diagnosticsOf } from '../features/diagnostics.ts';
import { documentLinksOf } from '../features/document-links.ts';
import { foldingRangesOf } from '../features/folding.ts';
import { formatDocument } from '../features/formatting.ts';
import { highlightsAt } from '../features/highlights.ts';
import { lensesOf, resolvedLens } from '../features/code-lens.ts';
import { hoverAt } from '../features/hover.ts';
import { inlayHintsIn, resolvedHint } from '../features/inlay-hints.ts';
import { everythingOf } from '../features/marked-text.ts';
import type { OpenDocument } from '../features/open-document.ts';
import { toOffset } from '../features/ranges.ts';
import { selectionRangesAt } from '../features/selection.ts';
import { semanticTokensOf, tokenLegend } from '../features/semantic-tokens.ts';
import { referencesAt } from '../features/references.ts';
import { prepareRename, type Refusal, renameAt } from '../features/rename.ts';
import { typeDefinitionAt } from '../features/type-definition.ts';
import { workflowInfoOf } from '../features/workflow-info.ts';
import { workspaceSymbolsOf } from '../features/workspace-symbols.ts';
import { type Asked, rangeText } from './answer-text.ts';
import { askedWhileTyping } from './asked-while-typing.ts';
import { factsOf, history } from './lens-world.ts';

export const asked: { readonly [feature: string]: Asked } = {
  /** The titles of all actions, with why one can not be done; of those that have the argument in it, the changes. */
  actions: (document, { start, end }, argument, workspace) => {
    const range = { start, end: end.character > start.character + 1 ? end : start };
    const actions = codeActionsIn(document, range, { ...everythingOf(document), workspace, past });
    if (argument === '') {
      const titles = actions.map(({ title, disabled }) => `${title}${disabled ? ` (${disabled.reason})` : ''}`);
      return titles.join(' · ');
    }
    return actions
      .filter(({ title }) => title.includes(argument))
      .map((action) => actionText(document, action))
      .join(' · ');
  },
  ...askedWhileTyping,
  /** What is found on the marked line: severity and code, `faded`, and the places that it leads to. */
  findings: (document, { start: { line } }) =>
    diagnosticsOf(document)
      .filter(({ range }) => range.start.line === line)
      .map((found) => findingText(found, document))
      .join(' | '),
  /** What a client must know before a run. */
  info: (document) => JSON.stringify(workflowInfoOf(document)),
  definition: (document, { start }) => {
    const found = definitionAt(document, start);
    return found ? placeText(found, document) : '';
  },
  /** The tokens in the marked range, each with its type and modifiers. */
  colours: (document, range) => coloursOf(document, range).join(', '),
  /** The lines from the marked one to the last that is folded away with it. */
  fold: (document, { start }) => {
    const fold = foldingRangesOf(document)?.find(({ startLine }) => startLine === start.line);
    return fold ? `${fold.startLine + 1}-${fold.endLine + 1}${fold.kind ? ` ${fold.kind}` : ''}` : '';
  },
  /** The marked line when it is formatted, with `·` for each space before it. */
  format: (document, { start: { line } }) =>
    formattedLine(document, line).replace(/^ +/, ({ length }) => '·'.repeat(length)),
  /** The hints of the marked line; with `more` what is told when one looks at them. */
  hints: (document, { start: { line } }, argument) => {
    const onLine = { start: { line, character: 0 }, end: { line, character: 1_000 } };
    const hints = inlayHintsIn(document, onLine, { outputTypes: true, impliedNeeds: true });
    if (argument !== 'more')
      return hints.map(({ position, label }) => `${position.character + 1} ${labelText(label)}`).join(' | ');
    return hints.map((hint) => tooltipOf(resolvedHint(hint, () => document))).join(' | ');
  },
  /** Where what it gives is described. */
  typedefinition: (document, { start }) => {
    const found = typeDefinitionAt(document, start);
    return found ? placeText(found, document) : '';
  },
  /** With the declaration, unless the argument is `uses`. */
  references: (document, { start }, argument, workspace) =>
    referencesAt(document, start, { includeDeclaration: argument !== 'uses' }, workspace)
      .map((found) => placeText(found, document))
      .join(', '),
  /** Places that write have a `!`. */
  highlights: (document, { start }) =>
    highlightsAt(document, start)
      .map(({ range, kind }) => `${rangeText(range)}${kind === DocumentHighlightKind.Write ? '!' : ''}`)
      .join(', '),
  /** The places that get the name which the argument gives, and the files that do; or why nothing does. */
  rename: (document, { start }, argument, workspace) => {
    const prepared = prepareRename(document, start);
    if (!prepared) return '';
    if ('refused' in prepared) return refusedText(prepared);
    const renamed = renameAt(document, start, argument, workspace, { canRenameFiles: true });
    if (!renamed) return '';
    return 'refused' in renamed ? refusedText(renamed) : changesText(renamed, document);
  },
  /** The link at the place: where it leads. */
  links: (document, { start }) => {
    const found = documentLinksOf(document).find(
      ({ range }) => isBefore(range.start, start) && isBefore(start, range.end),
    );
    return found?.target === undefined ? '' : fileOf(found.target, document).trim();
  },
  /** What the workspace has for a query. */
  find: (document, _, argument, workspace) =>
    workspaceSymbolsOf(workspace, argument)
      .map(({ name, location }) => `${name} ${fileOf(location.uri, document)}${rangeText(location.range)}`)
      .join(', '),
  /** The lenses above a line, between bars, with the command of each that has one. */
  lens: (document, { start }) => {
    const commands = ['segue.run', 'segue.showRun', 'segue.explainCost'] as const;
    const here = lensesOf(document, { past: history, commands }).filter(({ range }) => range.start.line === start.line);
    const shown = here.map(
      (lens) => (lens.command ? lens : resolvedLens(document, lens, factsOf, { commands })).command,
    );
    return shown.map((command) => `${command?.title} (${command?.command.replace('segue.', '')})`).join(' | ');
  },
  hover: (document, { start }) => {
    const contents = hoverAt(document, start)?.contents;
    return contents && typeof contents === 'object' && 'value' in contents ? contents.value : '';
  },
  /** What is selected, from the innermost on, as often as one asks for more. */
  select: (document, { start }) => {
    const ranges: string[] = [];
    let [selection] = selectionRangesAt(document, [start]);
    for (; selection; selection = selection.parent) ranges.push(rangeText(selection.range));
    return ranges.join(' < ');
  },
};

function coloursOf(document: OpenDocument, range: Range): readonly string[] {
  const data = semanticTokensOf(document, range);
  const found: string[] = [];
  let at = { line: 0, character: 0 };
  for (let index = 0; index < data.length; index += 5) {
    const [down = 0, right = 0, length = 0, type = 0, marks = 0] = data.slice(index, index + 5);
    at = { line: at.line + down, character: down === 0 ? at.character + right : right };
    const start = toOffset(document.lines, at);
    const isMarked = at.line === range.start.line && at.character >= range.start.character;
    if (!isMarked || at.character >= range.end.character) continue;
    const modifiers = tokenLegend.tokenModifiers.filter((_, bit) => marks & (1 << bit));
    const written = document.text.slice(start, start + length);
    // In a block scalar a mark is text, and must not be an expression.
    const name = written === '${{' ? '$' : written;
    found.push(`${name} ${[tokenLegend.tokenTypes[type], ...modifiers].join('.')}`);
  }
  return found;
}

function formattedLine(document: OpenDocument, line: number): string {
  const text = document.text.split('\n')[line] ?? '';
  const edits = formatDocument(document).filter(({ range }) => range.start.line === line && range.end.line === line);
  return edits.reduceRight(
    (now, { range, newText }) => now.slice(0, range.start.character) + newText + now.slice(range.end.character),
    text,
  );
}

function labelText(label: InlayHint['label']): string {
  return typeof label === 'string' ? label : label.map(({ value }) => value).join('');
}

function tooltipOf({ tooltip }: InlayHint): string {
  return typeof tooltip === 'object' ? tooltip.value : '';
}

function placeText({ uri, range }: Location, document: OpenDocument): string {
  return `${fileOf(uri, document)}${rangeText(range)}`;
}

function findingText(found: Diagnostic, document: OpenDocument): string {
  const severity = ['', 'error', 'warning', 'information', 'hint'][found.severity ?? 0] ?? '';
  const places = (found.relatedInformation ?? []).map(({ location }) => placeText(location, document));
  return [severity, found.code, ...(found.tags?.includes(DiagnosticTag.Unnecessary) ? ['faded'] : []), ...places].join(
    ' ',
  );
}

function refusedText({ refused }: Refusal): string {
  return `refused – ${refused}`;
}

function changesText({ documentChanges = [] }: WorkspaceEdit, document: OpenDocument): string {
  const changes = documentChanges.flatMap((change) => {
    if ('edits' in change) {
      return change.edits.flatMap((edit) =>
        'range' in edit ? [placeText({ ...edit, ...change.textDocument }, document)] : [],
      );
    }
    return change.kind === 'rename'
      ? [`${fileOf(change.oldUri, document)}→ ${fileOf(change.newUri, document).trim()}`]
      : [];
  });
  return changes.join(', ');
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character <= b.character);
}

/** What a run has said of the tasks `tell` and `price`, wherever a fixture has some. */
const spent = { inputTokens: 1, outputTokens: 1, costNanoUsd: null, durationMs: 1 };
const last = { ...spent, runId: 'r', status: 'completed' as const, endedAt: 0 };
const past: TaskHistory = {
  runs: 1,
  mockRuns: 0,
  tasks: {
    tell: {
      runs: 1,
      mean: null,
      last: { ...last, value: JSON.stringify('{"facts": [{"a": 1, "b": "x"}, {"a": 1.5}]}') },
    },
    price: { runs: 1, mean: null, last: { ...last, value: '{"euros": 3, "of": ["tea"]}' } },
  },
};

/** @returns each edit as its range and its new text in quotes; of another file with its name before, `+` if it is new, `-` if it goes */
function actionText(document: OpenDocument, { edit, disabled }: CodeAction): string {
  const changes = (edit?.documentChanges ?? []).flatMap((change): readonly string[] => {
    if ('kind' in change && change.kind !== 'rename')
      return [`${change.kind === 'delete' ? '-' : '+'}${fileOf(change.uri, document)}`];
    if (!('textDocument' in change)) return [];
    const file = fileOf(change.textDocument.uri, document);
    return change.edits.map((one) => ('newText' in one ? `${file}${rangeText(one.range)} «${one.newText}»` : ''));
  });
  return disabled?.reason ?? changes.join(' ');
}

/** The name of another file with a space behind it; nothing for the document itself. */
export function fileOf(uri: string, { facts }: OpenDocument): string {
  const folder = '/fixtures/features/';
  const at = uri.lastIndexOf(folder);
  return uri === facts.uri ? '' : `${at === -1 ? uri : uri.slice(at + folder.length)} `;
}
