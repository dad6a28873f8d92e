// Keys that several types of tasks share, each with what it means wherever it stands.
import * as z from 'zod';
import { agentName, condition, documented as doc, duration, jsonSchema, taskId, textTemplate } from './parts.ts';

/** When and how often something is made again. */
export const retry = z.strictObject({
  strategy: doc(
    z.enum(['immediate', 'constant', 'linear', 'exponential']),
    'How the pause between attempts grows. Default: `exponential`.',
    'exponential',
  ).optional(),
  max_attempts: doc(
    z.int().min(1).max(20),
    'How often the call is made at most, the first attempt included. Default: 3.',
    3,
  ).optional(),
  delay: doc(duration(), 'The first pause. Default: `1s`.', '500ms').optional(),
  max_delay: doc(
    duration(),
    'No pause is longer than this. Default: `30s`, or `delay` if that is longer.',
    '30s',
  ).optional(),
  base: doc(z.number().min(1).max(10), 'The factor of `exponential`. Default: 2.', 2).optional(),
  jitter: doc(
    z.boolean(),
    'Spreads the pauses, so that many calls do not come back at once. Default: true.',
    true,
  ).optional(),
  on: doc(
    z.array(z.string()).min(1),
    'Retry only failures with these codes. Left out: those that may pass by themselves, such as time-outs, rate limits and network failures.',
    ['timeout', 'rate_limited'],
  ).optional(),
});

/** Of one call, or of all that is inside a task. */
export const timeout = {
  timeout: doc(
    duration(),
    'How long one attempt of a call may take; on `human` how long an answer is awaited; on all others how long the whole task may take.',
    '2m',
  ).optional(),
};
/** Of all tasks that do something which may turn out badly. */
export const gateKey = {
  gate: doc(
    z.strictObject({
      when: doc(
        condition(),
        'A condition that what the task gave must meet. It sees `output`, and which try this is, `round`.',
        'size(output) > 100',
      ).optional(),
      judge: doc(agentName(), 'An agent that gives a score from 0 to 1, instead of a condition.', 'critic').optional(),
      criteria: doc(z.array(textTemplate()).min(1), 'What the judge goes by.', [
        'every claim has a source',
        'no paragraph is over 120 words',
      ]).optional(),
      min_score: doc(z.number().min(0).max(1), 'The score that is enough. Default: 0.7.', 0.8).optional(),
      on_fail: doc(
        z.enum(['retry', 'rollback', 'fail', 'continue']),
        'What follows if the gate is missed: `retry` (default) runs the task again, `rollback` the stage before it, with `gate.feedback`; `fail`; or `continue` all the same.',
        'rollback',
      ).optional(),
      max_retries: doc(
        z.int().min(0).max(20),
        'How often there is another try, after a `retry` or a `rollback`. Default: 2.',
        3,
      ).optional(),
      on_exhausted: doc(
        z.enum(['fail', 'continue']),
        'When they were not enough: `fail` (default) with `gate_failed`, or `continue` with what there is.',
        'continue',
      ).optional(),
    }),
    'Looks at what the task gave: a condition, or a judge with criteria and a score. Inside the task, `gate.feedback` says what is to be done better.',
    { judge: 'critic', criteria: ['every claim has a source'], min_score: 0.8 },
  ).optional(),
};

/** Of tasks that make calls. */
export const retryKey = {
  retry: doc(
    retry,
    'Makes the call again after a failure that may pass. A model call has 3 attempts by default, a tool call 1.',
    {
      strategy: 'exponential',
      max_attempts: 3,
    },
  ).optional(),
};
const role = doc(z.enum(['system', 'user', 'assistant']), 'Who says it.', 'user');
const messages = z
  .array(
    z.strictObject({
      role,
      content: doc(textTemplate(), 'What is said. `${{ }}` is evaluated.', 'Summarise: ${{ inputs.text }}'),
    }),
  )
  .min(1);

/** Of tasks that hand an agent something to answer. */
export const agentInput = {
  with: doc(
    z.strictObject({
      prompt: doc(
        textTemplate(),
        'What the agent is asked. `${{ }}` is evaluated.',
        'Summarise: ${{ inputs.text }}',
      ).optional(),
      messages: doc(
        z.union([messages, textTemplate()]),
        'A whole conversation instead of a prompt: a list of `role` and `content`, or an expression that gives one.',
        [{ role: 'user', content: 'Hello' }],
      ).optional(),
    }),
    'What the agent gets: a `prompt` or `messages`.',
    { prompt: 'Summarise: ${{ inputs.text }}' },
  ),
};

/** Of tasks that ask models. */
export const cacheKey = {
  cache: doc(
    z.strictObject({
      max_age: doc(duration(), 'How old an answer may be to be used again.', '1h', '24h'),
    }),
    'Uses an earlier answer to the very same request, at no cost: same model, messages, tools and settings. Never one that called a tool with an effect.',
    { max_age: '24h' },
  ).optional(),
};
/** Of tasks whose output somebody else makes. */
export const outputSchema = {
  output_schema: doc(
    jsonSchema(),
    'A JSON Schema that the output must meet. Expressions know the fields that it names.',
    { type: 'object', required: ['score'], properties: { score: { type: 'number' } } },
  ).optional(),
};

/** Keys of a task in a graph, but not of a body. */
export const inGraph = {
  needs: doc(
    z.array(taskId()),
    'Tasks of the same scope that must end first. A task that an expression names is needed without being listed.',
    ['gather'],
  ).optional(),
  trigger_rule: doc(
    z.enum(['all_success', 'none_failed', 'one_success', 'all_done']),
    'How the needed tasks must have ended for this one to start. Default: `all_success`.',
    'none_failed',
  ).optional(),
  priority: doc(
    z.int().min(0).max(10),
    'Of tasks that could start now, higher ones go first. Default: 5.',
    8,
  ).optional(),
  critical: doc(z.boolean(), 'If this task fails, the run can not end as partially completed.', true).optional(),
};
