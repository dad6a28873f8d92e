// `*.segue.yaml`: the one source of its shape. The published JSON Schema is made from it (`schemas/generate.ts`).
import * as z from 'zod';
import { documented as doc, duration, id, jsonSchema, modulePath, name, template, text, toolName } from './parts.ts';
import { agent } from './agent.ts';
import { mock } from './mock.ts';
import { tasks } from './tasks.ts';

const moduleTool = z.strictObject({
  description: doc(
    text().min(1),
    'What the tool does and when to use it: a model reads this.',
    'Looks up what an article costs.',
  ),
  input: doc(jsonSchema(), 'A JSON Schema of what the function is given, with `type: object`. Left out: nothing.', {
    type: 'object',
    required: ['article'],
    properties: { article: { type: 'string' } },
  }).optional(),
  output: doc(jsonSchema(), 'A JSON Schema that what the function returns must meet. Left out: anything.', {
    type: 'object',
    required: ['price'],
    properties: { price: { type: 'number' } },
  }).optional(),
  effect: doc(
    z.enum(['none', 'repeatable', 'once']),
    'What a call does to the world: `none`; `repeatable`: something that may be done again; `once`: something that must not. Tools that are `once` ask a person first, and are not repeated by themselves. Default: `once`.',
    'none',
  ).optional(),
});

const toolset = z.union([
  z.strictObject({
    builtin: doc(z.array(toolName()).min(1), 'Tools that come with Segue.', ['read_file', 'write_file']),
  }),
  z.strictObject({
    module: doc(
      modulePath(),
      'A file of your own with the code of these tools, JavaScript or TypeScript, by its way from this file. It runs only in a workspace that is trusted.',
      './tools/shop.ts',
    ),
    tools: doc(
      z.record(id(), moduleTool),
      'The tools that the module exports: for each exported function what a model and the engine must know of it.',
      { price_of: { description: 'Looks up what an article costs.', effect: 'none' } },
    ),
    timeout: doc(duration(), 'How long one call may take. Default: `1m`.', '10s').optional(),
  }),
]);

const builtinTools = z.strictObject({
  builtin: doc(z.array(toolName()), 'The builtin tools that this file may use.', ['calculator', 'read_file']),
});

/** The whole file. */
export const workflowFile = z
  .strictObject({
    segue: doc(z.literal('1'), 'The version of the language, in quotes.', '1'),
    name: doc(text().min(1), 'The name of the workflow. Left out: the name of the file.', 'research-report').optional(),
    version: doc(text(), 'The version of this workflow, in quotes if it has two parts.', '1.0.0').optional(),
    description: doc(text(), 'What the workflow does, in a sentence.', 'Gather facts and write a report.').optional(),
    inputs: doc(
      z.record(id(), jsonSchema()),
      'What a run is started with: for each name a JSON Schema. An input with a `default` may be left out.',
      { topic: { type: 'string', minLength: 3, default: 'solid-state batteries' } },
    ).optional(),
    outputs: doc(z.record(id(), template()), 'What a run gives back, evaluated when all tasks have ended.', {
      report: '${{ tasks.report.output }}',
    }).optional(),
    env: doc(
      z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)),
      'Names of environment variables that expressions may read as `env.NAME`. Keys and passwords are refused.',
      ['LANG'],
    ).optional(),
    shared: doc(
      z.record(id(), jsonSchema()),
      'Values that tasks read as `shared.x` and `set` tasks write: for each name a JSON Schema with a `default`.',
      { count: { type: 'integer', default: 0 } },
    ).optional(),
    agents: doc(
      z.record(name(), agent),
      'Who does the work: a model with instructions, by name. Agents may also stand in files of their own, `agents/NAME.agent.yaml`.',
      {
        writer: { model: 'mock/small', instructions: 'You write plainly.' },
      },
    ).optional(),
    tools: doc(
      builtinTools,
      'Which builtin tools this file may use at all, beside those of its `toolsets`. Left out: every builtin tool.',
      {
        builtin: ['calculator'],
      },
    ).optional(),
    toolsets: doc(z.record(name(), toolset), 'Named groups of tools, for `toolsets` of agents.', {
      files: { builtin: ['read_file'] },
    }).optional(),
    mock: doc(
      mock,
      'What mock models and mocked tools answer. The first entry that matches a call answers it; one with `nth` only once.',
      [{ agent: 'writer', reply: 'Done.', delay: '200ms' }],
    ).optional(),
    limits: doc(
      z.strictObject({
        max_parallel: doc(
          z.int().min(1).max(1000),
          'How many model and tool calls may be in flight at a time.',
          4,
        ).optional(),
      }),
      'What a run may use.',
      { max_parallel: 4 },
    ).optional(),
    on_failure: doc(
      z.strictObject({
        allow_partial: doc(
          z.boolean(),
          'A run in which tasks failed may end as `partially_completed`. Default: false.',
          true,
        ).optional(),
        max_failure_rate: doc(
          z.number().min(0).max(1),
          'Up to this share of the top-level tasks may fail for that. Default: 0.5.',
          0.25,
        ).optional(),
      }),
      'How a run ends in which tasks failed.',
      { allow_partial: true, max_failure_rate: 0.25 },
    ).optional(),
    tasks: doc(
      tasks,
      'What is done: for each id a task. The order of lines does not matter; a task starts when what it needs has ended.',
      {
        greet: { agent: 'writer', with: { prompt: 'Say hello.' } },
      },
    ),
  })
  .meta({
    title: 'Segue workflow',
    description: 'A workflow of agents, tools and people.',
    patternProperties: {
      '^x-': { description: 'Yours: keys that begin with `x-` are not looked at.', examples: ['anything'] },
    },
  });
