import { describe, expect, test } from 'vitest';
import { checkWorkflow } from '../check.ts';
import { decompositionSchema, type Team } from './decomposition.ts';
import { sampleFromSchema } from './sample.ts';
import { problemOfSchema, validateJson } from './validate-json.ts';

function specialist(name: string, ...capabilities: readonly string[]): Team['specialists'][number] {
  const { agents } = checkWorkflow({
    file: 'a.segue.yaml',
    text: `agents: { ${name}: { model: mock/small, capabilities: [${capabilities.join(', ')}] } }`,
  }).workflow;
  return { name, ...(agents[0] && { agent: agents[0] }) };
}

const specialists = [specialist('ann', 'reading'), specialist('ben', 'reading', 'writing'), { name: 'unknown' }];

describe.each(['model', 'capability', 'least_busy'] as const)('the schema of a plan, assigned by %s', (assign) => {
  test.each([true, false])('is met by what a mock model makes of it (first: %s)', (isFirst) => {
    const schema = decompositionSchema({ assign, specialists, maxSubtasks: 10 }, isFirst);
    expect(problemOfSchema(schema)).toBeUndefined();
    const sample = sampleFromSchema(schema, 'any');
    expect(validateJson(schema, sample)).toEqual([]);
    expect(sample).toMatchObject({ done: !isFirst });
  });

  test('gives no more work than a round may have', () => {
    const sample = sampleFromSchema(decompositionSchema({ assign, specialists, maxSubtasks: 1 }, true), 'any');
    expect(sample).toMatchObject({ subtasks: [{ id: 'part_1' }] });
    expect(sample).not.toMatchObject({ subtasks: [{}, {}] });
  });
});

test('a plan can name nobody else', () => {
  const schema = decompositionSchema({ assign: 'model', specialists, maxSubtasks: 10 }, true);
  const plan = { done: false, subtasks: [{ id: 'a', instructions: 'Go.', specialist: 'zoe', needs: [] }] };
  expect(validateJson(schema, plan)).toMatchObject([{ path: 'subtasks[0].specialist' }]);
});
