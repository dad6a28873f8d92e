// The ways in which agents work together, as task types.
import * as z from 'zod';
import { documented as doc, id } from './parts.ts';
import { gateKey, timeout } from './task-keys.ts';

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
  };
}
