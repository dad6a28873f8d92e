// From a file to a run: saved, checked, with its inputs asked, its keys offered, and its panel open.
import { dirname, join } from 'node:path';
import { commands, l10n, ProgressLocation, type Uri, window, workspace } from 'vscode';
import { type DataDir, readSources } from '../../client/index.ts';
import type { WorkflowInfo } from '../../language-server/protocol/index.ts';
import type { JsonObject, StartRequest } from '../../run/index.ts';
import type { App } from '../app.ts';
import { baseUrlsOfEnvironment, editorActor, offerOf } from '../keys/offers.ts';
import { remedyFor } from '../keys/remedies.ts';
import { mayRun, placeOfFile } from '../processes/place.ts';
import { setting } from '../settings.ts';
import { askInputs } from './ask-inputs.ts';
import { savedDocument } from './workflow-file.ts';

export interface StartOptions {
  /** All models are replaced by mock ones. */
  readonly mock: boolean;
  /** Taken as they are, without asking. */
  readonly inputs?: JsonObject;
}

/**
 * Runs a workflow file. Every reason not to is shown to the person.
 * @returns the id of the run, or undefined when none was started
 */
export async function startRun(app: App, uri: Uri, options: StartOptions): Promise<string | undefined> {
  if (!(await mayRun(uri))) return undefined;
  const document = await savedDocument(uri);
  if (!document) return undefined;
  const info = await app.language.workflowInfo(document.uri);
  if (!info) throw new Error(`The language server does not know ${document.uri.toString()}.`);
  if (info.errors > 0) {
    await showErrors(document.uri, info);
    return undefined;
  }
  await saveOthers(document.uri, info.files);
  const inputs = options.inputs ?? (await askInputs(app.context.workspaceState, document.uri, info));
  return inputs && startWith(app, document.uri, info, { ...options, inputs });
}

/** What the workflow names is read from disk, like the workflow itself. @param files relative to its folder */
async function saveOthers(uri: Uri, files: readonly string[]): Promise<void> {
  const paths = new Set(files.map((file) => join(dirname(uri.fsPath), file)));
  const changed = workspace.textDocuments.filter((open) => open.isDirty && paths.has(open.uri.fsPath));
  await Promise.all(changed.map((open) => open.save()));
}

/** Asks the engine, and again when the person has mended what it refused. */
async function startWith(
  app: App,
  uri: Uri,
  info: WorkflowInfo,
  options: Required<StartOptions>,
): Promise<string | undefined> {
  const place = placeOfFile(uri);
  if (place.notice !== undefined) void window.showInformationMessage(`Segue: ${place.notice}`);
  const engine = app.engines.of(place);
  let mock = options.mock || setting('run.onMock', uri);
  for (;;) {
    const request = await requestFor(app, uri, place, info, { mock, inputs: options.inputs });
    const answer = await window.withProgress(
      { location: ProgressLocation.Window, title: l10n.t('Segue: starting {0}…', info.name) },
      async () => (await engine.connect()).start(request),
    );
    if (answer.ok) {
      if (setting('run.openPanel', uri)) app.panels.open(engine, answer.runId, info.name, true);
      return answer.runId;
    }
    const remedy = await remedyFor(answer.refused, app.keys, !mock);
    if (remedy === 'given-up') return undefined;
    mock ||= remedy === 'mock';
  }
}

async function requestFor(
  app: App,
  uri: Uri,
  place: DataDir,
  info: WorkflowInfo,
  { mock, inputs }: Required<StartOptions>,
): Promise<StartRequest> {
  const secrets = info.providers.flatMap(({ secret }) => (secret === null ? [] : [secret]));
  return {
    ...(await readSources(uri.fsPath, place.workspace, info.files)),
    inputs,
    env: environmentForRuns(),
    baseUrls: baseUrlsOfEnvironment(),
    mock,
    interactive: true,
    trusted: workspace.isTrusted,
    actor: editorActor,
    offer: mock ? { secrets: [] } : await offerOf(app.keys, secrets),
  };
}

const notForRuns = /KEY|TOKEN|SECRET|PASSWORD|^(?:VSCODE|ELECTRON)_/i;

/** The engine keeps only names that the file lists in `env`; what looks like a secret does not even go there. */
function environmentForRuns(): { readonly [name: string]: string } {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !notForRuns.test(entry[0]),
  );
  return Object.fromEntries(entries);
}

async function showErrors(uri: Uri, { errors }: WorkflowInfo): Promise<void> {
  await window.showTextDocument(uri, { preview: false });
  await commands.executeCommand('workbench.actions.view.problems');
  void window.showErrorMessage(
    errors === 1
      ? l10n.t('Segue: the workflow has an error. Mend what the Problems view lists, then run it.')
      : l10n.t('Segue: the workflow has {0} errors. Mend what the Problems view lists, then run it.', errors),
  );
}
