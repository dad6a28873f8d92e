// Tasks and bodies: every key they may have. What the keys mean together is in `workflow/rules`.
import * as z from 'zod';
import {
  agentName,
  condition,
  documented as doc,
  duration,
  id,
  jsonSchema,
  taskId,
  template,
  text,
  textTemplate,
  toolName,
  workflowFile,
} from './parts.ts';
import { patternShapes } from './patterns.ts';
import { agentInput, cacheKey, gateKey, inGraph, outputSchema, retry, retryKey, timeout } from './task-keys.ts';

/** Keys of every task and every body. */
const everywhere = {
  description: doc(
    text(),
    'What this is for, in a sentence. Shown beside the task.',
    'Find facts with a source each.',
  ).optional(),
  disabled: doc(z.boolean(), 'Skips the task, as if its `when` were false.', true).optional(),
  when: doc(
    condition(),
    'A condition, as a bare expression. If it is false when the task would start, the task is skipped.',
    'size(tasks.gather.output) > 0',
  ).optional(),
  get on_error() {
    return doc(
      z.union([
        z.enum(['fail', 'continue', 'fail_run']),
        z.strictObject({
          default: doc(template(), 'The output if the task fails. It must have the type of the output.', 'no answer'),
        }),
        z.strictObject({
          get fallback() {
            return doc(
              z.lazy(() => body),
              'A body that runs if the task fails; its output takes the place of the output. It sees `error`.',
              {
                agent: 'writer',
                with: { prompt: 'Apologise for: ${{ error.message }}' },
              },
            );
          },
        }),
      ]),
      'What happens if the task fails: `fail` (default), `continue` (go on without an output), `fail_run` (cancel the rest), a `default` output, or a `fallback` body.',
      'continue',
      { default: '' },
    ).optional();
  },
};

