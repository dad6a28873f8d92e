// The two wire formats, piece by piece, so that a test can leave a piece out or break one.

/** Chat Completions: an event for each chunk, then `[DONE]`. */
export const chat = {
  text: (content: string) => chatEvent({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
  finish: (reason: string) => chatEvent({ choices: [{ index: 0, delta: {}, finish_reason: reason }] }),
  usage: (input: number, output: number, details: object = {}) =>
    chatEvent({
      choices: [],
      usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output, ...details },
    }),
  delta: (delta: object) => chatEvent({ choices: [{ index: 0, delta, finish_reason: null }] }),
  done: 'data: [DONE]\n\n',
};

function chatEvent(chunk: object): string {
  return `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'served-model', ...chunk })}\n\n`;
}

/** Messages: named events. */
export const messages = {
  start: (usage: object = { input_tokens: 12, output_tokens: 1 }) =>
    messagesEvent('message_start', {
      message: {
        id: 'm1',
        type: 'message',
        role: 'assistant',
        model: 'served-model',
        content: [],
        stop_reason: null,
        usage,
      },
    }),
  startWithoutUsage: () =>
    messagesEvent('message_start', {
      message: { id: 'm1', type: 'message', role: 'assistant', model: 'served-model', content: [], stop_reason: null },
    }),
  textBlock: (index = 0) => messagesEvent('content_block_start', { index, content_block: { type: 'text', text: '' } }),
  text: (text: string, index = 0) =>
    messagesEvent('content_block_delta', { index, delta: { type: 'text_delta', text } }),
  toolBlock: (id: string, name: string, index: number) =>
    messagesEvent('content_block_start', { index, content_block: { type: 'tool_use', id, name, input: {} } }),
  json: (partial: string, index: number) =>
    messagesEvent('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: partial } }),
  thinking: (thinking: string, index = 0) =>
    messagesEvent('content_block_delta', { index, delta: { type: 'thinking_delta', thinking } }),
  blockStop: (index = 0) => messagesEvent('content_block_stop', { index }),
  finish: (reason: string, usage: object = { output_tokens: 7 }) =>
    messagesEvent('message_delta', { delta: { stop_reason: reason, stop_sequence: null }, usage }),
  finishWithoutUsage: (reason: string) =>
    messagesEvent('message_delta', { delta: { stop_reason: reason, stop_sequence: null } }),
  stop: () => messagesEvent('message_stop', {}),
  error: (type: string, message: string) => messagesEvent('error', { error: { type, message } }),
};

function messagesEvent(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
