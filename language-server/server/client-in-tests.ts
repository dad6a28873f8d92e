// A client for tests: it speaks with a server in this process, over streams, and remembers all it is told.
import { PassThrough } from 'node:stream';
import {
  type ClientCapabilities,
  createConnection,
  createMessageConnection,
  type MessageConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { serve } from './serve.ts';

export class ClientInTests {
  readonly connection: MessageConnection;
  readonly logged: string[] = [];
  readonly published: PublishDiagnosticsParams[] = [];
  /** Told after each publication. */
  onPublished: (params: PublishDiagnosticsParams) => void = () => undefined;
  #versions = new Map<string, number>();

  private constructor(connection: MessageConnection) {
    this.connection = connection;
    connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.logged.push(message);
    });
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.published.push(params);
      this.onPublished(params);
    });
    connection.onRequest('window/workDoneProgress/create', () => null);
    connection.onRequest('client/registerCapability', () => null);
  }

  /** @param folders the URIs of the workspace folders */
  static async start(folders: readonly string[] = [], capabilities: ClientCapabilities = {}): Promise<ClientInTests> {
    const [up, down] = [new PassThrough(), new PassThrough()];
    serve(createConnection(new StreamMessageReader(up), new StreamMessageWriter(down)));
    const connection = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
    const client = new ClientInTests(connection);
    connection.listen();
    const workspaceFolders = folders.map((uri) => ({ uri, name: uri }));
    await connection.sendRequest('initialize', { processId: null, rootUri: null, workspaceFolders, capabilities });
    await connection.sendNotification('initialized', {});
    return client;
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest('shutdown');
    this.connection.dispose();
  }

  open(uri: string, text: string, version = 1): Promise<void> {
    this.#versions.set(uri, version);
    return this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'segue', version, text },
    });
  }

  /** Sends changes as one new version. */
  change(uri: string, contentChanges: readonly unknown[]): Promise<void> {
    const version = (this.#versions.get(uri) ?? 1) + 1;
    this.#versions.set(uri, version);
    return this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  close(uri: string): Promise<void> {
    return this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  /** @returns what was last published of a document; undefined before there was anything for its newest version */
  newest(uri: string): PublishDiagnosticsParams | undefined {
    const last = this.published.findLast((params) => params.uri === uri);
    return last?.version === this.#versions.get(uri) ? last : undefined;
  }

  /** Waits until something is true that only a publication can make true. */
  until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.onPublished = () => {
        if (isTrue()) resolve();
      };
      if (isTrue()) resolve();
    });
  }
}
