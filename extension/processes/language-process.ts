// The language server as a process of its own, and the questions the extension asks it.
import { join } from 'node:path';
import { commands, type ExtensionContext, Uri } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import type {
  ClientOptions,
  commands as serverCommands,
  notifications,
  requests,
  TaskHistory,
  TaskHistoryParams,
  WorkflowInfo,
  WorkflowInfoParams,
} from '../../language-server/protocol/index.ts';
import { ourDocuments } from '../our-documents.ts';
import { notSaidTwice } from './beside-yaml.ts';
import { explainCostCommand } from '../names.ts';

/** Small: a server of this kind holds a few documents. */
const maxHeapMb = 224;
/** Only types may come from that part, so the names stand here again; the compiler compares. */
const workflowInfoMethod: (typeof requests)['workflowInfo'] = 'segue/workflowInfo';
const taskHistoryMethod: (typeof requests)['taskHistory'] = 'segue/taskHistory';
const historyChangedMethod: (typeof notifications)['historyChanged'] = 'segue/historyChanged';
const abilities: ClientOptions = {
  taskHistory: true,
  commands: ['segue.run', 'segue.showRun', explainCostCommand],
};
const checkWorkspaceCommand: (typeof serverCommands)['checkWorkspace'] = 'segue.server.checkWorkspace';

function optionsFor({ extensionUri }: ExtensionContext): ClientOptions {
  return { ...abilities, docs: Uri.joinPath(extensionUri, 'docs', 'diagnostics.md').toString() };
}

export class LanguageProcess {
  readonly #client: LanguageClient;

  constructor(context: ExtensionContext) {
    const module = context.asAbsolutePath(join('dist', 'language-server.cjs'));
    const options = { execArgv: [`--max-old-space-size=${maxHeapMb}`, '--max-semi-space-size=2'] };
    this.#client = new LanguageClient(
      'segue.languageServer',
      'Segue Language Server',
      { module, transport: TransportKind.ipc, options },
      {
        documentSelector: [...ourDocuments],
        initializationOptions: optionsFor(context),
        middleware: { handleDiagnostics: (uri, findings, next) => next(uri, notSaidTwice(uri, findings)) },
      },
    );
  }

  /** What past runs say is asked through this process. To be called before it starts. */
  answerHistory(historyOf: (uri: Uri) => Promise<TaskHistory | null>): void {
    this.#client.onRequest(taskHistoryMethod, ({ uri }: TaskHistoryParams) => historyOf(Uri.parse(uri)));
  }

  /** Past runs say something else by now. */
  async historyChanged(): Promise<void> {
    if (this.#client.isRunning()) await this.#client.sendNotification(historyChangedMethod);
  }

  start(): Promise<void> {
    return this.#client.start();
  }

  restart(): Promise<void> {
    return this.#client.restart();
  }

  async stop(): Promise<void> {
    if (this.#client.needsStop()) await this.#client.stop();
  }

  showLog(): void {
    this.#client.outputChannel.show(true);
  }

  /** Checks all files of the workspace; what is found comes as problems, with a progress that can be stopped. */
  async checkWorkspace(): Promise<void> {
    await commands.executeCommand(checkWorkspaceCommand);
  }

  /** What must be known of a workflow before it starts. The document must be open. */
  async workflowInfo(uri: Uri): Promise<WorkflowInfo | null> {
    const params: WorkflowInfoParams = { uri: this.#client.code2ProtocolConverter.asUri(uri) };
    return this.#client.sendRequest<WorkflowInfo | null>(workflowInfoMethod, params);
  }
}
