// The language server: what comes from a client, and who works on it.
import {
  type Connection,
  type InitializeParams,
  type InitializeResult,
  TextDocuments,
  TextDocumentSyncKind,
  type TextDocumentSyncOptions,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { diagnosticsOf } from '../features/diagnostics.ts';
import type { OpenDocument } from '../features/open-document.ts';
import { answerRequests } from './answer-requests.ts';
import { CheckSchedule } from './check-schedule.ts';
import { Documents } from './documents.ts';
import { guard, type Safely } from './guard.ts';
import { FilesOnDisk } from './other-files.ts';
import { RequestQueue } from './request-queue.ts';
import { allRequests } from './requests/index.ts';
import type { Client } from './requests/request.ts';
import { WorkspaceConfigs } from './workspace-config.ts';

/** Answers a client until it says goodbye. */
export function serve(connection: Connection): void {
  const configs = new WorkspaceConfigs();
  const disk = new FilesOnDisk();
  const documents = new Documents(configs, disk);
  const texts = new TextDocuments(TextDocument);
  const safely = guard((message) => connection.console.error(message));
  const queue = new RequestQueue();
  const { requests, capabilities } = allRequests();
  let client: Client;

  const schedule = new CheckSchedule((uri) => {
    void queue.ask('background', () => read(uri));
  });
  // Of a large file both halves of the work take their time: in between, who waits for an answer gets one.
  const read = (uri: string) => {
    safely('reading the text', undefined, () => documents.get(uri)?.syntax);
    void queue.ask('background', () => check(uri));
  };
  const check = (uri: string) => {
    const document = documents.get(uri);
    if (!document) return;
    const diagnostics = safely('diagnostics', undefined, () => [...diagnosticsOf(document)]);
    if (diagnostics) void connection.sendDiagnostics({ uri, ...versionOf(document), diagnostics });
    if (diagnostics) void safely.later('reading other files', undefined, () => readWanted(uri));
  };
  /** What a check found wanting is read while nobody waits, and checked with. */
  const readWanted = async (uri: string) => {
    if (!(await documents.readWanted(uri))) return;
    for (const changed of documents.refresh()) schedule.ask(changed);
  };

  connection.onInitialize((params): InitializeResult => {
    client = clientOf(params, connection);
    disk.setWorkspaceFolders((params.workspaceFolders ?? []).map(({ uri }) => uri));
    return { serverInfo: { name: 'segue' }, capabilities: { textDocumentSync, ...capabilities } };
  });
  listenToChanges(connection, { texts, documents, configs, disk, schedule, safely });
  answerRequests(connection, requests, {
    queue,
    safely,
    documentOf: (uri) => documents.get(uri),
    moreFor: (token) => ({ client, token, workspace: documents, whole: (uri) => documents.whole(uri) }),
  });
  texts.listen(connection);
  connection.listen();
}

const textDocumentSync: TextDocumentSyncOptions = {
  openClose: true,
  change: TextDocumentSyncKind.Incremental,
  save: { includeText: false },
};

interface Parts {
  readonly texts: TextDocuments<TextDocument>;
  readonly documents: Documents;
  readonly configs: WorkspaceConfigs;
  readonly disk: FilesOnDisk;
  readonly schedule: CheckSchedule;
  readonly safely: Safely;
}

function listenToChanges(connection: Connection, parts: Parts): void {
  const { texts, documents, configs, disk, schedule, safely } = parts;
  const checkAll = () => {
    for (const uri of documents.refresh()) schedule.ask(uri);
  };
  // Also sent when a document is opened.
  texts.onDidChangeContent(({ document }) =>
    safely('reading a change', undefined, () => {
      if (!documents.put(document)) return;
      schedule.ask(document.uri);
      checkAll();
    }),
  );
  texts.onDidClose(({ document: { uri } }) =>
    safely('closing a document', undefined, () => {
      documents.remove(uri);
      schedule.drop(uri);
      void connection.sendDiagnostics({ uri, diagnostics: [] });
      checkAll();
    }),
  );
  // For clients that watch no files: whatever was saved may be the configuration, or what a workflow names.
  const filesMayHaveChanged = () =>
    safely('reading the configuration', undefined, () => {
      configs.forget();
      checkAll();
      void disk.renew().then(checkAll);
    });
  texts.onDidSave(filesMayHaveChanged);
  connection.onDidChangeWatchedFiles(filesMayHaveChanged);
}

function clientOf({ capabilities, initializationOptions, clientInfo }: InitializeParams, to: Connection): Client {
  return {
    capabilities,
    initializationOptions,
    isOfCodeFamily: /code/i.test(clientInfo?.name ?? ''),
    ask: (method, params) => to.sendRequest(method, params),
  };
}

function versionOf({ facts: { version } }: OpenDocument): { version?: number } {
  return version === null ? {} : { version };
}
