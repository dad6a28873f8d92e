// docs/language.md, "Agents that ask others" and "Agents that hand over".
import { describe, expect, it } from 'vitest';
import { treeOf, foldAll, type TreeNode } from '../../run/index.ts';
import { tell } from './stage.ts';
import type { Story } from './story.ts';

/** The rows of a run as people see them, calls left out. */
function rows(run: Story): readonly string[] {
  const lines = (nodes: readonly TreeNode[], indent: string): readonly string[] =>
    nodes
      .filter(({ kind }) => kind !== 'call')
      .flatMap(({ label, agent, status, children }) => [
        `${indent}${label} · ${agent} · ${status}`,
        ...lines(children, `${indent}  `),
      ]);
  return lines(treeOf(foldAll(run.runId, run.events)), '');
}

const team = `
agents:
  lead: { model: mock/a, sub_agents: [finder, checker] }
  finder: { model: mock/a, sub_agents: [checker] }
  checker: { model: mock/a, output_schema: { type: object, required: [ok], properties: { ok: { type: boolean } } } }
`;

describe('an agent that asks others', () => {
  const text = `${team}
tasks: { ask: { agent: lead, with: { prompt: Why is the sky blue? } } }
mock:
  - agent: lead
    nth: 1
    tool_calls: [{ name: finder, arguments: { prompt: Find it. } }, { name: checker, arguments: { prompt: Check it. } }]
  - { agent: lead, when: prompt.contains('true'), reply: Light is scattered. }
  - { task: "ask/finder[]", nth: 1, tool_calls: [{ name: checker, arguments: { prompt: Is it? } }] }
  - { agent: finder, delay: 5s, reply: Found. }
  - { agent: checker, delay: 5s, reply: { ok: true } }
`;

  it('tells what they found, and shows them inside its task', async () => {
    const run = await tell(text);
    expect(run.output('ask')).toBe('Light is scattered.');
    expect(run.output('ask/checker[1]')).toEqual({ ok: true });
    expect(rows(run)).toEqual([
      'ask · lead · completed',
      '  finder · finder · completed',
      '    checker · checker · completed',
      '  checker · checker · completed',
    ]);
  });

  it('goes on after a crash and after a cancel, and nobody is asked twice for what they gave', async () => {
    const run = await tell(text, {
      at: [
        [2000, 'crash'],
        [6000, 'cancel'],
        [7000, 'resume'],
      ],
    });
    expect(run.output('ask')).toBe('Light is scattered.');
    const finished = run.events.flatMap((event) =>
      event.type === 'call-ended' && event.outcome.status === 'completed' ? [event.path.replace(/#\d+$/, '')] : [],
    );
    expect(finished).toHaveLength(new Set(finished).size);
  });
});

describe('an agent that hands over', () => {
  const text = (limit: number, end: string) => `
agents:
  desk: { model: mock/a, handoffs: [billing], max_handoffs: ${limit} }
  billing: { model: mock/a, handoffs: [desk], output_schema: { type: string } }
tasks:
  answer: { agent: desk, with: { prompt: My bill? }, output_schema: { type: object, required: [paid], properties: { paid: { type: boolean } } } }
  tell: { type: set, values: { paid: "\${{ tasks.answer.output.paid }}" } }
mock:
  - { agent: desk, tool_calls: [{ name: handoff_to_billing, arguments: { message: A bill. } }] }
  ${end}
`;

  it('gives what the other one answers, typed by the task', async () => {
    const run = await tell(text(3, '- { agent: billing, reply: { paid: true } }'));
    expect(run.output('tell')).toEqual({ paid: true });
    expect(rows(run)).toEqual([
      'answer · desk · completed',
      '  handoff · billing · completed',
      'tell · undefined · completed',
    ]);
  });

  it('has an answer repaired by the one who gave it', async () => {
    const run = await tell(
      text(3, '- { task: answer/handoff, nth: 1, reply: "Yes." }\n  - { agent: billing, reply: { paid: false } }'),
    );
    expect(run.calls.map(({ path }) => path)).toContain('answer/handoff/turn[1]/repair#1');
    expect(run.output('tell')).toEqual({ paid: false });
  });

  it('fails with a reason when it never ends', async () => {
    const back = '- { agent: billing, tool_calls: [{ name: handoff_to_desk, arguments: { message: No. } }] }';
    const run = await tell(text(2, back));
    expect(run.tasks['answer']).toBe('failed handoff_limit');
    expect(run.error?.message).toContain('The conversation of answer was handed on 2 times');
  });

  it('goes to agents in files of their own, which know each other', async () => {
    const run = await tell(
      `
tasks: { answer: { agent: desk, with: { prompt: My bill? } } }
mock:
  - { agent: desk, tool_calls: [{ name: handoff_to_billing, arguments: { message: A bill. } }] }
  - { agent: billing, reply: Paid. }
`,
      {
        files: {
          'agents/desk.agent.yaml': 'model: mock/a\nhandoffs: [billing]\n',
          'agents/billing.agent.yaml': 'model: mock/b\nhandoffs: [desk]\n',
        },
      },
    );
    expect(run.output('answer')).toBe('Paid.');
    const [started] = run.events;
    expect(started?.type === 'run-started' && Object.keys(started.prices)).toEqual(['mock/a', 'mock/b']);
  });

  it('is no part of what the other agent remembers', async () => {
    const run = await tell(`
agents:
  desk: { model: mock/a, handoffs: [billing] }
  billing: { model: mock/a, memory: { short_term: { window: 9 } } }
tasks:
  one: { agent: desk, with: { prompt: My bill? } }
  two: { agent: billing, needs: [one], with: { prompt: Yours? } }
mock:
  - { agent: desk, tool_calls: [{ name: handoff_to_billing, arguments: { message: A bill. } }] }
  - { agent: billing, reply: Paid. }
`);
    expect(run.messages('two/turn[1]#1').map(({ content }) => content)).toEqual(['Yours?']);
  });
});
