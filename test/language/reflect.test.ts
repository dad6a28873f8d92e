// docs/language.md, "Reflection": versions, critiques, and when there are enough of them.
import { describe, expect, it } from 'vitest';
import { tell } from './stage.ts';

const agents = `
agents:
  writer: { model: mock/small, instructions: You write. }
  critic: { model: mock/small, instructions: You judge. }
`;
const outputs = `
outputs:
  text: "\${{ tasks.report.output }}"
  details: "\${{ tasks.report.details }}"
  scores: "\${{ tasks.report.history.map(one, one.critique.score) }}"
  texts: "\${{ tasks.report.history.map(one, one.output) }}"
`;

/** A mock of versions that are called by their numbers, and of what the critic gives each. */
function scored(...scores: readonly number[]): string {
  const entries = scores.map(
    (score, index) => `
  - { task: "report/draft[]", nth: ${index + 1}, reply: v${index + 1} }
  - { task: "report/critique[]", nth: ${index + 1}, reply: { score: ${score}, feedback: "after v${index + 1}" } }`,
  );
  return `mock:${entries.join('')}`;
}

function report(more: string): string {
  return `
  report:
    type: reflect
    agent: writer
    critic: critic
    with: { prompt: "Write about \${{ 1 + 1 }} seas." }
${more}`;
}

describe('a reflect', () => {
  it('writes again with what the critic said, until it is good enough', async () => {
    const story = await tell(`${agents}
tasks:
${report('    criteria: [it is short, "it names ${{ 1 + 1 }} seas"]\n    until: critique.score >= 0.9 && output.size() == 2 && round > 1')}
${outputs}
${scored(0.4, 0.95)}
`);
    expect(story.outputs).toEqual({
      text: 'v2',
      details: { best: 2, score: 0.95, rounds: 2 },
      scores: [0.4, 0.95],
      texts: ['v1', 'v2'],
    });
    expect(story.tasks['report']).toBe('completed');
    expect(story.begun).toEqual([
      'report',
      'report/draft[1]',
      'report/critique[1]',
      'report/draft[2]',
      'report/critique[2]',
    ]);
    const second = story.messages('report/draft[2]/turn[1]#1');
    expect(second.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(second[1]?.content).toBe('Write about 2 seas.');
    expect(second[2]?.content).toBe('v1');
    expect(second[3]?.content).toContain('after v1');
    const judged = story.messages('report/critique[1]/turn[1]#1').at(-1)?.content;
    for (const part of ['Write about 2 seas.', '- it is short\n- it names 2 seas', 'v1'])
      expect(judged).toContain(part);
  });

  it('gives the best version when its rounds are used up, the earliest of equals', async () => {
    const story = await tell(`${agents}
tasks:
${report('    until: critique.score >= 0.9')}
${outputs}
${scored(0.4, 0.7, 0.7)}
`);
    expect(story.tasks['report']).toBe('completed exhausted');
    expect(story.outputs).toMatchObject({ text: 'v2', details: { best: 2, score: 0.7, rounds: 3 } });
  });

  it('ends when two rounds have brought nothing better', async () => {
    const story = await tell(`${agents}
tasks:
${report('    max_rounds: 9')}
${outputs}
${scored(0.3, 0.6, 0.6, 0.5)}
`);
    expect(story.tasks['report']).toBe('completed stuck');
    expect(story.outputs).toMatchObject({ text: 'v2', details: { best: 2, score: 0.6, rounds: 4 } });
  });

  it('gives the best version also when the last one met the condition', async () => {
    const story = await tell(`${agents}
tasks:
${report('    until: round == 2')}
${outputs}
${scored(0.8, 0.2)}
`);
    expect(story.tasks['report']).toBe('completed');
    expect(story.outputs).toMatchObject({ text: 'v1', details: { best: 1, score: 0.8, rounds: 2 } });
  });

  it('may judge itself, with the schema of a critique', async () => {
    const story = await tell(`
agents:
  writer: { model: mock/small, output_schema: { type: object, required: [title], properties: { title: { type: string } } } }
tasks:
  report:
    type: reflect
    agent: writer
    critic: self
    until: critique.score > 0.5 && output.title == 'Two'
    with: { prompt: Write. }
outputs: { title: "\${{ tasks.report.output.title }}" }
mock:
  - { task: "report/draft[]", nth: 1, reply: { title: One } }
  - { task: "report/draft[]", reply: { title: Two } }
  - { task: "report/critique[]", reply: { score: 0.6, feedback: Go on., criteria: [{ criterion: short, met: true, comment: yes }] } }
`);
    expect(story.outputs).toEqual({ title: 'One' });
    expect(story.messages('report/draft[2]/turn[1]#1').at(-2)?.content).toBe('{"title":"One"}');
  });

  it('takes the schema of a critic that has one', async () => {
    const story = await tell(`
agents:
  writer: { model: mock/small }
  strict:
    model: mock/small
    output_schema: { type: object, required: [score, mark], properties: { score: { type: number }, mark: { type: string } } }
tasks:
  report:
    type: reflect
    agent: writer
    critic: strict
    until: critique.mark == 'A'
    with: { messages: [{ role: user, content: Hello. }, { role: assistant, content: Yes? }, { role: user, content: Write. }] }
outputs: { marks: "\${{ tasks.report.history.map(one, one.critique.mark) }}" }
mock:
  - { agent: strict, nth: 1, reply: { score: 1, mark: B } }
  - { agent: strict, reply: { score: 2, mark: A } }
`);
    expect(story.outputs).toEqual({ marks: ['B', 'A'] });
    expect(story.messages('report/draft[2]/turn[1]#1').map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
    ]);
  });
});

