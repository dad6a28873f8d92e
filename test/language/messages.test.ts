// docs/language.md, "Working together": messages, who is at work, shared values and notes.
import { describe, expect, it } from 'vitest';
import type { Json, RunEvent } from '../../run/index.ts';
import { tell } from './stage.ts';
import type { Story } from './story.ts';

type Answered = Extract<RunEvent, { type: 'call-answered' }>;

function answers(run: Story): readonly Answered[] {
  return run.events.filter((event) => event.type === 'call-answered');
}

/** What the uses of tools in a task gave, or the codes of their failures. */
function gave(run: Story, task: string): readonly Json[] {
  return answers(run)
    .filter((event) => event.task === task)
    .map(({ outcome }) => ('output' in outcome ? outcome.output : outcome.error.code));
}

/** When the last use of a tool in a task was answered, in milliseconds since the start. */
function answeredMs(run: Story, task: string): number {
  return (answers(run).findLast((event) => event.task === task)?.at ?? 0) - (run.events[0]?.at ?? 0);
}

const two =
  'agents: { ann: { model: mock/a, tools: [send_message, read_messages] }, ben: { model: mock/a, tools: [send_message, read_messages] } }';

const says = (agent: string, ...calls: readonly string[]): string =>
  calls.map((call, index) => `  - { agent: ${agent}, nth: ${index + 1}, tool_calls: [${call}] }`).join('\n');
const send = (input: string): string => `{ name: send_message, arguments: ${input} }`;
const read = (input = '{}'): string => `{ name: read_messages, arguments: ${input} }`;

describe('a message', () => {
  it('reaches the agent it is for, once, and is one event with its answer', async () => {
    const run = await tell(`
${two}
mock:
${says('ann', send('{ to: ben, text: Hello }'))}
${says('ben', read(), read())}
tasks:
  first: { agent: ann, with: { prompt: p } }
  second: { agent: ben, needs: [first], with: { prompt: p } }
`);
    expect(gave(run, 'first')).toEqual([{ number: 1 }]);
    const hello = { number: 1, from: 'ann', to: 'ben', priority: 5, text: 'Hello' };
    expect(gave(run, 'second')).toEqual([
      { messages: [hello], left: 0 },
      { messages: [], left: 0 },
    ]);
    expect(answers(run)[0]).toMatchObject({
      path: 'first/turn[1]/tool[1]#1',
      by: 'ann',
      message: { number: 1, to: 'ben' },
    });
    expect(answers(run)[1]?.taken).toEqual([1]);
    expect(run.messages('second/turn[2]#1').at(-1)?.content).toContain('Hello');
    expect(run.calls.filter(({ request }) => request.kind === 'tool')).toEqual([]);
  });

  it('with neither `to` nor `topic` reaches all others, also from a task without an agent', async () => {
    const run = await tell(`
${two}
mock:
${says('ann', `${send('{ text: all }')}, ${read()}`)}
${says('ben', read())}
tasks:
  say: { tool: send_message, with: { data: { n: 1 }, priority: 9 } }
  first: { agent: ann, needs: [say], with: { prompt: p } }
  second: { agent: ben, needs: [first], with: { prompt: p } }
`);
    const news = { number: 1, from: 'tasks.say', priority: 9, data: { n: 1 } };
    expect(gave(run, 'first')).toEqual([{ number: 2 }, { messages: [news], left: 0 }]);
    expect(gave(run, 'second')).toEqual([
      { messages: [news, { number: 2, from: 'ann', priority: 5, text: 'all' }], left: 0 },
    ]);
  });

  it('of a topic is there for everyone who reads the topic, each once, and for nobody else', async () => {
    const run = await tell(`
${two}
mock:
${says('ben', `${read()}, ${read('{ topic: news }')}, ${read('{ topic: news }')}`)}
tasks:
  say: { tool: send_message, with: { topic: news, text: rain } }
  ben: { agent: ben, needs: [say], with: { prompt: p } }
  late: { tool: read_messages, needs: [ben], with: { topic: news } }
outputs: { heard: "\${{ tasks.late.output.messages.map(one, one.number) }}" }
`);
    const rain = { number: 1, from: 'tasks.say', topic: 'news', priority: 5, text: 'rain' };
    expect(gave(run, 'ben')).toEqual([
      { messages: [], left: 0 },
      { messages: [rain], left: 0 },
      { messages: [], left: 0 },
    ]);
    expect(run.outputs).toEqual({ heard: [1] });
  });

  it('of a higher priority is read first, then the one that was sent first; `max` leaves the others', async () => {
    const run = await tell(`
${two}
mock:
${says('ann', [1, 5, 9, 5].map((priority) => send(`{ to: ben, text: t, priority: ${priority} }`)).join(', '))}
${says('ben', `${read('{ max: 3 }')}, ${read('{ max: 3 }')}`)}
tasks:
  first: { agent: ann, with: { prompt: p } }
  second: { agent: ben, needs: [first], with: { prompt: p } }
`);
    const numbers = gave(run, 'second').map((one) =>
      JSON.parse(JSON.stringify(one), (key, value) =>
        key === 'messages' ? value.map((m: { number: number }) => m.number) : value,
      ),
    );
    expect(numbers).toEqual([
      { messages: [3, 2, 4], left: 1 },
      { messages: [1], left: 0 },
    ]);
  });

  it.each([
    ['{ to: cleo, text: t }', 'unknown_agent'],
    ['{ to: ben }', 'invalid_input'],
    ['{ to: ben, text: t, data: 1 }', 'invalid_input'],
    ['{ to: ben, topic: x, text: t }', 'invalid_input'],
    ['{ to: ben, text: t, priority: 10 }', 'invalid_input'],
  ])('as %s is refused with %s, and the agent goes on', async (input, code) => {
    const run = await tell(`
${two}
mock:
${says('ann', send(input))}
tasks: { first: { agent: ann, with: { prompt: p } } }
`);
    expect([gave(run, 'first'), run.status]).toEqual([[code], 'completed']);
  });
});

