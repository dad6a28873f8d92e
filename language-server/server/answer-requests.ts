// From the table of requests to a connection. No request fails: a fault of ours is logged with its stack and the answer
// is the empty one.
import type { CancellationToken, Connection } from 'vscode-languageserver';
import type { OpenDocument } from '../features/open-document.ts';
import type { Safely } from './guard.ts';
import type { RequestQueue } from './request-queue.ts';
import { isUrgent } from './requests/index.ts';
import type { More, Request } from './requests/request.ts';

interface Parts {
  readonly queue: RequestQueue;
  readonly safely: Safely;
  /** @returns an open document in its newest version */
  readonly documentOf: (uri: string) => OpenDocument | undefined;
  readonly moreFor: (token: CancellationToken) => More;
}

/** Answers all requests of a table, each when its turn has come. */
export function answerRequests(connection: Connection, requests: readonly Request[], parts: Parts): void {
  for (const request of requests) {
    connection.onRequest(request.method, (params: unknown, token: CancellationToken) => {
      const answer = answerTo(request, params, parts.moreFor(token), parts);
      return parts.queue.ask(isUrgent(request) ? 'urgent' : 'asked', answer, token);
    });
  }
}

function answerTo(request: Request, params: unknown, more: More, { safely, documentOf }: Parts): () => unknown {
  const { method, about } = request;
  if (about === 'anything')
    return () => safely.later(method, request.otherwise(params), async () => request.answer(params, more));
  // Positions hold for the version that was the newest when the request came, not for one that comes while it waits.
  const uri = uriIn(params);
  const document = uri === undefined ? undefined : documentOf(uri);
  if (!document) return () => request.otherwise;
  return () =>
    safely.later(`${method} in ${uri}`, request.otherwise, async () => request.answer(document, params, more));
}

function uriIn(params: unknown): string | undefined {
  if (typeof params !== 'object' || params === null || !('textDocument' in params)) return undefined;
  const { textDocument } = params;
  const hasUri = typeof textDocument === 'object' && textDocument !== null && 'uri' in textDocument;
  return hasUri && typeof textDocument.uri === 'string' ? textDocument.uri : undefined;
}