describe('a reflect that fails', () => {
  it('says which of its parts, and what was finished is still there to be read', async () => {
    const story = await tell(`${agents}
tasks:
${report("    on_error: { default: '' }")}
  after: { type: set, values: { n: "\${{ tasks.report.history.size() }}", code: "\${{ tasks.report.error.code.orValue('') }}" } }
mock:
  - { task: "report/critique[]", nth: 2, error: { code: bad_request, status: 400 } }
  - { agent: critic, reply: { score: 0.5, feedback: Go on. } }
`);
    expect(story.tasks['report']).toBe('completed recovered');
    expect(story.output('after')).toEqual({ n: 1, code: 'round_failed' });
    expect(story.end('report').error?.details).toEqual({ part: 'critique[2]', code: 'bad_request' });
  });

  it('fails when the critic gives no score', async () => {
    const story = await tell(`${agents}
tasks:
${report('')}
mock:
  - { agent: critic, reply: { feedback: Fine. } }
`);
    expect(story.tasks).toMatchObject({ report: 'failed round_failed', 'report/critique[1]': 'failed invalid_output' });
  });

  it('goes on where it was when the run is resumed', async () => {
    const story = await tell(
      `${agents}
tasks:
${report('    until: round == 2')}
${outputs}
mock:
  - { task: "report/draft[]", nth: 2, error: { code: bad_request, status: 400 } }
  - { task: "report/draft[]", nth: 1, reply: v1 }
  - { task: "report/draft[]", reply: v2 }
  - { agent: critic, nth: 1, reply: { score: 0.5, feedback: Go on. } }
  - { agent: critic, reply: { score: 0.6, feedback: Good. } }
`,
      { at: [[1000, 'resume']] },
    );
    expect(story.outputs).toMatchObject({ texts: ['v1', 'v2'], scores: [0.5, 0.6] });
    expect(story.calls.map(({ path }) => path)).toEqual([
      'report/draft[1]/turn[1]#1',
      'report/critique[1]/turn[1]#1',
      'report/draft[2]/turn[1]#1',
      'report/draft[2]/turn[1]#2',
      'report/critique[2]/turn[1]#1',
    ]);
  });

  it('keeps its finished rounds when its time is over', async () => {
    const story = await tell(
      `${agents}
tasks:
${report('    timeout: 3s\n    max_rounds: 2')}
${outputs}
mock:
  - { task: "report/draft[]", nth: 1, delay: 2s, reply: v1 }
  - { task: "report/draft[]", delay: 2s, reply: v2 }
  - { agent: critic, reply: { score: 0.6, feedback: Good. } }
`,
      { at: [[5000, 'resume']] },
    );
    expect(
      story.events.flatMap((event) =>
        event.type === 'task-ended' && event.path === 'report' ? [event.error?.code] : [],
      ),
    ).toEqual(['timeout', undefined]);
    expect(story.tasks['report']).toBe('completed exhausted');
    expect(story.outputs).toMatchObject({ texts: ['v1', 'v2'] });
  });

  it('is cancelled with the run', async () => {
    const story = await tell(
      `${agents}
tasks:
${report('')}
mock: [{ agent: writer, delay: 1m, reply: v1 }]
`,
      { at: [[5000, 'cancel']] },
    );
    expect(story.status).toBe('cancelled');
    expect(story.tasks['report']).toBe('cancelled');
  });
});

it('a reflect with a gate is tried again as a whole', async () => {
  const story = await tell(`${agents}
tasks:
${report('    max_rounds: 1\n    gate: { when: details_are_fine, max_retries: 1 }').replace('details_are_fine', "output == 'v2'")}
outputs: { text: "\${{ tasks.report.output }}", tries: "\${{ tasks.report.details.gate.tries }}", best: "\${{ tasks.report.details.best }}" }
mock:
  - { task: "report/draft[]", nth: 1, reply: v1 }
  - { task: "report/draft[]", reply: v2 }
`);
  expect(story.outputs).toEqual({ text: 'v2', tries: 2, best: 1 });
  expect(story.begun).toEqual([
    'report',
    'report[1]',
    'report[1]/draft[1]',
    'report[1]/critique[1]',
    'report[2]',
    'report[2]/draft[1]',
    'report[2]/critique[1]',
  ]);
});
