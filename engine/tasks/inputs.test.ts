import { describe, expect, it } from 'vitest';
import { checkWorkflow } from '../../workflow/index.ts';
import { resolveInputs } from './inputs.ts';

const { workflow } = checkWorkflow({
  file: 't.segue.yaml',
  text: `
segue: "1"
name: t
inputs:
  topic: { type: string, minLength: 3 }
  count: { type: integer, default: 3 }
  deep: { type: object, default: {}, properties: { list: { type: array, items: { type: integer } } } }
tasks:
  a: { type: set, values: { v: 1 } }
`,
});

describe('inputs', () => {
  it('are those given, and defaults for the rest', () => {
    expect(resolveInputs(workflow.inputs, { topic: 'tea leaves' })).toEqual({
      ok: true,
      inputs: { topic: 'tea leaves', count: 3, deep: {} },
    });
  });

  it('name everything that does not fit, at once', () => {
    const given = { count: 'many', deep: { list: [1, 'x'] }, tipic: 'tea' };
    const resolved = resolveInputs(workflow.inputs, given);
    expect(resolved).toMatchObject({ ok: false, refused: { code: 'invalid_inputs' } });
    const problems = resolved.ok ? [] : resolved.refused.details?.['problems'];
    expect(problems).toEqual([
      'topic is required',
      expect.stringMatching(/^count /),
      expect.stringMatching(/^deep\.list\[1\] /),
      'tipic is not an input',
    ]);
  });
});