const shapes = {
  agent: {
    type: doc(
      z.literal('agent'),
      'An agent answers a prompt. May be left out where `agent` is given.',
      'agent',
    ).optional(),
    agent: doc(agentName(), 'The agent that does it, by its name in `agents`.', 'writer'),
    ...agentInput,
    ...outputSchema,
    ...retryKey,
    ...cacheKey,
    ...gateKey,
    ...timeout,
  },
  tool: {
    type: doc(z.literal('tool'), 'Calls a tool. May be left out where `tool` is given.', 'tool').optional(),
    tool: doc(toolName(), 'The tool to call, by its name.', 'calculator'),
    with: doc(z.record(z.string(), template()), "The tool's input, field by field. `${{ }}` is evaluated.", {
      expression: '${{ inputs.price }} * 1.19',
    }).optional(),
    ...outputSchema,
    ...retryKey,
    ...gateKey,
    ...timeout,
  },
  workflow: {
    type: doc(
      z.literal('workflow'),
      'Calls another workflow: its tasks become a part of this run. May be left out where `workflow` is given.',
      'workflow',
    ).optional(),
    workflow: doc(
      workflowFile(),
      'The file of the other workflow, relative to this one, inside the workspace folder.',
      './summarise.segue.yaml',
    ),
    with: doc(
      z.record(z.string(), template()),
      'The inputs of the other workflow, by their names. `${{ }}` is evaluated.',
      {
        text: '${{ inputs.text }}',
      },
    ).optional(),
    retry: doc(retry, 'Makes what failed inside again; tasks that finished keep their outcome. Default: 1 attempt.', {
      max_attempts: 2,
      delay: '10s',
    }).optional(),
    timeout: doc(duration(), 'How long the whole call may take, its attempts included.', '10m').optional(),
    ...gateKey,
  },
  condition: {
    type: doc(z.literal('condition'), 'Chooses which tasks go on.', 'condition'),
    cases: doc(
      z
        .array(
          z.strictObject({
            when: doc(condition(), 'A condition, as a bare expression.', 'inputs.total > 100'),
            to: doc(z.array(taskId()), 'The tasks that go on if this case is chosen.', ['review']),
          }),
        )
        .min(1),
      'Looked at from the first to the last; the first whose `when` is true is chosen.',
      [{ when: 'inputs.total > 100', to: ['review'] }],
    ),
    else: doc(z.array(taskId()), 'The tasks that go on if no case is true.', ['accept']).optional(),
  },
  for_each: {
    type: doc(
      z.literal('for_each'),
      'Runs a body once for each element of a list. Its output is the list of their outputs, in order.',
      'for_each',
    ),
    items: doc(template(), 'The list.', '${{ tasks.gather.output.facts }}'),
    as: doc(
      id(),
      'The name of the element inside the body. Default: `item`, and `index` for its place; `as: fact` also gives `fact_index`.',
      'fact',
    ).optional(),
    max_parallel: doc(z.int().min(1).max(1000), 'How many elements are worked on at a time.', 3).optional(),
    get do() {
      return doc(
        z.lazy(() => body),
        'The body: one task, or `tasks` with an `output`.',
        { agent: 'writer', with: { prompt: '${{ item }}' } },
      );
    },
    on_item_error: doc(
      z.enum(['stop', 'finish', 'continue']),
      'When an element fails: `stop` at once (default), `finish` the others and fail then, or `continue` without it.',
      'continue',
    ).optional(),
    ...gateKey,
    ...timeout,
  },
  loop: {
    type: doc(
      z.literal('loop'),
      'Runs a body again and again, in rounds. Its output is that of the last round; `history` has those of all.',
      'loop',
    ),
    while: doc(
      condition(),
      'A condition, looked at before each round, the first too: while it is true, there is another one. It sees the `output` of the last round and the number of the next, `round`.',
      'round == 1 || output.orValue("") != "done"',
    ).optional(),
    until: doc(
      condition(),
      'A condition, looked at after each round: once it is true, the loop is done. It sees the `output` and the number of that round, `round`.',
      "output == 'done'",
    ).optional(),
    max_iterations: doc(z.int().min(1).max(1000), 'How many rounds there are at most.', 5),
    get do() {
      return doc(
        z.lazy(() => body),
        'The body of a round: one task, or `tasks` with an `output`. It sees `output`, that of the round before (absent in the first), and `round`, from 1.',
        { agent: 'writer', with: { prompt: "Improve: ${{ output.orValue('nothing yet') }}" } },
      );
    },
    on_exhausted: doc(
      z.enum(['fail', 'continue']),
      'When `max_iterations` rounds were not enough: `fail` (default), or `continue` with the last output.',
      'continue',
    ).optional(),
    ...gateKey,
    ...timeout,
  },
  set: {
    type: doc(z.literal('set'), 'Computes values without a model or a tool.', 'set'),
    values: doc(z.record(z.string(), template()), 'The output, field by field. `${{ }}` is evaluated.', {
      total: '${{ inputs.price * 2 }}',
    }).optional(),
    shared: doc(z.record(z.string(), template()), 'Shared values to write, by their names in `shared`.', {
      count: '${{ shared.count + 1 }}',
    }).optional(),
  },
  wait: {
    type: doc(
      z.literal('wait'),
      'Waits: for a while, or until a moment. Nothing is computed and no place is taken.',
      'wait',
    ),
    duration: doc(duration(), 'How long it waits, counted from when the task begins.', '10m').optional(),
    until: doc(
      textTemplate(),
      'The moment it waits for, as RFC 3339 text. One that is over is not waited for.',
      '2026-01-31T12:00:00Z',
      "${{ timestamp(run.started_at) + duration('1h') }}",
    ).optional(),
  },
  terminate: {
    type: doc(
      z.literal('terminate'),
      'Ends the run, or in a file that is called the call: what has not ended is cancelled, without `on_error`.',
      'terminate',
    ),
    status: doc(
      z.enum(['completed', 'failed', 'cancelled']),
      'How the run ends. Its `outputs` are evaluated only if it is `completed`.',
      'failed',
    ),
    message: doc(
      textTemplate(),
      'Why, for those who read the run. `${{ }}` is evaluated.',
      'There is nothing to report.',
    ).optional(),
  },
  human: {
    type: doc(z.literal('human'), 'Asks a person and waits for the answer.', 'human'),
    message: doc(textTemplate(), 'The question. `${{ }}` is evaluated.', 'Publish this report?'),
    options: doc(z.array(z.string()).min(1), 'The answers to choose from; the output is the one chosen.', [
      'publish',
      'discard',
    ]).optional(),
    form: doc(
      jsonSchema(),
      'A JSON Schema of an object: the person fills in its fields, and the output is the object.',
      {
        type: 'object',
        properties: { reason: { type: 'string' } },
      },
    ).optional(),
    on_timeout: doc(
      z.union([
        z.enum(['fail', 'skip']),
        z.strictObject({ default: doc(template(), 'The answer if nobody gave one in time.', 'discard') }),
      ]),
      'What happens when `timeout` has passed without an answer: `fail` (default), `skip`, or a `default` answer.',
      'skip',
    ).optional(),
    ...gateKey,
    ...timeout,
  },
};

