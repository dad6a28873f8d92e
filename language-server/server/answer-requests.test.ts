// Every request of the table, as the queue treats it.
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import {
  CancellationToken,
  CancellationTokenSource,
  CompletionRequest,
  createConnection,
  createMessageConnection,
  HoverRequest,
  LSPErrorCodes,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { OpenDocument } from '../features/open-document.ts';
import { answerRequests } from './answer-requests.ts';
import { guard } from './guard.ts';
import { RequestQueue } from './request-queue.ts';
import { allRequests } from './requests/index.ts';
import type { More, Request } from './requests/request.ts';

const uri = 'file:///w/a.segue.yaml';
const document = new OpenDocument({ uri, version: 1, kind: 'workflow', text: 'segue: "1"\n' });
const params = { textDocument: { uri }, uri };

/** A client of a server with this table. */
function clientOf(requests: readonly Request[], logged: string[] = []): MessageConnection {
  const [up, down] = [new PassThrough(), new PassThrough()];
  const server = createConnection(new StreamMessageReader(up), new StreamMessageWriter(down));
  const more: More = {
    client: { capabilities: {}, initializationOptions: {}, folders: [], isOfCodeFamily: false, ask: async () => null },
    token: CancellationToken.None,
    workspace: { documents: () => [document] },
    models: () => undefined,
    past: () => undefined,
    whole: async () => document,
    readEach: () => Promise.resolve(),
    checkWorkspace: async () => ({ files: 0, filesWithFindings: 0, wasCancelled: false }),
  };
  answerRequests(server, requests, {
    queue: new RequestQueue(),
    safely: guard((message) => logged.push(message)),
    documentOf: (asked) => (asked === uri ? document : undefined),
    moreFor: (token) => ({ ...more, token }),
  });
  server.listen();
  const client = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  client.listen();
  return client;
}

test.each(allRequests().requests.map((request) => [request.method, request] as const))(
  '%s is never computed when it is cancelled while it waits',
  async (method, request) => {
    const computed: string[] = [];
    const counted: Request = { ...request, answer: () => computed.push(method) };
    const cancelling = new CancellationTokenSource();
    const first: Request = {
      // As urgent as the other, so that it is computed first.
      method: method === HoverRequest.method ? CompletionRequest.method : HoverRequest.method,
      about: 'anything',
      otherwise: () => null,
      answer: () => {
        computed.push('first');
        // As a client does that has heard nothing yet; the message is read after this turn.
        cancelling.cancel();
        return null;
      },
    };
    const client = clientOf([first, counted]);
    const before = client.sendRequest(first.method, params);
    const asked = client.sendRequest(method, params, cancelling.token);
    await expect(asked).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    await before;
    // It is answered when it is asked again: what was counted is the request.
    await client.sendRequest(method, params);
    expect(computed).toEqual(['first', method]);
    client.dispose();
  },
);

test('a request that fails is logged with its place, and answered with nothing', async () => {
  const logged: string[] = [];
  const failing = allRequests().requests.map((request) => ({
    ...request,
    answer: () => {
      throw new TypeError('no such thing');
    },
  }));
  const client = clientOf(failing, logged);
  for (const { method } of failing) await client.sendRequest(method, params);
  expect(logged).toHaveLength(failing.length);
  for (const message of logged) expect(message).toMatch(/ failed: TypeError: no such thing\n +at /);
  client.dispose();
});
