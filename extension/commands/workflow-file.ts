// Which workflow file a command is about, and that it is saved.
import { commands, l10n, type TextDocument, Uri, window, workspace } from 'vscode';
import { isWorkflow } from '../our-documents.ts';

const pattern = '**/*.segue.yaml';
const maxListed = 500;

/** The file a menu or a code lens names; else that of the editor in use; else one that the person picks. */
export async function chosenFile(argument: unknown): Promise<Uri | undefined> {
  if (argument instanceof Uri) return argument;
  if (typeof argument === 'string') return Uri.parse(argument);
  const document = window.activeTextEditor?.document;
  if (document && isWorkflow(document)) return document.uri;
  const visible = window.visibleTextEditors.filter(({ document: shown }) => isWorkflow(shown));
  if (visible.length === 1) return visible[0]?.document.uri;
  return pickFile();
}

async function pickFile(): Promise<Uri | undefined> {
  const files = await workspace.findFiles(pattern, '**/node_modules/**', maxListed);
  if (files.length === 0) {
    const create = l10n.t('New Workflow…');
    const chosen = await window.showInformationMessage(l10n.t('Segue: there is no workflow here yet.'), create);
    if (chosen === create) await commands.executeCommand('segue.newWorkflow');
    return undefined;
  }
  const items = files.map((uri) => ({ label: workspace.asRelativePath(uri), uri }));
  items.sort((a, b) => a.label.localeCompare(b.label));
  const chosen = await window.showQuickPick(items, { title: l10n.t('Which workflow?') });
  return chosen?.uri;
}

/** The document of a file, saved: what is run is what is on disk. An untitled one is given a place first. */
export async function savedDocument(uri: Uri): Promise<TextDocument | undefined> {
  const document = await workspace.openTextDocument(uri);
  if (!document.isUntitled) {
    if (!document.isDirty || (await document.save())) return document;
    void window.showErrorMessage(l10n.t('Segue: {0} could not be saved, so it was not run.', document.fileName));
    return undefined;
  }
  await window.showTextDocument(document);
  const place = await workspace.saveAs(document.uri);
  return place && workspace.openTextDocument(place);
}
