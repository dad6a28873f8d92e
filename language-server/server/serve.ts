// The language server: what comes from a client, and who works on it.
import {
  CodeLensRefreshRequest,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  TextDocuments,
  TextDocumentSyncKind,
  type TextDocumentSyncOptions,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { answerRequests } from './answer-requests.ts';
import { type ClientOptions, notifications, requests as ownRequests, type TaskHistory } from '../protocol/index.ts';
import { listenToChanges, watchWorkspace } from './changes.ts';
import { checkWithProgress } from './check-with-progress.ts';
import { Checks } from './checks.ts';
import { Documents } from './documents.ts';
import { type ExplanationOf, explanationsFor } from './explanations.ts';
import { guard } from './guard.ts';
import { followHintSettings } from './hint-settings.ts';
import { KnownModels } from './known-models.ts';
import { FilesOnDisk } from './other-files.ts';
import { PastRuns } from './past-runs.ts';
import { readEach } from './read-each.ts';
import { RequestQueue } from './request-queue.ts';
import { allRequests } from './requests/index.ts';
import type { Client } from './requests/request.ts';
import { WorkspaceCheck } from './workspace-check.ts';
import { WorkspaceConfigs } from './workspace-config.ts';
import { WorkspaceFiles } from './workspace-files.ts';

/** Answers a client until it says goodbye. */
export function serve(connection: Connection): void {
  const configs = new WorkspaceConfigs();
  const disk = new FilesOnDisk();
  const files = new WorkspaceFiles(disk, (message) => connection.console.info(message));
  const models = new KnownModels();
  let explanationOf: ExplanationOf = () => undefined;
  const documents = new Documents({
    configs,
    disk,
    models,
    files: () => files.found,
    explanationOf: (code) => explanationOf(code),
    onBegunAnew: (uri) => checks.ask(uri),
  });
  const texts = new TextDocuments(TextDocument);
  const safely = guard((message) => connection.console.error(message));
  const queue = new RequestQueue();
  const publish = (params: Parameters<typeof connection.sendDiagnostics>[0]) => void connection.sendDiagnostics(params);
  const checks = new Checks({ documents, queue, safely, publish });
  const workspaceCheck = new WorkspaceCheck({ documents, queue, safely, publish });
  const { requests, capabilities } = allRequests();
  let client: Client;
  const past = new PastRuns(
    async (about) => (await client.ask(ownRequests.taskHistory, about)) as TaskHistory | null,
    () => {
      if (client.capabilities.workspace?.codeLens?.refreshSupport)
        void connection.sendRequest(CodeLensRefreshRequest.type);
    },
  );

  connection.onInitialize((params): InitializeResult => {
    client = clientOf(params, connection);
    explanationOf = explanationsFor(params, process.argv[1]);
    past.offer((client.initializationOptions ?? {}) as ClientOptions);
    for (const one of [files, disk]) one.setFolders(client.folders);
    return { serverInfo: { name: 'segue' }, capabilities: { textDocumentSync, workspace, ...capabilities } };
  });
  const parts = { texts, documents, configs, disk, files, checks, workspaceCheck, safely };
  connection.onInitialized(() => {
    watchWorkspace(connection, client, parts);
    followHintSettings(connection, client, safely);
    void safely.later('reading the price table', undefined, async () => models.load());
  });
  listenToChanges(connection, parts);
  connection.onNotification(notifications.historyChanged, () => past.forget());
  answerRequests(connection, requests, {
    queue,
    safely,
    documentOf: (uri) => documents.open(uri),
    moreFor: (token) => ({
      client,
      token,
      workspace: documents,
      whole: (uri) => documents.whole(uri),
      models: () => models.load(),
      past: (uri) => past.of(uri),
      readEach: (read) => readEach(read, { documents, files, safely }, token),
      checkWorkspace: () => checkWithProgress(connection, { files, workspaceCheck }, token),
    }),
  });
  texts.listen(connection);
  connection.listen();
}

const textDocumentSync: TextDocumentSyncOptions = {
  openClose: true,
  change: TextDocumentSyncKind.Incremental,
  save: { includeText: false },
};
const workspace = { workspaceFolders: { supported: true, changeNotifications: true } };

function clientOf(params: InitializeParams, to: Connection): Client {
  const { capabilities, initializationOptions, workspaceFolders, rootUri, clientInfo } = params;
  return {
    capabilities,
    initializationOptions,
    // Older clients have one folder.
    folders: workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []),
    isOfCodeFamily: /code/i.test(clientInfo?.name ?? ''),
    ask: (method, params) => to.sendRequest(method, params),
  };
}