describe('an agent that never reads', () => {
  it('blocks nobody: its queue holds 1,000 messages, and whoever sends more is told what was thrown away', async () => {
    const calls = Array.from({ length: 1_003 }, (_, index) =>
      send(`{ to: ben, text: t, priority: ${index === 0 ? 9 : index === 1_002 ? 0 : 5} }`),
    );
    const run = await tell(`
${two}
mock:
${says('ann', calls.join(', '))}
tasks:
  first: { agent: ann, with: { prompt: p } }
  other: { agent: ben, when: false, with: { prompt: p } }
`);
    expect(gave(run, 'first').slice(-4)).toEqual([
      { number: 1_000 },
      { number: 1_001, dropped: 2 },
      { number: 1_002, dropped: 3 },
      { number: 1_003, dropped: 1_003 },
    ]);
    expect(answers(run).flatMap(({ dropped }) => dropped ?? [])).toEqual([2, 3, 1_003]);
    expect(run.status).toBe('completed');
  });
});

describe('waiting for a message', () => {
  const waits = (wait: string, after: string): string => `
${two}
mock:
${says('ben', read(`{ wait: ${wait} }`))}
tasks:
  second: { agent: ben, with: { prompt: p } }
  pause: { type: wait, duration: ${after} }
  say: { tool: send_message, needs: [pause], with: { to: ben, text: t } }
`;

  it('ends when it comes', async () => {
    const run = await tell(waits('5m', '20s'));
    expect(gave(run, 'second')).toMatchObject([{ messages: [{ number: 1 }] }]);
    expect([answeredMs(run, 'second'), run.status]).toEqual([20_000, 'completed']);
  });

  it('ends with nothing when its time is up', async () => {
    const run = await tell(waits('5s', '20s'));
    expect(gave(run, 'second')).toEqual([{ messages: [], left: 0 }]);
    expect(answeredMs(run, 'second')).toBe(5_000);
  });

  it('takes no place, and is never longer than 10 minutes', async () => {
    const run = await tell(`limits: { max_parallel: 1 }\n${waits('20h', '30m')}`);
    expect([answeredMs(run, 'second'), run.status]).toEqual([600_000, 'completed']);
  });

  it('goes on in the engine that comes after a crash', async () => {
    const run = await tell(waits('5m', '20s'), { at: [[10_000, 'crash']] });
    expect([answeredMs(run, 'second'), run.status]).toEqual([20_000, 'completed']);
    const overdue = await tell(waits('5s', '20s'), { at: [[2_000, 'crash']] });
    expect(answeredMs(overdue, 'second')).toBe(5_000);
  });

  it('ends with a cancel, and begins anew when the run is resumed', async () => {
    const run = await tell(waits('5m', '20s'), {
      at: [
        [10_000, 'cancel'],
        [60_000, 'resume'],
      ],
    });
    expect(run.events.find((event) => event.type === 'task-ended' && event.path === 'second')).toMatchObject({
      status: 'cancelled',
    });
    expect(run.status).toBe('completed');
    expect(gave(run, 'second')).toMatchObject([{ messages: [{ number: 1 }] }]);
  });
});
