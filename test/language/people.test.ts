// docs/language.md, "How a run goes": people, with `human`.
import { describe, expect, it } from 'vitest';
import type { Json } from '../../run/index.ts';
import { tell } from './stage.ts';

const ask = (keys: string): string => `
tasks:
  ask: { type: human, message: "Go on?", ${keys} }
  after: { type: set, values: { got: "\${{ tasks.ask.output }}" } }
`;
const question = 'ask:question';

describe('a human task', () => {
  it('asks with its message, and gives the option', async () => {
    const run = await tell(
      `
inputs: { n: { type: integer, default: 3 } }
tasks:
  ask: { type: human, message: "Take \${{ inputs.n }}?", options: ["yes", "no"] }
  if_yes: { type: set, when: tasks.ask.output == 'yes', values: {} }
`,
      { answers: { [question]: 'yes' } },
    );
    expect(run.events.find(({ type }) => type === 'question-asked')).toMatchObject({
      question: { kind: 'options', message: 'Take 3?', options: ['yes', 'no'] },
    });
    expect(run.output('ask')).toBe('yes');
    expect(run.tasks).toEqual({ ask: 'completed', if_yes: 'completed' });
  });

  it('gives the value of its form', async () => {
    const form =
      'form: { type: object, required: [n], properties: { n: { type: integer, minimum: 1 }, note: { type: string } } }';
    const run = await tell(ask(form).replace('tasks.ask.output', 'tasks.ask.output.n + 1'), {
      answers: { [question]: { n: 4 } },
    });
    expect(run.output('after')).toEqual({ got: 5 });
  });

  it.each<[string, Json, RegExp]>([
    ['options: [a, b]', 'c', /^invalid_answer: The answer must be one of: a, b\.$/],
    ['options: [a, b]', { a: 1 }, /must be one of: a, b/],
    ['form: { type: object, required: [n], properties: { n: { type: integer } } }', {}, /does not fit the form: .*n/],
    ['form: { type: object, properties: { n: { type: integer } } }', { n: 'x' }, /does not fit the form: n must be/],
  ])('with %s does not take the answer %j', async (keys, answer, message) => {
    await expect(tell(ask(keys), { answers: { [question]: answer } })).rejects.toThrow(message);
  });

  it('waits also when nobody is there, and the run is waiting', async () => {
    const run = await tell(ask('options: [a]'), { interactive: false });
    expect([run.questions, run.status]).toEqual([[question], 'waiting']);
  });

  it('fails when its time is up', async () => {
    const run = await tell(ask('options: [a], timeout: 1h'));
    expect(run.tasks).toEqual({ ask: 'failed timeout', after: 'skipped upstream_failed' });
    expect(run.end('ask').error).toMatchObject({ remedy: expect.stringContaining('Resume') });
  });

  it('is skipped when its time is up with `skip`', async () => {
    const run = await tell(ask('options: [a], timeout: 1h, on_timeout: skip'));
    expect(run.tasks).toEqual({ ask: 'skipped timed_out', after: 'skipped upstream_skipped' });
    expect(run.status).toBe('completed');
  });

  it('has its default when its time is up', async () => {
    const run = await tell(ask('options: [a, b], timeout: 1h, on_timeout: { default: b }'));
    expect(run.tasks).toEqual({ ask: 'completed timed_out', after: 'completed' });
    expect(run.output('after')).toEqual({ got: 'b' });
  });

  it('answered in time is not late', async () => {
    const run = await tell(ask('options: [a], timeout: 1h, on_timeout: skip'), { answers: { [question]: 'a' } });
    expect(run.tasks).toEqual({ ask: 'completed', after: 'completed' });
  });

  it('can be recovered by `on_error`', async () => {
    const run = await tell(ask('options: [a, b], timeout: 1h, on_error: { default: a }'));
    expect(run.output('after')).toEqual({ got: 'a' });
  });

  it('is asked once for each item of a for_each', async () => {
    const run = await tell(
      `
tasks:
  all: { type: for_each, items: [x, y], do: { type: human, message: "\${{ item }}?", options: [a, b] } }
`,
      { answers: { 'all[0]:question': 'a', 'all[1]:question': 'b' } },
    );
    expect(run.output('all')).toEqual(['a', 'b']);
  });

  it('is asked again after a cancel and a resume, and an old answer does not count', async () => {
    const run = await tell(ask('options: [a]'), {
      at: [
        [1000, 'cancel'],
        [2000, 'resume'],
      ],
      answers: { 'ask:question#2': 'a' },
    });
    expect(run.questions).toEqual([question, 'ask:question#2']);
    expect(run.status).toBe('completed');
  });
});