const patterns = patternShapes({ stage: () => stage, body: () => body });

function taskOf<T extends z.ZodRawShape>(shape: T) {
  return z.strictObject({ ...shape, ...inGraph, ...everywhereOf() });
}

function bodyOf<T extends z.ZodRawShape>(shape: T) {
  return z.strictObject({ ...shape, ...everywhereOf() });
}

/** Copies the shape with its getter, which must not run before `body` exists. */
function everywhereOf(): typeof everywhere {
  return Object.create(null, Object.getOwnPropertyDescriptors(everywhere)) as typeof everywhere;
}

/** A task in a graph. */
export const task = z
  .union([
    taskOf(shapes.agent).meta({ id: 'agentTask' }),
    taskOf(shapes.tool).meta({ id: 'toolTask' }),
    taskOf(shapes.workflow).meta({ id: 'workflowTask' }),
    taskOf(shapes.condition).meta({ id: 'conditionTask' }),
    taskOf(shapes.for_each).meta({ id: 'forEachTask' }),
    taskOf(shapes.loop).meta({ id: 'loopTask' }),
    taskOf(patterns.pipeline).meta({ id: 'pipelineTask' }),
    taskOf(patterns.parallel).meta({ id: 'parallelTask' }),
    taskOf(patterns.router).meta({ id: 'routerTask' }),
    taskOf(patterns.reflect).meta({ id: 'reflectTask' }),
    taskOf(patterns.supervisor).meta({ id: 'supervisorTask' }),
    taskOf(patterns.planner).meta({ id: 'plannerTask' }),
    taskOf(shapes.set).meta({ id: 'setTask' }),
    taskOf(shapes.human).meta({ id: 'humanTask' }),
    taskOf(shapes.wait).meta({ id: 'waitTask' }),
    taskOf(shapes.terminate).meta({ id: 'terminateTask' }),
  ])
  .meta({ id: 'task', 'x-segue': 'task-body' });

/** Tasks by their ids. */
export const tasks = z.record(id(), task);

const graphKeys = {
  get tasks() {
    return doc(
      z.lazy(() => tasks),
      'The tasks of this body. They see each other, and what the body sees.',
      {
        scan: { agent: 'reader', with: { prompt: '${{ item }}' } },
      },
    );
  },
  output: doc(
    template(),
    'The output of the body. Left out: the output of its last task.',
    '${{ tasks.scan.output }}',
  ).optional(),
};

const graph = z
  .strictObject({
    ...graphKeys,
    when: doc(
      condition(),
      'A condition, as a bare expression. If it is false, the body is skipped.',
      'item.active',
    ).optional(),
  })
  .meta({ id: 'graphBody' });

const bodies = [
  bodyOf(shapes.agent).meta({ id: 'agentBody' }),
  bodyOf(shapes.tool).meta({ id: 'toolBody' }),
  bodyOf(shapes.workflow).meta({ id: 'workflowBody' }),
  bodyOf(shapes.for_each).meta({ id: 'forEachBody' }),
  bodyOf(shapes.loop).meta({ id: 'loopBody' }),
  bodyOf(patterns.pipeline).meta({ id: 'pipelineBody' }),
  bodyOf(patterns.reflect).meta({ id: 'reflectBody' }),
  bodyOf(patterns.supervisor).meta({ id: 'supervisorBody' }),
  bodyOf(patterns.planner).meta({ id: 'plannerBody' }),
  bodyOf(patterns.parallel).meta({ id: 'parallelBody' }),
  bodyOf(shapes.set).meta({ id: 'setBody' }),
  bodyOf(shapes.human).meta({ id: 'humanBody' }),
  bodyOf(shapes.wait).meta({ id: 'waitBody' }),
  bodyOf(shapes.terminate).meta({ id: 'terminateBody' }),
];

/** What `do` and `fallback` hold: one task of any type, or a small graph. */
export const body: z.ZodType = z.union([...bodies, graph]).meta({ id: 'body', 'x-segue': 'task-body' });

/** A stage of a pipeline: a body whose graph may have a gate and all that tasks have, too. */
const stage: z.ZodType = z
  .union([...bodies, bodyOf({ ...graphKeys, ...gateKey }).meta({ id: 'stageGraph' })])
  .meta({ id: 'stage', 'x-segue': 'task-body' });
