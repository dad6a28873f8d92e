// docs/language.md, "Long conversations" and "Memory": what an agent is sent, and what it knows of its earlier tasks.
import { describe, expect, it } from 'vitest';
import { sentOf, type Message } from '../../run/index.ts';
import { tell } from './stage.ts';
import type { Story } from './story.ts';

/** What a call was sent, as a reader of the record finds it. */
function sent(run: Story, path: string): readonly Message[] {
  const talk: Message[] = [];
  for (const call of run.calls) {
    if (call.task !== path.slice(0, path.indexOf('/')) || call.request.kind !== 'model') continue;
    if (call.path.includes('/summary#')) continue;
    talk.push(...call.request.messages);
    if (call.path === path) return sentOf(talk, call.request.omitted);
  }
  throw new Error(`no call ${path}`);
}

const reader = (context: string) => `
agents: { reader: { model: mock/a, instructions: You read., tools: [fetch], context: ${context} } }
mock:
  - { agent: reader, when: "prompt.startsWith('assistant:')", reply: The first page was about tides. }
  - { agent: reader, nth: 1, tool_calls: [{ name: fetch, arguments: { page: 1 } }] }
  - { agent: reader, nth: 2, tool_calls: [{ name: fetch, arguments: { page: 2 } }] }
  - { agent: reader, reply: Read. }
tasks:
  read: { agent: reader, with: { prompt: Read two pages. } }
`;
const pages = { fetch: (_: unknown, nth: number) => `page ${nth} ${'x'.repeat(2500)}` };

describe('a long conversation', () => {
  it('is recorded whole, and sent without its oldest turn', async () => {
    const run = await tell(reader('{ max_tokens: 1100 }'), { tools: pages });
    expect(run.tasks).toEqual({ read: 'completed' });
    expect(sent(run, 'read/turn[3]#1').map(({ role, content }) => `${role} ${content.slice(0, 9)}`)).toEqual([
      'system You read.',
      'user Read two ',
      'assistant ',
      'tool page 2 xx',
    ]);
  });

  it('is sent with a summary, which a crash neither loses nor makes twice', async () => {
    const run = await tell(reader('{ max_tokens: 1100, overflow: summarize }'), {
      tools: pages,
      at: [[0, 'crash']],
    });
    expect(run.calls.map(({ path }) => path)).toContain('read/turn[3]/summary#1');
    expect(sent(run, 'read/turn[3]#1')[2]?.content).toBe(
      'What was said before, in short:\n\nThe first page was about tides.',
    );
    expect(run.output('read')).toBe('Read.');
  });

  it('fails with a reason where it may not be cut', async () => {
    const run = await tell(reader('{ max_tokens: 1100, overflow: fail }'), { tools: pages });
    expect(run.tasks).toEqual({ read: 'failed context_overflow' });
    expect(run.error?.message).toMatch(/The conversation in read takes \d+ tokens.* allows 1100/);
  });
});

const guide = `{ model: mock/a, memory: { short_term: { window: 4 } } }`;

describe('an agent with a memory', () => {
  it('knows what it was asked before, element by element', async () => {
    const run = await tell(`
agents: { guide: ${guide} }
tasks:
  talk: { type: for_each, items: [a, b, c, d], max_parallel: 1, do: { agent: guide, with: { prompt: "\${{ item }}" } } }
mock: [{ agent: guide, when: prompt == 'c', reply: C }, { agent: guide, reply: "yes" }]
`);
    expect(run.messages('talk[3]/turn[1]#1').map(({ content }) => content)).toEqual(['b', 'yes', 'c', 'C', 'd']);
  });

  it('has another memory in each call of a file', async () => {
    const run = await tell(
      `
tasks:
  twice: { type: for_each, items: [x, y], max_parallel: 1, do: { workflow: ./talk.segue.yaml, with: { topic: "\${{ item }}" } } }
`,
      {
        files: {
          'talk.segue.yaml': `
name: talk
inputs: { topic: { type: string } }
agents: { guide: ${guide} }
tasks:
  first: { agent: guide, with: { prompt: "About \${{ inputs.topic }}" } }
  next: { agent: guide, needs: [first], with: { prompt: And? } }
mock: [{ agent: guide, reply: Well. }]
`,
        },
      },
    );
    expect(run.messages('twice[1]/first/turn[1]#1').map(({ content }) => content)).toEqual(['About y']);
    expect(run.messages('twice[1]/next/turn[1]#1').map(({ content }) => content)).toEqual(['About y', 'Well.', 'And?']);
  });
});
