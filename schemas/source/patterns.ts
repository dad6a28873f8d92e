// The ways in which agents work together, as task types.
import * as z from 'zod';
import { agentName, condition, documented as doc, id, taskId, text, textTemplate } from './parts.ts';
import { plannerShape } from './planner.ts';
import { agentInput, gateKey, outputSchema, retryKey, timeout } from './task-keys.ts';

/** @param stage what one stage holds @returns the keys of each type */
export function patternShapes(stage: () => z.ZodType) {
  return {
    pipeline: {
      type: doc(
        z.literal('pipeline'),
        'Runs stages one after another; each sees what those before it gave. Its output is that of the last one.',
        'pipeline',
      ),
      get stages() {
        return doc(
          z.record(id(), z.lazy(stage)),
          'The stages by their names, in the order in which they run. One that is skipped is passed over.',
          {
            outline: { agent: 'writer', with: { prompt: 'Outline: ${{ inputs.topic }}' } },
            draft: {
              agent: 'writer',
              with: { prompt: 'Write it out: ${{ tasks.outline.output }}' },
              gate: { judge: 'critic', on_fail: 'rollback' },
            },
          },
        );
      },
      ...gateKey,
      ...timeout,
    },
    router: {
      type: doc(z.literal('router'), 'An agent chooses which tasks go on. Its output is `{to, reason}`.', 'router'),
      agent: doc(agentName(), 'The agent that chooses.', 'clerk'),
      with: doc(
        z.strictObject({
          prompt: doc(
            textTemplate(),
            'What is to be decided about. The routes are added to it. `${{ }}` is evaluated.',
            '${{ inputs.message }}',
          ),
        }),
        'What the agent gets: a `prompt`.',
        { prompt: '${{ inputs.message }}' },
      ),
      routes: doc(
        z
          .array(
            z.strictObject({
              to: doc(z.array(taskId()).min(1), 'The tasks that go on if this route is chosen.', ['refund']),
              description: doc(
                text(),
                'When it is the right one: the agent goes by this.',
                'They want their money back.',
              ),
            }),
          )
          .min(1),
        'What the agent chooses from.',
        [
          { to: ['refund'], description: 'They want their money back.' },
          { to: ['answer'], description: 'They ask how something works.' },
        ],
      ),
      max_routes: doc(z.int().min(1).max(100), 'How many routes it may choose. Default: 1.', 2).optional(),
      ...retryKey,
      ...gateKey,
      ...timeout,
    },
    reflect: {
      type: doc(
        z.literal('reflect'),
        'An agent writes, a critic says what is to be done better, and the agent writes again. Its output is the best version; `history` has all.',
        'reflect',
      ),
      agent: doc(agentName(), 'The agent that writes, by its name in `agents`.', 'writer'),
      critic: doc(
        z.union([agentName(), z.literal('self')]),
        'The agent that gives each version a score from 0 to 1 and says what is to be done better; or `self`, the one that writes.',
        'critic',
        'self',
      ),
      ...agentInput,
      criteria: doc(z.array(textTemplate()).min(1), 'What the critic goes by.', [
        'every claim has a source',
        'no paragraph is over 120 words',
      ]).optional(),
      until: doc(
        condition(),
        'A condition, looked at after each critique: once it is true, the task is done. It sees `output`, `critique` and the number of the round, `round`.',
        'critique.score >= 0.9',
      ).optional(),
      max_rounds: doc(
        z.int().min(1).max(100),
        'How many versions are written at most. Default: 3. Two in a row that are no better than the best end it, too.',
        5,
      ).optional(),
      ...outputSchema,
      ...gateKey,
      ...timeout,
    },
    supervisor: {
      type: doc(
        z.literal('supervisor'),
        'Divides a goal among specialists, round after round, and answers for the whole. Its output is that answer.',
        'supervisor',
      ),
      agent: doc(agentName(), 'The agent that divides the work, looks at the results and writes the answer.', 'lead'),
      specialists: doc(
        z.array(agentName()).min(1),
        'The agents that the work is given to. What is said of each in `description` and `capabilities` is told to the supervisor.',
        ['researcher', 'writer'],
      ),
      goal: doc(
        textTemplate(),
        'What is to be reached. `${{ }}` is evaluated.',
        'A report on ${{ inputs.market }} that a buyer can decide by.',
      ),
      assign: doc(
        z.enum(['model', 'capability', 'least_busy']),
        'Who gets a subtask: the specialist that the supervisor names (`model`, the default), the least busy of those with the `capability` that it names, or the least busy of all (`least_busy`).',
        'capability',
      ).optional(),
      max_rounds: doc(
        z.int().min(1).max(100),
        'How many times subtasks are given out at most. Then the answer is written from what there is. Default: 5.',
        3,
      ).optional(),
      max_subtasks: doc(
        z.int().min(1).max(100),
        'How many subtasks one round may have at most. Default: 10.',
        4,
      ).optional(),
      max_parallel: doc(z.int().min(1).max(1000), 'How many subtasks are worked on at a time.', 3).optional(),
      ...outputSchema,
      ...gateKey,
      ...timeout,
    },
    planner: plannerShape,
  };
}
