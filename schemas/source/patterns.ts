// The ways in which agents work together, as task types.
import * as z from 'zod';
import { agentName, condition, documented as doc, id, taskId, text, textTemplate } from './parts.ts';
import { plannerShape } from './planner.ts';
import { agentInput, gateKey, outputSchema, retryKey, timeout } from './task-keys.ts';

const fusion = z.strictObject({
  strategy: doc(
    z.enum(['collect', 'concat', 'merge', 'vote', 'best_of', 'synthesize']),
    'How: `collect` (default) an object with an output for each branch; `concat` texts or lists; `merge` objects; `vote` for the most frequent; `best_of` as an agent judges; `synthesize` by an agent.',
    'vote',
  ).optional(),
  agent: doc(agentName(), 'Who judges (`best_of`) or makes one of all (`synthesize`).', 'judge').optional(),
  criteria: doc(z.array(textTemplate()).min(1), 'What that agent goes by.', ['it names its sources']).optional(),
  separator: doc(text(), 'What stands between texts that are put together. Default: an empty line.', ', ').optional(),
  ties: doc(
    z.enum(['first', 'fail']),
    'When several answers have the most votes: the `first` of them in the file (default), or `fail`.',
    'fail',
  ).optional(),
  quorum: doc(
    z.int().min(1).max(1000),
    'How many branches are enough: once so many have completed, the others are cut.',
    2,
  ).optional(),
});

/** What a pattern holds: a stage of a pipeline, a branch. */
interface Inside {
  readonly stage: () => z.ZodType;
  readonly body: () => z.ZodType;
}

/** @returns the keys of each type */
export function patternShapes({ stage, body }: Inside) {
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
    parallel: {
      type: doc(
        z.literal('parallel'),
        'Runs branches side by side, and makes one output of what they give.',
        'parallel',
      ),
      get branches() {
        return doc(z.record(id(), z.lazy(body)), 'The branches by their names: bodies, which do not see each other.', {
          hopeful: { agent: 'writer', with: { prompt: 'What speaks for it? ${{ inputs.plan }}' } },
          wary: { agent: 'critic', with: { prompt: 'What speaks against it? ${{ inputs.plan }}' } },
        }).optional();
      },
      agents: doc(
        z.array(agentName()).min(1),
        'Instead of `branches`: agents that are all given the same prompt. Their names are those of the branches.',
        ['optimist', 'sceptic'],
      ).optional(),
      with: doc(
        z.strictObject({
          prompt: doc(
            textTemplate(),
            'What each of the `agents` is asked. `${{ }}` is evaluated.',
            '${{ inputs.plan }}',
          ),
        }),
        'What the `agents` get: a `prompt`.',
        { prompt: '${{ inputs.plan }}' },
      ).optional(),
      max_parallel: doc(z.int().min(1).max(1000), 'How many branches are under way at a time.', 3).optional(),
      fusion: doc(fusion, 'How the outputs of the branches become one. Left out: an object of them.', {
        strategy: 'best_of',
        agent: 'judge',
        criteria: ['it names its sources'],
      }).optional(),
      on_item_error: doc(
        z.enum(['stop', 'finish', 'continue']),
        'When a branch fails: `stop` at once (default), `finish` the others and fail then, or `continue` without it.',
        'continue',
      ).optional(),
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
