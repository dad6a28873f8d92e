// What can be done at a place: fixes of what is wrong there, and refactorings. The list of all of them.
import { type CodeAction, CodeActionKind, type Range as LspRange } from 'vscode-languageserver';
import type { Diagnostic, Fix, TextEdit } from '../../workflow/index.ts';
import type { TaskHistory } from '../protocol/index.ts';
import { toLspDiagnostic } from './diagnostics.ts';
import { fixesAt, fixesOfAll, kindsToFixAt } from './fixes.ts';
import type { OpenDocument } from './open-document.ts';
import { toLspRange, toRange } from './ranges.ts';
import { blockText } from './refactorings/block-text.ts';
import { extractAgent } from './refactorings/extract-agent.ts';
import { extractWorkflow } from './refactorings/extract-workflow.ts';
import { inlineAgent } from './refactorings/inline-agent.ts';
import { needsAndReferences } from './refactorings/needs.ts';
import { addOutputSchema } from './refactorings/output-schema.ts';
import type { Change, Offer, Refactoring } from './refactorings/refactoring.ts';
import { unwrapTask } from './refactorings/unwrap-task.ts';
import { wrapTask } from './refactorings/wrap-task.ts';
import type { Workspace } from './workspace.ts';

/** What the client wants, and what it can do. */
export interface ActionsAsked {
  /** The kinds of actions; undefined: all but those that are only for who asks for them. */
  readonly only?: readonly string[];
  readonly workspace: Workspace;
  /** What past runs of the document say, as far as it is known. */
  readonly past?: TaskHistory | undefined;
  readonly client: {
    /** Shows what can not be done, with its reason. */
    readonly showsDisabled: boolean;
    readonly createsFiles: boolean;
    readonly deletesFiles: boolean;
  };
}

/** Fixes all that can be fixed surely. Editors run it at saving, if their user wants that. */
const fixAllKind = `${CodeActionKind.SourceFixAll}.segue`;

const refactorings: readonly Refactoring[] = [
  extractWorkflow,
  extractAgent,
  inlineAgent,
  needsAndReferences,
  wrapTask,
  unwrapTask,
  blockText,
  addOutputSchema,
];

/** The kinds of all actions. */
export const actionKinds: readonly string[] = [
  CodeActionKind.QuickFix,
  CodeActionKind.RefactorExtract,
  CodeActionKind.RefactorInline,
  CodeActionKind.RefactorRewrite,
  fixAllKind,
];

/** @returns what can be done in a range: fixes of all findings that touch it, preferred ones first, then refactorings */
export function codeActionsIn(document: OpenDocument, range: LspRange, asked: ActionsAsked): readonly CodeAction[] {
  return [
    ...(isWanted(CodeActionKind.QuickFix, asked) ? quickFixes(document, range) : []),
    // Without being asked for it would stand in every menu.
    ...(asked.only && isWanted(fixAllKind, asked) ? fixAll(document) : []),
    ...(wantsRefactorings(asked) ? refactoringsIn(document, range, asked) : []),
  ];
}

/** Kinds are paths: who wants `refactor` wants `refactor.extract` too. */
function isWanted(kind: string, { only }: ActionsAsked): boolean {
  return only === undefined || only.some((wanted) => isBelow(kind, wanted));
}

function wantsRefactorings({ only }: ActionsAsked): boolean {
  return only === undefined || only.some((wanted) => wanted === '' || isBelow(wanted, CodeActionKind.Refactor));
}

function isBelow(kind: string, above: string): boolean {
  return above === '' || kind === above || kind.startsWith(`${above}.`);
}

function quickFixes(document: OpenDocument, range: LspRange): readonly CodeAction[] {
  const wanted = toRange(document.lines, range);
  const single = fixesAt(document, wanted).map(({ diagnostic, fix }) => quickFix(document, diagnostic, fix));
  const together = kindsToFixAt(document, wanted).map(({ code, count, edits }) => ({
    title: `Fix all ${count} findings \`${code}\` of this file`,
    kind: CodeActionKind.QuickFix,
    edit: { documentChanges: [textEdits(document, edits)] },
  }));
  return [...single, ...together];
}

function quickFix(document: OpenDocument, diagnostic: Diagnostic, fix: Fix): CodeAction {
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [toLspDiagnostic(document, diagnostic)],
    ...(fix.preferred ? { isPreferred: true } : {}),
    edit: { documentChanges: [textEdits(document, fix.edits)] },
  };
}

function fixAll(document: OpenDocument): readonly CodeAction[] {
  const edits = fixesOfAll(document.diagnostics);
  if (edits.length === 0) return [];
  const edit = { documentChanges: [textEdits(document, edits)] };
  return [{ title: 'Fix all that can be fixed surely', kind: fixAllKind, edit }];
}

function refactoringsIn(document: OpenDocument, range: LspRange, asked: ActionsAsked): readonly CodeAction[] {
  if (document.facts.kind === 'config' || document.syntax.diagnostics.some(({ code }) => code === 'yaml-syntax'))
    return [];
  const site = {
    document,
    range: trimmed(document, toRange(document.lines, range)),
    workspace: asked.workspace,
    past: asked.past,
  };
  return refactorings
    .flatMap((refactoring) => refactoring(site))
    .filter(({ kind }) => isWanted(kind, asked))
    .flatMap((offer) => actionOf(document, offer, asked) ?? []);
}

/** A selection of whole lines begins before the first key. */
function trimmed(
  { text }: OpenDocument,
  { start, end }: { start: number; end: number },
): { start: number; end: number } {
  const selected = text.slice(start, end);
  if (selected.trim() === '') return { start, end: start };
  return { start: start + selected.search(/\S/), end: start + selected.trimEnd().length };
}

function actionOf(
  document: OpenDocument,
  { title, kind, outcome }: Offer,
  { client }: ActionsAsked,
): CodeAction | undefined {
  if ('refused' in outcome)
    return client.showsDisabled ? { title, kind, disabled: { reason: outcome.refused } } : undefined;
  if ((outcome.creates && !client.createsFiles) || (outcome.deletes !== undefined && !client.deletesFiles))
    return undefined;
  return { title, kind, edit: { documentChanges: documentChanges(document, outcome) } };
}

function documentChanges(document: OpenDocument, { edits, creates, deletes }: Change) {
  const start = { line: 0, character: 0 };
  return [
    ...(creates
      ? [
          { kind: 'create' as const, uri: creates.uri, options: { overwrite: false, ignoreIfExists: false } },
          {
            textDocument: { uri: creates.uri, version: null },
            edits: [{ range: { start, end: start }, newText: creates.text }],
          },
        ]
      : []),
    ...(edits.length === 0 ? [] : [textEdits(document, edits)]),
    ...(deletes === undefined ? [] : [{ kind: 'delete' as const, uri: deletes }]),
  ];
}

/** With the version, a client refuses the edits if the text has changed in the meantime. */
function textEdits({ facts: { uri, version }, lines }: OpenDocument, edits: readonly TextEdit[]) {
  const ordered = edits.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  return {
    textDocument: { uri, version },
    edits: ordered.map(({ range, newText }) => ({ range: toLspRange(lines, range), newText })),
  };
}
