// New workflows: from a template with a name of their own, or the sample at once.
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { FileType, l10n, Position, type QuickPickItem, Uri, window, workspace, type WorkspaceFolder } from 'vscode';
import type { App } from '../app.ts';

interface Template extends QuickPickItem {
  /** File in `templates/`, without `.segue.yaml`. */
  readonly file: string;
  /** What a new file is called unless the person says otherwise. */
  readonly suggested: string;
}

function templates(): readonly Template[] {
  return [
    {
      label: l10n.t('One Agent'),
      detail: l10n.t('An agent answers a question. The smallest whole workflow.'),
      file: 'one-agent',
      suggested: 'hello',
    },
    {
      label: l10n.t('Many at Once, with Approval'),
      detail: l10n.t(
        'An agent writes about each item of a list, in parallel; you decide what happens with the result.',
      ),
      file: 'fan-out',
      suggested: 'report',
    },
    {
      label: l10n.t('Triage with Tools'),
      detail: l10n.t('An agent sorts a request with a tool at hand; conditions send it one way or another.'),
      file: 'triage',
      suggested: 'triage',
    },
  ];
}

const namePattern = /^[\p{L}\p{N}][\p{L}\p{N} _.-]*$/u;

/** Picks a template, asks a name, creates the file and opens it. @param argument a folder that a menu names */
export async function newWorkflow(app: App, argument: unknown): Promise<void> {
  const template = await window.showQuickPick([...templates()], {
    title: l10n.t('New Workflow: from which template?'),
  });
  if (!template) return;
  const folder = await targetFolder(argument);
  if (!folder) return openUntitled(app, template);
  const name = await window.showInputBox({
    title: l10n.t('New Workflow: {0}', template.label),
    prompt: l10n.t('A name. The file is called NAME.segue.yaml.'),
    value: await freeName(folder, template.suggested),
    validateInput: (text) => nameProblem(folder, text),
  });
  if (name !== undefined) await create(app, template, folder, name.trim());
}

/** Creates the smallest template at once, for the first steps. */
export async function createSample(app: App): Promise<void> {
  const [template] = templates();
  const folder = await targetFolder(undefined);
  if (!template) return;
  if (!folder) return openUntitled(app, template);
  await create(app, template, folder, await freeName(folder, template.suggested));
}

async function create(app: App, template: Template, folder: Uri, name: string): Promise<void> {
  const uri = Uri.joinPath(folder, `${name}.segue.yaml`);
  await workspace.fs.writeFile(uri, new TextEncoder().encode(await textOf(app, template, name)));
  await window.showTextDocument(uri, { preview: false });
}

/** No folder is open: an untitled document, which is saved before it is run. */
async function openUntitled(app: App, template: Template): Promise<void> {
  // It has a place, so that saving it suggests one, with a name that keeps its language.
  const home = Uri.file(homedir());
  const name = await freeName(home, template.suggested);
  const content = await textOf(app, template, name);
  const uri = Uri.joinPath(home, `${name}.segue.yaml`).with({ scheme: 'untitled' });
  const editor = await window.showTextDocument(await workspace.openTextDocument(uri));
  if (editor.document.getText() === '') await editor.edit((edit) => edit.insert(new Position(0, 0), content));
}

/** The template's text under another name. */
async function textOf(app: App, { file }: Template, name: string): Promise<string> {
  const uri = Uri.joinPath(app.context.extensionUri, 'templates', `${file}.segue.yaml`);
  const text = new TextDecoder().decode(await workspace.fs.readFile(uri));
  return text.replace(/^name: .*$/m, `name: ${/^[A-Za-z][\w-]*$/.test(name) ? name : JSON.stringify(name)}`);
}

async function targetFolder(argument: unknown): Promise<Uri | undefined> {
  if (argument instanceof Uri) return (await isFolder(argument)) ? argument : parentOf(argument);
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length <= 1) return folders[0]?.uri;
  const active = window.activeTextEditor && workspace.getWorkspaceFolder(window.activeTextEditor.document.uri);
  const items = folders.map((folder) => ({ label: folder.name, description: folder.uri.fsPath, folder }));
  const isActive = ({ folder }: { folder: WorkspaceFolder }): boolean => folder === active;
  items.sort((a, b) => Number(isActive(b)) - Number(isActive(a)));
  return (await window.showQuickPick(items, { title: l10n.t('In which folder?') }))?.folder.uri;
}

function parentOf(uri: Uri): Uri {
  return uri.with({ path: dirname(uri.path) });
}

async function isFolder(uri: Uri): Promise<boolean> {
  return ((await workspace.fs.stat(uri)).type & FileType.Directory) !== 0;
}

async function exists(uri: Uri): Promise<boolean> {
  return workspace.fs.stat(uri).then(
    () => true,
    () => false, // Not there, which is what is asked.
  );
}

async function freeName(folder: Uri, suggested: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? suggested : `${suggested}-${number}`;
    if (!(await exists(Uri.joinPath(folder, `${name}.segue.yaml`)))) return name;
  }
}

async function nameProblem(folder: Uri, text: string): Promise<string | undefined> {
  const name = text.trim();
  if (!namePattern.test(name)) return l10n.t('Letters, digits, spaces and - _ . only, with a letter or digit first.');
  const isTaken = await exists(Uri.joinPath(folder, `${name}.segue.yaml`));
  return isTaken ? l10n.t('{0}.segue.yaml is there already.', name) : undefined;
}
