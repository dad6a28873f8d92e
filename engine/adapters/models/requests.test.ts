// What is sent, word for word: requests of the engine in the words of each API.
import { describe, expect, test } from 'vitest';
import type { JsonSchema, Message, ModelRequest, ToolDescriptor } from '../../../run/index.ts';
import { messageRequestOf } from './anthropic/request.ts';
import { chatRequestOf } from './openai/request.ts';
import { sentSchema } from './output-schema.ts';

const calculator: ToolDescriptor = {
  name: 'calculator',
  description: 'Evaluates.',
  input: { type: 'object', properties: { expression: { type: 'string' } } },
  effect: 'none',
  asks: 'never',
};
const conversation: readonly Message[] = [
  { role: 'system', content: 'Be exact.' },
  { role: 'user', content: 'How much?' },
  {
    role: 'assistant',
    content: '',
    toolCalls: [
      { id: 'a', name: 'calculator', arguments: { expression: '6*7' } },
      { id: 'b', name: 'calculator', arguments: '{"expr', invalid: 'Unterminated string' },
    ],
  },
  { role: 'tool', toolCallId: 'a', content: '{"result":42}' },
  { role: 'tool', toolCallId: 'b', content: 'the arguments are no JSON', isError: true },
  { role: 'user', content: 'Go on.' },
];
const closed: JsonSchema = {
  type: 'object',
  properties: { n: { type: 'number' } },
  required: ['n'],
  additionalProperties: false,
};
const open: JsonSchema = { type: 'object', properties: { n: { type: 'number', minimum: 1 } }, required: ['n'] };

function request(more: Partial<ModelRequest>, model: string): ModelRequest {
  return { model, messages: [{ role: 'user', content: 'hi' }], tools: [], toolChoice: 'auto', ...more };
}
const chat = (more: Partial<ModelRequest> = {}, model = 'openai/gpt-5-mini') =>
  chatRequestOf(request(more, model)).body;
const messages = (more: Partial<ModelRequest> = {}, model = 'anthropic/claude-sonnet-5') =>
  messageRequestOf(request(more, model));

describe('Chat Completions', () => {
  test('a plain request says no more than it must', () => {
    expect(chat()).toEqual({
      model: 'gpt-5-mini',
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test('a conversation with tools', () => {
    const body = chat({ messages: conversation, tools: [calculator], toolChoice: 'none' });
    expect(body.messages).toEqual([
      { role: 'system', content: 'Be exact.' },
      { role: 'user', content: 'How much?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'calculator', arguments: '{"expression":"6*7"}' } },
          { id: 'b', type: 'function', function: { name: 'calculator', arguments: '{"expr' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: '{"result":42}' },
      { role: 'tool', tool_call_id: 'b', content: 'Error: the arguments are no JSON' },
      { role: 'user', content: 'Go on.' },
    ]);
    expect(body.tool_choice).toBe('none');
    expect(body.tools).toEqual([
      { type: 'function', function: { name: 'calculator', description: 'Evaluates.', parameters: calculator.input } },
    ]);
  });

  test('limits and chance, in the words that the server knows', () => {
    const more = { temperature: 0, topP: 0.5, maxOutputTokens: 99 };
    expect(chat(more)).toMatchObject({ temperature: 0, top_p: 0.5, max_completion_tokens: 99 });
    expect(chat(more, 'ollama/llama3:8b')).toMatchObject({ model: 'llama3:8b', max_tokens: 99 });
  });

  test('a schema is sent, strictly where that is possible', () => {
    const sent = (outputSchema: JsonSchema) => chat({ outputSchema }).response_format;
    expect(sent(closed)).toEqual({
      type: 'json_schema',
      json_schema: { name: 'answer', schema: closed, strict: true },
    });
    expect(sent(open)).toEqual({ type: 'json_schema', json_schema: { name: 'answer', schema: open, strict: false } });
  });
});

describe('Messages', () => {
  test('a plain request has the limit that the API demands', () => {
    expect(messages().body).toEqual({
      model: 'claude-sonnet-5',
      max_tokens: 8192,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
      stream: true,
    });
    expect(messages({}, 'anthropic/claude-3-5-haiku-latest').body.max_tokens).toBe(4096);
    expect(messages({ maxOutputTokens: 99, temperature: 0, topP: 0.5 }).body).toMatchObject({
      max_tokens: 99,
      temperature: 0,
      top_p: 0.5,
    });
  });

  test('a conversation with tools', () => {
    const { body } = messages({ messages: conversation, tools: [calculator], toolChoice: 'none' });
    expect(body.system).toBe('Be exact.');
    expect(body.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'How much?' }] },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'a', name: 'calculator', input: { expression: '6*7' } },
          { type: 'tool_use', id: 'b', name: 'calculator', input: { value: '{"expr' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: '{"result":42}' },
          { type: 'tool_result', tool_use_id: 'b', content: 'the arguments are no JSON', is_error: true },
          { type: 'text', text: 'Go on.' },
        ],
      },
    ]);
    expect(body.tool_choice).toEqual({ type: 'none' });
    expect(messages({ tools: [calculator] }).body.tool_choice).toEqual({ type: 'auto' });
  });

  test('a conversation that called tools names them, even when there are none any more', () => {
    const { body } = messages({ messages: conversation });
    expect(body.tools).toEqual([{ name: 'calculator', input_schema: { type: 'object' } }]);
    expect(body.tool_choice).toEqual({ type: 'none' });
  });

  test('nothing is said with something, for the API refuses an empty message', () => {
    const { body } = messages({ messages: [{ role: 'user', content: ' ' }] });
    expect(body.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: '(nothing)' }] }]);
  });

  test('a schema goes the native way where model and schema allow it', () => {
    expect(messages({ outputSchema: closed }).body.output_config).toEqual({
      format: { type: 'json_schema', schema: closed },
    });
    expect(messages({ outputSchema: closed }).answerTool).toBeUndefined();
  });

  test.each([
    ['a schema that is not closed', open, 'anthropic/claude-sonnet-5'],
    ['an old model', closed, 'anthropic/claude-3-5-haiku-latest'],
    ['a model without the ability', closed, 'anthropic/claude-opus-4-20250514'],
    ['somebody else’s model', closed, 'anthropic/other'],
  ])('%s takes the way of the final_answer tool', (_, outputSchema, model) => {
    const alone = messages({ outputSchema }, model);
    expect(alone.answerTool).toBe('final_answer');
    expect(alone.body.output_config).toBeUndefined();
    expect(alone.body.tools).toMatchObject([{ name: 'final_answer', input_schema: outputSchema }]);
    expect(alone.body.tool_choice).toEqual({ type: 'tool', name: 'final_answer' });
    const beside = messages({ outputSchema, tools: [calculator] }, model).body;
    expect(beside.tools).toHaveLength(2);
    expect(beside.tool_choice).toEqual({ type: 'any' });
    const last = messages({ outputSchema, tools: [calculator], toolChoice: 'none' }, model).body;
    expect(last.tool_choice).toEqual({ type: 'tool', name: 'final_answer' });
  });
});

