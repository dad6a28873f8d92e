// From the table of requests to a connection. No request fails: a fault of ours is logged with its stack and the answer
// is the empty one.
import type { CancellationToken, Connection } from 'vscode-languageserver';
import type { OpenDocument } from '../features/open-document.ts';
import type { Safely } from './guard.ts';
import type { RequestQueue } from './request-queue.ts';
import { needsNoAnalysis, urgencyOf } from './requests/index.ts';
import type { DocumentRequest, More, PlainRequest, Request } from './requests/request.ts';
import { analyseSome } from './slices.ts';

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
      const more = parts.moreFor(token);
      return request.about === 'anything'
        ? answerPlain(request, params, more, parts)
        : answerOnDocument(request, params, more, parts);
    });
  }
}

function answerPlain(request: PlainRequest, params: unknown, more: More, { queue, safely }: Parts): Promise<unknown> {
  const { method } = request;
  const answer = async () => request.answer(params, more);
  return queue.ask(urgencyOf(method), () => safely.later(method, request.otherwise(params), answer), more.token);
}

async function answerOnDocument(
  request: DocumentRequest,
  params: unknown,
  more: More,
  { queue, safely, documentOf }: Parts,
): Promise<unknown> {
  const { method, otherwise } = request;
  // Positions hold for the version that was the newest when the request came, not for one that comes while it waits.
  const uri = uriIn(params);
  const document = uri === undefined ? undefined : documentOf(uri);
  if (!document) return otherwise;
  const what = `${method} in ${uri}`;
  let isAnalysed = needsNoAnalysis(method);
  while (!isAnalysed) {
    const goOn = () => safely(what, true, () => analyseSome(document));
    isAnalysed = await queue.ask(urgencyOf(method), goOn, more.token);
  }
  const answer = async () => request.answer(document, params, more);
  return queue.ask(urgencyOf(method), () => safely.later(what, otherwise, answer), more.token);
}

function uriIn(params: unknown): string | undefined {
  if (typeof params !== 'object' || params === null || !('textDocument' in params)) return undefined;
  const { textDocument } = params;
  const hasUri = typeof textDocument === 'object' && textDocument !== null && 'uri' in textDocument;
  return hasUri && typeof textDocument.uri === 'string' ? textDocument.uri : undefined;
}
