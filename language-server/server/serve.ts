// Wires the features to a connection. No request fails: a fault of ours is logged with its stack and the answer is empty.
import {
  CodeActionKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { codeActionsIn } from '../features/code-actions.ts';
import { type Completions, completeAt } from '../features/completion.ts';
import { definitionAt } from '../features/definition.ts';
import { diagnosticsOf } from '../features/diagnostics.ts';
import { hoverAt } from '../features/hover.ts';
import type { OpenDocument } from '../features/open-document.ts';
import { symbolsOf } from '../features/symbols.ts';
import { workflowInfoOf } from '../features/workflow-info.ts';
import { requests, type WorkflowInfoParams } from '../protocol/index.ts';
import { CheckSchedule } from './check-schedule.ts';
import { Documents } from './documents.ts';
import { guard, type Safely } from './guard.ts';
import { FilesOnDisk } from './other-files.ts';
import { WorkspaceConfigs } from './workspace-config.ts';

/** Work of which people notice that it holds up an answer. */
const longMs = 50;
/** Time enough to read and answer what has come meanwhile. */
const breathMs = 10;

/** Answers a client until it says goodbye. */
export function serve(connection: Connection): void {
  const configs = new WorkspaceConfigs();
  const disk = new FilesOnDisk();
  const documents = new Documents(configs, disk);
  const texts = new TextDocuments(TextDocument);
  const safely = guard((message) => connection.console.error(message));
  const schedule = new CheckSchedule((uri) => {
    const beganMs = performance.now();
    safely('reading the text', undefined, () => documents.get(uri)?.syntax);
    // Of a large file both halves of the work take their time: in between, who waits for an answer gets one.
    if (performance.now() - beganMs < longMs) check(uri);
    else setImmediate(() => setTimeout(() => check(uri), breathMs));
  });
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

  listenToChanges(connection, { texts, documents, configs, disk, schedule, safely });
  answerRequests(connection, { documents, disk, safely });
  texts.listen(connection);
  connection.listen();
}

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

function answerRequests(
  connection: Connection,
  { documents, disk, safely }: Pick<Parts, 'documents' | 'disk' | 'safely'>,
): void {
  /** Suggestions as last given: their documentation is written when one of them is looked at. */
  let latest: Completions | undefined;
  let suggestsAgain = false;
  connection.onInitialize((params) => {
    suggestsAgain = isOfCodeFamily(params);
    disk.setWorkspaceFolders((params.workspaceFolders ?? []).map(({ uri }) => uri));
    return capabilities;
  });
  const about = <T>(what: string, uri: string, otherwise: T, answer: (document: OpenDocument) => T): T => {
    const document = documents.get(uri);
    return document ? safely(`${what} in ${uri}`, otherwise, () => answer(document)) : otherwise;
  };
  connection.onCompletion(({ textDocument: { uri }, position, context }) =>
    about('completion', uri, null, (document) => {
      const typed = context?.triggerCharacter;
      latest = completeAt(document, position, { suggestsAgain, ...(typed === undefined ? {} : { typed }) });
      return { isIncomplete: false, items: [...latest.items] };
    }),
  );
  connection.onCompletionResolve((item) =>
    safely('documentation', item, () => {
      const value = typeof item.data === 'number' ? latest?.documentationOf(item.data) : undefined;
      return value === undefined ? item : { ...item, documentation: { kind: 'markdown' as const, value } };
    }),
  );
  connection.onHover(({ textDocument: { uri }, position }) =>
    about('hover', uri, null, (document) => hoverAt(document, position)),
  );
  connection.onDocumentSymbol(({ textDocument: { uri } }) =>
    about('symbols', uri, [], (document) => [...symbolsOf(document)]),
  );
  connection.onDefinition(({ textDocument: { uri }, position }) =>
    about('definition', uri, null, (document) => definitionAt(document, position)),
  );
  connection.onCodeAction(({ textDocument: { uri }, range, context: { only } }) => {
    if (only && !only.some((kind) => kind === '' || CodeActionKind.QuickFix.startsWith(kind))) return [];
    return about('quick fixes', uri, [], (document) => [...codeActionsIn(document, range)]);
  });
  connection.onRequest(requests.workflowInfo, ({ uri }: WorkflowInfoParams) =>
    safely.later(`workflow info in ${uri}`, null, async () => {
      const document = await documents.whole(uri);
      return document ? workflowInfoOf(document) : null;
    }),
  );
}

const capabilities: InitializeResult = {
  serverInfo: { name: 'segue' },
  capabilities: {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
    completionProvider: { resolveProvider: true, triggerCharacters: ['.', ' ', '"', "'", '[', '{', '/'] },
    hoverProvider: true,
    documentSymbolProvider: true,
    definitionProvider: true,
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
  },
};

/** Editors of this family know a command that asks for suggestions again, which a suggestion may bring along. */
function isOfCodeFamily({ clientInfo }: InitializeParams): boolean {
  return /code/i.test(clientInfo?.name ?? '');
}

function versionOf({ facts: { version } }: OpenDocument): { version?: number } {
  return version === null ? {} : { version };
}