describe('a schema as it is sent', () => {
  test('objects whose properties are all required are closed', () => {
    const inner = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
    const { schema, strict } = sentSchema({
      type: 'object',
      properties: { list: { type: 'array', items: inner } },
      required: ['list'],
    });
    expect(strict).toBe(true);
    expect(schema).toEqual({
      type: 'object',
      properties: { list: { type: 'array', items: { ...inner, additionalProperties: false } } },
      required: ['list'],
      additionalProperties: false,
    });
  });

  test('examples are left out: no answer needs to be like them', () => {
    const open = { type: 'object', properties: { a: { type: 'string', examples: ['x'] } }, required: ['a'] };
    const { schema, strict } = sentSchema({ ...open, examples: [{ a: 'y' }] });
    expect(strict).toBe(true);
    expect(JSON.stringify(schema)).not.toContain('examples');
  });

  test.each<[string, JsonSchema]>([
    ['an optional property', { type: 'object', properties: { a: {}, b: {} }, required: ['a'] }],
    ['a map', { type: 'object', additionalProperties: { type: 'string' } }],
    ['a pattern', { type: 'object', properties: { a: { type: 'string', pattern: 'x' } }, required: ['a'] }],
    [
      'a choice with an open object',
      { type: 'object', properties: { a: { anyOf: [{ type: 'object' }] } }, required: ['a'] },
    ],
  ])('%s can not be said strictly, and stays as it is', (_, schema) => {
    expect(sentSchema(schema)).toMatchObject({ schema, strict: false });
  });

  test('what is no object travels inside one', () => {
    const { schema, unwrap } = sentSchema({
      type: 'array',
      items: { $ref: '#/$defs/n' },
      $defs: { n: { type: 'number' } },
    });
    expect(schema).toEqual({
      type: 'object',
      properties: { value: { type: 'array', items: { $ref: '#/$defs/n' } } },
      required: ['value'],
      additionalProperties: false,
      $defs: { n: { type: 'number' } },
    });
    expect(unwrap('{"value":[1,2]}')).toBe('[1,2]');
    expect(unwrap('not JSON')).toBe('not JSON');
    expect(unwrap('[1,2]')).toBe('[1,2]');
  });
});
