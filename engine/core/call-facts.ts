// How a call appears in the record.
import type { CallRequest, CallStarted, JsonObject, ModelRequest } from '../../run/index.ts';
import type { Call, Grant } from '../ports/index.ts';

/** Gives the SHA-256 of a text (UTF-8), in lower-case hex. */
export type Hash = (text: string) => string;

/** The fact that a call is about to leave. */
export function callStarted(call: Call, grant: Grant, hash: Hash): CallStarted {
  return {
    type: 'call-started',
    path: call.path,
    task: call.task,
    attempt: call.attempt,
    request: requestOf(call),
    requestHash: requestHashOf(call, hash),
    effect: call.effect,
    ...(grant.note && { grant: grant.note }),
  };
}

/** What tells whether two calls ask for the same: the hash of the whole request. The code of a tool is no part of it. */
export function requestHashOf(call: Call, hash: Hash): string {
  if (call.kind === 'tool') return hash(JSON.stringify({ tool: call.tool, input: call.input }));
  const { request } = call;
  const tools = request.tools.map(({ module: _, ...tool }) => tool);
  return hash(JSON.stringify({ ...request, tools }));
}

function requestOf(call: Call): CallRequest {
  if (call.kind === 'tool') {
    const { tool, input, toolCallId } = call;
    return { kind: 'tool', tool, input, ...(toolCallId !== undefined && { toolCallId }) };
  }
  const { request } = call;
  return {
    kind: 'model',
    model: request.model,
    agent: call.agent,
    messages: call.unsent,
    ...(call.omitted && { omitted: call.omitted }),
    tools: request.tools.map(({ name }) => name),
    parameters: parametersOf(request),
  };
}

function parametersOf(request: ModelRequest): JsonObject {
  const { tools, toolChoice, outputSchema, temperature, topP, maxOutputTokens } = request;
  return {
    ...(tools.length > 0 && { toolChoice }),
    ...(outputSchema && { outputSchema }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}
