import { join } from 'node:path';
import { l10n, Position, Range, TextEditorRevealType, Uri, ViewColumn, window, workspace } from 'vscode';
import type { RunStarted, SourceRange } from '../../run/index.ts';

/**
 * Shows a place of a run's file in the editor, beside the panel. The file may have changed since the run began: then
 * the recorded text is shown, so that the place is the right one.
 */
export async function revealRange(
  started: RunStarted,
  range: SourceRange,
  panelColumn: ViewColumn | undefined,
): Promise<void> {
  const recorded = started.sources[range.file];
  const uri = Uri.file(join(started.workspace, ...range.file.split('/')));
  const document = await openOr(uri, recorded);
  if (!document) {
    void window.showWarningMessage(l10n.t('{0} is not there any more.', range.file));
    return;
  }
  const viewColumn = columnOf(uri) ?? (panelColumn === ViewColumn.One ? ViewColumn.Two : ViewColumn.One);
  const selection = new Range(
    new Position(range.startLine, range.startColumn),
    new Position(range.startLine, range.startColumn),
  );
  const editor = await window.showTextDocument(document, { viewColumn, selection });
  const whole = new Range(range.startLine, range.startColumn, range.endLine, range.endColumn);
  editor.revealRange(whole, TextEditorRevealType.InCenterIfOutsideViewport);
}

async function openOr(uri: Uri, recorded: string | undefined) {
  const isThere = await workspace.fs.stat(uri).then(
    () => true,
    () => false, // Moved, removed, or on a disk that is gone: the recorded text is still there.
  );
  const document = isThere ? await workspace.openTextDocument(uri) : undefined;
  if (recorded === undefined || (document && isSameText(document.getText(), recorded))) return document;
  return workspace.openTextDocument({ content: recorded, language: 'segue' });
}

function isSameText(a: string, b: string): boolean {
  const plain = (text: string): string => text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  return plain(a) === plain(b);
}

/** Where the file is open already. */
function columnOf(uri: Uri): ViewColumn | undefined {
  const isThis = (candidate: unknown): boolean =>
    typeof candidate === 'object' && candidate !== null && 'uri' in candidate && String(candidate.uri) === String(uri);
  return window.tabGroups.all.find((group) => group.tabs.some((tab) => isThis(tab.input)))?.viewColumn;
}
