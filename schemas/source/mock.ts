// What mock models and mocked tools answer.
import * as z from 'zod';
import { agentName, anyJson, condition, documented as doc, duration, taskPath, text, toolName } from './parts.ts';

const mockError = z.strictObject({
  code: doc(text(), 'The code of the failure, such as `rate_limited`, `timeout` or `server_error`.', 'rate_limited'),
  message: doc(text(), 'What the failure says.', 'Too many requests.').optional(),
  status: doc(z.int().min(400).max(599), 'The HTTP status to imitate.', 429).optional(),
});

const mockToolCall = z.strictObject({
  name: doc(toolName(), 'The tool that the model asks for.', 'calculator'),
  arguments: doc(anyJson(), 'The input it gives the tool.', { expression: '6 * 7' }),
});

const mockEntry = z.strictObject({
  task: doc(
    taskPath(),
    'Only calls of this task, by its path: `gather`; inside a `for_each` or a `loop`, `paragraphs[]`; in a file that the task `report` calls, `report/draft`.',
    'gather',
  ).optional(),
  agent: doc(agentName(), 'Only calls of this agent.', 'writer').optional(),
  tool: doc(toolName(), 'Only calls of this tool; the reply is its result.', 'read_file').optional(),
  nth: doc(z.int().min(1), 'Only the n-th call that the entry otherwise matches, counted from 1.', 1).optional(),
  when: doc(
    condition(),
    'Only calls for which this is true. It sees `prompt` (the last message) and, of a tool, `input`.',
    'prompt.contains("lithium")',
  ).optional(),
  reply: doc(
    anyJson(),
    'The answer: a text, or a value that meets the output schema.',
    'Solid electrolytes do not burn.',
  ).optional(),
  tool_calls: doc(z.array(mockToolCall).min(1), 'Tools that the model asks for instead of answering.', [
    { name: 'calculator', arguments: { expression: '6 * 7' } },
  ]).optional(),
  error: doc(mockError, 'The call fails with this.', { code: 'rate_limited', status: 429 }).optional(),
  delay: doc(duration(), 'How long the call takes.', '200ms').optional(),
});
const mockEntries = z.array(mockEntry);

/** The value of `mock`. */
export const mock = z.union([
  mockEntries,
  z.strictObject({
    strict: doc(
      z.boolean(),
      'A call that no entry answers fails. Default: it is answered with a value made from its schema.',
      true,
    ).optional(),
    entries: doc(mockEntries, 'The entries; the first that matches a call answers it.', [
      { agent: 'writer', reply: 'Done.' },
    ]),
  }),
]);
