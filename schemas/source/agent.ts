// Agents: a map in `agents` of a workflow, or a file of their own, `*.agent.yaml`.
import * as z from 'zod';
import {
  agentName,
  capabilityName,
  documented as doc,
  jsonSchema,
  modelName,
  text,
  textTemplate,
  toolName,
  toolsetName,
} from './parts.ts';

const context = z.strictObject({
  max_tokens: doc(
    z.int().min(100),
    'How many tokens one call may be sent: messages, tools, schema. Until a provider has counted those of a task, each byte counts as one.',
    30_000,
  ).optional(),
  overflow: doc(
    z.enum(['truncate', 'summarize', 'fail']),
    'What happens to a longer conversation. `truncate`: the oldest exchanges are left out. `summarize`: a model sums them up. `fail`: the task fails. Default: `truncate`.',
    'summarize',
  ).optional(),
});

const memory = z.strictObject({
  short_term: doc(
    z.strictObject({
      window: doc(z.int().min(1).max(1000), 'How many messages at most: a prompt is one, and an answer.', 10),
    }),
    "The last prompts and answers of the agent's earlier tasks in this run come before the prompt.",
    { window: 10 },
  ).optional(),
  working: doc(
    z.boolean(),
    'Gives the agent the tools `remember`, `recall` and `forget`: notes under keys, for it alone, until the run ends.',
    true,
  ).optional(),
});

export const agent = z.strictObject({
  model: doc(
    modelName(),
    'The model, as `provider/model`. `mock/…` answers from the `mock` list, without a key and without cost.',
    'openai/gpt-5-mini',
    'mock/small',
  ).optional(),
  extends: doc(
    agentName(),
    'Another agent that this one takes over from: what it does not say itself. Maps merge by key, all else is replaced.',
    'writer',
  ).optional(),
  fallback: doc(
    z.array(modelName()).min(1),
    'Models to ask, in this order, when a call has failed for good: after its attempts, or because of its key, its model or its request. Each gets attempts of its own.',
    ['anthropic/claude-haiku-4-5'],
  ).optional(),
  instructions: doc(
    textTemplate(),
    'Who the agent is and how it works. `${{ }}` sees `inputs`, `env`, `config` and `run`.',
    'You write plainly and briefly.',
  ).optional(),
  description: doc(
    text(),
    'What the agent is for, in a sentence: people and other agents read it.',
    'Finds facts and names its sources.',
  ).optional(),
  capabilities: doc(
    z.array(capabilityName()),
    'What the agent is good at, in a word each: others choose it by these.',
    ['research', 'fact_checking'],
  ).optional(),
  tools: doc(z.array(toolName()), 'Tools that the agent may call.', ['calculator']).optional(),
  toolsets: doc(z.array(toolsetName()), 'Named groups of tools that the agent may call.', ['files']).optional(),
  sub_agents: doc(
    z.array(agentName()),
    'Agents that this one may ask, each as a tool of its name that takes a `prompt`. They do not see its conversation.',
    ['researcher'],
  ).optional(),
  handoffs: doc(
    z.array(agentName()),
    'Agents that this one may hand its conversation to, with the tools `handoff_to_NAME`. They go on with it and give the output.',
    ['billing'],
  ).optional(),
  max_handoffs: doc(
    z.int().min(1).max(100),
    'How often a conversation that this agent begins may be handed on. Default: 10.',
    3,
  ).optional(),
  max_iterations: doc(
    z.int().min(1).max(100),
    'How many turns the agent may take; in the last one it must answer without tools. Default: 10.',
    8,
  ).optional(),
  temperature: doc(
    z.number().min(0).max(2),
    'How freely the model chooses its words. Left out: the provider decides.',
    0.2,
  ).optional(),
  top_p: doc(
    z.number().min(0).max(1),
    'Limits the choice to the most likely words. Left out: the provider decides.',
    0.9,
  ).optional(),
  max_output_tokens: doc(z.int().min(1), 'How long one answer may be, in tokens.', 2000).optional(),
  context: doc(context, 'How much of its conversation the agent is sent in one call.', {
    max_tokens: 30_000,
    overflow: 'summarize',
  }).optional(),
  memory: doc(memory, 'What the agent knows of what it did before.', {
    short_term: { window: 10 },
    working: true,
  }).optional(),
  output_schema: doc(
    jsonSchema(),
    'A JSON Schema that the final answer must meet. An answer that does not is sent back once for repair.',
    { type: 'object', required: ['title'], properties: { title: { type: 'string' } } },
  ).optional(),
});

/** The whole file. */
export const agentFile = agent.meta({
  title: 'Segue agent',
  description: 'An agent that workflows share. Its name is that of the file.',
  patternProperties: {
    '^x-': { description: 'Yours: keys that begin with `x-` are not looked at.', examples: ['anything'] },
  },
});
