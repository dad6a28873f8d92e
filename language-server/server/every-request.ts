// For tests: asks a server everything that its table of requests holds, whatever features there are.
import { CancellationTokenSource, LSPErrorCodes, type Position, ResponseError } from 'vscode-languageserver';
import type { ClientInTests } from './client-in-tests.ts';
import { allRequests } from './requests/index.ts';

const { requests } = allRequests();

/** Requests that describe an item of another one's answer. */
const resolving: { readonly [method: string]: string } = Object.fromEntries(
  requests
    .map(({ method }) => method)
    .filter((method) => method.endsWith('/resolve'))
    .map((method) => [`textDocument/${method.replace('Item/', '/').replace('/resolve', '')}`, method]),
);
const plain = requests.filter(({ method }) => !method.endsWith('/resolve')).map(({ method }) => method);

export interface Answer {
  readonly method: string;
  readonly answer: unknown;
}

/** @returns what every request answers about a place; one of the answers' items each is resolved as well */
export async function askEverything(client: ClientInTests, uri: string, at: Position): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const method of plain) {
    const answer = await client.connection.sendRequest(method, anyParams(uri, at)).catch(refusal);
    answers.push({ method, answer: withoutIds(answer) });
    const resolve = resolving[method];
    const item = itemIn(answer);
    if (!resolve || item === undefined) continue;
    answers.push({ method: resolve, answer: await client.connection.sendRequest(resolve, item) });
  }
  return answers;
}

/** Asks one request. @param which chooses it: from 0 to below 1 @param isCancelled it is cancelled at once */
export function askOne(
  client: ClientInTests,
  uri: string,
  at: Position,
  which: number,
  isCancelled: boolean,
): Promise<unknown> {
  const method = plain[Math.floor(which * plain.length)] ?? '';
  const cancelling = new CancellationTokenSource();
  const answer = client.connection.sendRequest(method, anyParams(uri, at), cancelling.token).catch(refusal);
  if (isCancelled) cancelling.cancel();
  return answer;
}

/** What can not be done is refused with a reason; everything else that a request ends with is a failure. */
function refusal(error: unknown): unknown {
  if (error instanceof ResponseError && error.code === LSPErrorCodes.RequestFailed) return { refused: error.message };
  throw error;
}

/** Holds what any method wants. */
function anyParams(uri: string, position: Position): object {
  return {
    textDocument: { uri },
    uri,
    position,
    positions: [position],
    range: { start: { line: 0, character: 0 }, end: position },
    context: { diagnostics: [], includeDeclaration: true, triggerKind: 1 },
    options: { tabSize: 2, insertSpaces: true },
    newName: 'renamed',
    query: '',
    previousResultId: 'none',
    command: 'none',
  };
}

function itemIn(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer[0];
  return typeof answer === 'object' && answer !== null && 'items' in answer ? itemIn(answer.items) : undefined;
}

/** Ids count what one server has answered before. */
function withoutIds(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !('resultId' in answer)) return answer;
  const { resultId: _, ...rest } = answer;
  return rest;
}
