// LANGUAGE section 5: `extends` of agents. Maps merge by key, all else is replaced.
import { describe, expect, it } from 'vitest';
import { checkWorkflow } from '../../workflow/index.ts';
import { tell } from './stage.ts';

const agents = `
inputs: { topic: { type: string, default: whales } }
agents:
  base:
    model: mock/base
    fallback: [mock/other]
    instructions: "You know \${{ inputs.topic }}."
    tools: [echo, fetch]
    temperature: 0.5
    output_schema:
      type: object
      required: [n]
      properties: { n: { type: integer }, note: { type: string, maxLength: 9 } }
  middle:
    extends: base
    temperature: 0
    tools: [echo]
    output_schema:
      required: [n, more]
      properties: { more: { type: boolean }, note: { type: string } }
  top: { extends: middle, model: mock/top, max_iterations: 1 }
`;

describe('an agent that extends another', () => {
  it('is sent what it says, else what those before it say', async () => {
    const run = await tell(`${agents}
mock: [{ agent: top, reply: { n: 1, more: true } }]
tasks: { ask: { agent: top, with: { prompt: p } } }
`);
    expect(run.calls[0]?.request).toMatchObject({
      model: 'mock/top',
      messages: [{ content: 'You know whales.' }, { content: 'p' }],
      tools: ['echo'],
      parameters: { toolChoice: 'none', temperature: 0 },
    });
    expect(run.output('ask')).toEqual({ n: 1, more: true });
  });

  it('merges maps by key, at every depth, and replaces lists', async () => {
    const { workflow } = checkWorkflow({ file: 'a.segue.yaml', text: `segue: "1"\nname: a\n${agents}tasks: {}\n` });
    expect(workflow.agents.find(({ name }) => name === 'top')?.outputSchema).toEqual({
      type: 'object',
      required: ['n', 'more'],
      properties: { n: { type: 'integer' }, note: { type: 'string', maxLength: 9 }, more: { type: 'boolean' } },
    });
  });

  it('stands in a line that can be followed, and ten thousand are looked at in no long time', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `  a${index}: { extends: a${index + 1} }`).join('\n');
    const text = `segue: "1"\nname: a\nagents:\n${many}\n  a10000: { model: mock/a }\ntasks: {}\n`;
    const codes = checkWorkflow({ file: 'a.segue.yaml', text }).diagnostics.map(({ code }) => code);
    expect(codes).toContain('too-deep');
    expect(codes).not.toContain('cycle');
  });

  it('takes over the list of fallback models', async () => {
    const run = await tell(`${agents}
mock: [{ agent: top, nth: 1, error: { code: not_found } }, { agent: top, reply: { n: 1, more: true } }]
tasks: { ask: { agent: top, with: { prompt: p } } }
`);
    expect(run.calls.map(({ request }) => request.kind === 'model' && request.model)).toEqual([
      'mock/top',
      'mock/other',
    ]);
  });

  it('is known to expressions by the schema that it takes over', async () => {
    const run = await tell(`${agents}
mock: [{ agent: middle, reply: { n: 7, more: false } }]
tasks:
  ask: { agent: middle, with: { prompt: p } }
  next: { type: set, values: { next: "\${{ tasks.ask.output.n + 1 }}" } }
`);
    expect(run.output('next')).toEqual({ next: 8 });
  });
});
