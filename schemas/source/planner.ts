// The keys of a planner.
import * as z from 'zod';
import { agentName, documented as doc, textTemplate, toolName } from './parts.ts';
import { gateKey, outputSchema, timeout } from './task-keys.ts';

export const plannerShape = {
  type: doc(
    z.literal('planner'),
    'An agent plans the tasks that reach a goal. The plan is checked like a file, recorded, and run; if it fails, another one is made.',
    'planner',
  ),
  agent: doc(agentName(), 'The agent that plans.', 'planner'),
  goal: doc(
    textTemplate(),
    'What is to be reached. `${{ }}` is evaluated: a plan knows nothing of the workflow but what stands here.',
    'A comparison of ${{ inputs.products }} by price and weight',
  ),
  may_use: doc(
    z.strictObject({
      agents: doc(z.array(agentName()).min(1), 'Agents that may do planned tasks.', [
        'researcher',
        'writer',
      ]).optional(),
      tools: doc(z.array(toolName()).min(1), 'Tools that planned tasks may call.', ['read_file']).optional(),
    }),
    'What a plan may consist of: agents, tools, or both. Nothing else can be planned.',
    { agents: ['researcher', 'writer'], tools: ['read_file'] },
  ),
  approve: doc(
    z.boolean(),
    'Whether a person sees each plan before it runs, and may reject it. Default: false.',
    true,
  ).optional(),
  max_tasks: doc(z.int().min(1).max(100), 'How many tasks a plan may have. Default: 20.', 10).optional(),
  max_replans: doc(
    z.int().min(0).max(10),
    'How often another plan is made when one has failed or was rejected. Default: 1.',
    2,
  ).optional(),
  ...outputSchema,
  ...gateKey,
  ...timeout,
};
