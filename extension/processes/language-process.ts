// The language server as a process of its own, and the questions the extension asks it.
import { join } from 'node:path';
import { type ExtensionContext, type Uri, workspace } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import type { requests, WorkflowInfo, WorkflowInfoParams } from '../../language-server/protocol/index.ts';
import { agentLanguageId, languageId } from '../names.ts';

/** Small: a server of this kind holds a few documents. */
const maxHeapMb = 256;
/** Only types may come from that part, so the name stands here again; the compiler compares. */
const workflowInfoMethod: (typeof requests)['workflowInfo'] = 'segue/workflowInfo';

export class LanguageProcess {
  readonly #client: LanguageClient;

  constructor(context: ExtensionContext) {
    const module = context.asAbsolutePath(join('dist', 'language-server.cjs'));
    const options = { execArgv: [`--max-old-space-size=${maxHeapMb}`, '--max-semi-space-size=2'] };
    const files = ['**/.segue/config.yaml', '**/*.segue.{yaml,yml,json}', '**/*.agent.yaml'].map((pattern) =>
      workspace.createFileSystemWatcher(pattern),
    );
    context.subscriptions.push(...files);
    this.#client = new LanguageClient(
      'segue.languageServer',
      'Segue Language Server',
      { module, transport: TransportKind.ipc, options },
      {
        documentSelector: [
          { language: languageId },
          { language: agentLanguageId },
          { language: 'yaml', pattern: '**/.segue/config.yaml' },
        ],
        synchronize: { fileEvents: files },
      },
    );
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

  /** What must be known of a workflow before it starts. The document must be open. */
  async workflowInfo(uri: Uri): Promise<WorkflowInfo | null> {
    const params: WorkflowInfoParams = { uri: this.#client.code2ProtocolConverter.asUri(uri) };
    return this.#client.sendRequest<WorkflowInfo | null>(workflowInfoMethod, params);
  }
}
