import { describe, expect, it } from 'vitest';
import type { Json } from '../../run/index.ts';
import { tell } from './stage.ts';
import type { Story } from './story.ts';

const agents = `
agents:
  lead: { model: mock/large, instructions: You lead. }
  researcher: { model: mock/small, description: Finds facts., capabilities: [research, reading] }
  writer: { model: mock/small, capabilities: [writing] }
`;

/** A supervisor with a goal. @param more keys in flow style */
const team = (more = '') => `
tasks:
  team: { type: supervisor, agent: lead, specialists: [researcher, writer], goal: Know the market.${more} }
`;

const outputs = 'outputs: { answer: "${{ tasks.team.output }}" }\n';

/** A plan as a mock entry. @param nth which plan of the run it is */
function plan(nth: number, ...subtasks: readonly Json[]): string {
  const reply = { done: subtasks.length === 0, subtasks };
  return `  - { task: "team/plan[]", nth: ${nth}, reply: ${JSON.stringify(reply)} }\n`;
}

function subtask(id: string, specialist: string, needs: readonly string[] = []): Json {
  return { id, instructions: `Do ${id}.`, specialist, needs: [...needs] };
}

const answer = '  - { task: team/synthesis, reply: The answer. }\n';

/** The prompt of the first turn of a part. */
function prompt(story: Story, path: string): string {
  return story.messages(`${path}/turn[1]#1`).at(-1)?.content ?? '';
}

function assignments(story: Story): Json | undefined {
  return story.end('team').details?.['assignments'];
}

describe('a supervisor', () => {
  it('divides the goal, hears what came of it, divides again, and makes one answer', async () => {
    const story = await tell(`${agents}${team()}${outputs}mock:
${plan(1, subtask('size', 'researcher'), subtask('text', 'writer', ['size']), subtask('rivals', 'researcher'))}
${plan(2, subtask('prices', 'researcher', ['size']))}
${plan(3)}${answer}
  - { agent: researcher, when: "prompt.contains('size')", reply: Ten million. }
  - { agent: researcher, reply: Nobody. }
  - { agent: writer, reply: A text. }
`);
    expect(story.outputs).toEqual({ answer: 'The answer.' });
    expect(story.begun).toEqual([
      'team',
      'team/plan[1]',
      'team/researcher[1]',
      'team/researcher[2]',
      'team/writer[1]',
      'team/plan[2]',
      'team/researcher[3]',
      'team/plan[3]',
      'team/synthesis',
    ]);
    expect(prompt(story, 'team/plan[1]')).toContain('- researcher (research, reading): Finds facts.');
    expect(prompt(story, 'team/plan[1]')).toContain('<goal>\nKnow the market.\n</goal>');
    expect(prompt(story, 'team/researcher[1]')).toBe('Do size.');
    expect(prompt(story, 'team/writer[1]')).toContain('<result>\nTen million.\n</result>');
    expect(prompt(story, 'team/writer[1]')).not.toContain('Nobody.');
    expect(prompt(story, 'team/plan[2]')).toContain('<result>\nA text.\n</result>');
    expect(prompt(story, 'team/researcher[3]')).toContain('<result>\nTen million.\n</result>');
    expect(prompt(story, 'team/synthesis')).toContain('id="prices"');
    expect(story.end('team').details).toEqual({
      rounds: 2,
      assignments: [
        { id: 'size', specialist: 'researcher', round: 1, status: 'completed' },
        { id: 'text', specialist: 'writer', round: 1, status: 'completed' },
        { id: 'rivals', specialist: 'researcher', round: 1, status: 'completed' },
        { id: 'prices', specialist: 'researcher', round: 2, status: 'completed' },
      ],
    });
  });

  it('records with each part which subtask it is', async () => {
    const story = await tell(`${agents}${team()}mock:
${plan(1, subtask('size', 'researcher'), subtask('text', 'writer', ['size']))}${plan(2)}${answer}`);
    const items = story.events.flatMap((event) => (event.type === 'task-started' && event.item ? [event.item] : []));
    expect(items).toEqual([
      { index: 0, value: { round: 1, repair: false } },
      { index: 0, value: { id: 'size', instructions: 'Do size.', specialist: 'researcher', round: 1 } },
      { index: 1, value: { id: 'text', instructions: 'Do text.', specialist: 'writer', round: 1, needs: ['size'] } },
      { index: 1, value: { round: 2, repair: false } },
    ]);
  });

  it('works on mock models that nobody told what to say', async () => {
    const story = await tell(`${agents}${team()}`);
    expect(story.tasks).toMatchObject({
      team: 'completed',
      'team/researcher[1]': 'completed',
      'team/plan[2]': 'completed',
    });
  });

  it('has no more subtasks under way than it may, and begins them in their order', async () => {
    const story = await tell(`${agents}${team(', max_parallel: 1')}mock:
${plan(1, subtask('a', 'researcher'), subtask('b', 'writer', ['a']), subtask('c', 'researcher'))}${plan(2)}${answer}
  - { agent: researcher, delay: 1s, reply: ok }
  - { agent: writer, delay: 1s, reply: ok }
`);
    const times = story.callTimes.filter(([path]) => path.startsWith('team/r') || path.startsWith('team/w'));
    expect(times.map(([path]) => path)).toEqual([
      'team/researcher[1]/turn[1]#1',
      'team/writer[1]/turn[1]#1',
      'team/researcher[2]/turn[1]#1',
    ]);
    expect(new Set(times.map(([, ms]) => ms)).size).toBe(3);
  });

  it('answers in the form of its output schema', async () => {
    const story =
      await tell(`${agents}${team(', output_schema: { type: object, required: [n], properties: { n: { type: integer } } }')}
outputs: { n: "\${{ tasks.team.output.n + tasks.team.details.rounds }}" }
mock:
${plan(1, subtask('a', 'researcher'))}${plan(2)}
  - { task: team/synthesis, reply: { n: 7 } }
`);
    expect(story.outputs).toEqual({ n: 8 });
  });

  it('can stand in for another task, and may fail', async () => {
    const story = await tell(`${agents}
tasks:
  first:
    agent: writer
    with: { prompt: Go. }
    on_error: { fallback: { type: supervisor, agent: lead, specialists: [writer], goal: Help. } }
mock:
  - { task: first, error: { code: bad_request } }
  - { task: "first/fallback/plan[]", reply: { done: true, subtasks: [] } }
  - { task: first/fallback/synthesis, reply: Helped. }
`);
    expect(story.output('first')).toBe('Helped.');
  });
});

describe('who gets a subtask', () => {
  const able = (id: string, capability: string): Json => ({ id, instructions: `Do ${id}.`, capability, needs: [] });
  const many = `
agents:
  lead: { model: mock/large }
  ann: { model: mock/small, capabilities: [reading] }
  ben: { model: mock/small, capabilities: [reading, writing] }
`;

  it('is the least busy of those with the capability', async () => {
    const story = await tell(`${many}
tasks:
  team: { type: supervisor, agent: lead, specialists: [ann, ben], assign: capability, goal: Go. }
mock:
${plan(1, able('a', 'writing'), able('b', 'reading'), able('c', 'reading'), able('d', 'reading'))}${plan(2)}${answer}`);
    expect(assignments(story)).toMatchObject([
      { id: 'a', specialist: 'ben' },
      { id: 'b', specialist: 'ann' },
      { id: 'c', specialist: 'ann' },
      { id: 'd', specialist: 'ben' },
    ]);
  });

  it('is not whom the plan names without being asked', async () => {
    const story = await tell(`${many}
tasks:
  team: { type: supervisor, agent: lead, specialists: [ann], assign: least_busy, goal: Go. }
mock:
${plan(1, subtask('a', 'nobody'))}${plan(2)}${answer}`);
    expect(assignments(story)).toEqual([{ id: 'a', specialist: 'ann', round: 1, status: 'completed' }]);
  });

  it('is whoever is least busy, also with other tasks', async () => {
    const story = await tell(`${many}
tasks:
  other: { agent: ann, with: { prompt: Wait. } }
  team: { type: supervisor, agent: lead, specialists: [ann, ben], assign: least_busy, goal: Go. }
mock:
  - { task: other, delay: 1m, reply: ok }
  - task: team/plan[]
    nth: 1
    reply: { done: false, subtasks: [{ id: a, instructions: Go., needs: [] }, { id: b, instructions: Go., needs: [] }] }
${plan(2)}${answer}`);
    expect(assignments(story)).toMatchObject([
      { id: 'a', specialist: 'ben' },
      { id: 'b', specialist: 'ann' },
    ]);
  });
});

describe('a decomposition that can not be carried out', () => {
  it.each<readonly [string, readonly Json[], RegExp]>([
    ['no subtask', [], /no subtasks/],
    ['an id twice', [subtask('a', 'writer'), subtask('a', 'writer')], /`a` is given twice/],
    ['an unknown need', [subtask('a', 'writer', ['z'])], /`a` needs `z`/],
    ['a circle', [subtask('a', 'writer', ['b']), subtask('b', 'writer', ['a'])], /wait for each other: `a`, `b`/],
    ['too many', ['a', 'b', 'c'].map((id) => subtask(id, 'writer')), /3 subtasks, and one round may have 2/],
  ])('is sent back once: %s', async (_, subtasks, why) => {
    const bad = JSON.stringify({ done: false, subtasks });
    const story = await tell(`${agents}${team(', max_subtasks: 2')}mock:
  - { task: "team/plan[]", nth: 1, reply: ${bad} }
${plan(2, subtask('a', 'writer'))}${plan(3)}${answer}`);
    expect(story.status).toBe('completed');
    expect(prompt(story, 'team/plan[2]')).toMatch(why);
    expect(story.end('team').details?.['rounds']).toBe(1);
  });

  it('fails the task the second time, with the reason, and is asked for again by a resume', async () => {
    const bad = JSON.stringify({ done: false, subtasks: [] });
    const text = `${agents}${team()}${outputs}mock:
  - { task: "team/plan[]", nth: 1, reply: ${bad} }
  - { task: "team/plan[]", nth: 2, reply: ${bad} }
${plan(3, subtask('a', 'writer'))}${plan(4)}${answer}`;
    const story = await tell(text);
    expect(story.tasks).toMatchObject({ team: 'failed bad_decomposition' });
    expect(story.error?.message).toContain('There are no subtasks');
    const resumed = await tell(text, { at: [[60_000, 'resume']] });
    expect(resumed.outputs).toEqual({ answer: 'The answer.' });
    expect(resumed.begun.filter((path) => path === 'team/plan[1]')).toHaveLength(1);
  });

  it('may be nonsense: then its repair is the one that every answer with a schema has', async () => {
    const nobody = JSON.stringify({ done: false, subtasks: [subtask('a', 'nobody')] });
    for (const reply of ['I would rather not.', nobody]) {
      const story = await tell(`${agents}${team()}mock:
  - { task: "team/plan[]", reply: ${JSON.stringify(reply)} }
`);
      expect(story.tasks).toMatchObject({ 'team/plan[1]': 'failed invalid_output', team: 'failed bad_decomposition' });
      expect(story.calls.map(({ path }) => path)).toEqual(['team/plan[1]/turn[1]#1', 'team/plan[1]/turn[1]/repair#1']);
    }
  });
});

describe('what goes wrong in a team', () => {
  it('a specialist that fails is told of in the next round; what needs it is not begun', async () => {
    const story = await tell(`${agents}${team()}mock:
${plan(1, subtask('a', 'researcher'), subtask('b', 'writer', ['a']), subtask('c', 'writer', ['b']))}
${plan(2, subtask('a', 'writer'))}${plan(3)}${answer}
  - { agent: researcher, error: { code: bad_request, message: No such page. } }
`);
    expect(story.status).toBe('completed');
    expect(prompt(story, 'team/plan[2]')).toMatch(/<failure>\nbad_request: .*No such page/);
    expect(prompt(story, 'team/plan[2]')).toContain('It was not begun');
    expect(assignments(story)).toEqual([
      { id: 'a', specialist: 'researcher', round: 1, status: 'failed' },
      { id: 'b', specialist: 'writer', round: 1, status: 'skipped' },
      { id: 'c', specialist: 'writer', round: 1, status: 'skipped' },
      { id: 'a', specialist: 'writer', round: 2, status: 'completed' },
    ]);
    // What was made good is not held against anybody.
    expect(prompt(story, 'team/synthesis')).not.toContain('No such page');
  });

  it('rounds that are used up end with an answer from what there is', async () => {
    const story = await tell(`${agents}${team(', max_rounds: 1')}mock:
${plan(1, subtask('a', 'writer'))}${answer}`);
    expect(story.tasks['team']).toBe('completed exhausted');
    expect(prompt(story, 'team/synthesis')).toContain('The time is up');
  });

  it('rounds that are used up with nothing done fail it, and a resume gives as many again', async () => {
    const text = `${agents}${team(', max_rounds: 1')}${outputs}mock:
${plan(1, subtask('a', 'writer'))}${plan(2, subtask('b', 'researcher'))}${answer}
  - { agent: writer, error: { code: bad_request } }
`;
    const story = await tell(text);
    expect(story.tasks).toMatchObject({ team: 'failed supervisor_failed' });
    const resumed = await tell(text, { at: [[60_000, 'resume']] });
    expect(resumed.outputs).toEqual({ answer: 'The answer.' });
    // The failed one was made again before it was given up.
    expect(resumed.begun).toEqual([
      ...story.begun,
      'team',
      'team/writer[1]',
      'team/plan[2]',
      'team/researcher[1]',
      'team/synthesis',
    ]);
  });

  it('a timeout cuts what is under way, and a resume keeps what was finished', async () => {
    const story = await tell(
      `${agents}${team(', timeout: 10s, max_parallel: 1')}${outputs}mock:
${plan(1, subtask('a', 'writer'), subtask('b', 'researcher'))}${plan(2)}${answer}
  - { agent: writer, delay: 6s, reply: ok }
  - { agent: researcher, delay: 6s, reply: late }
`,
      { at: [[60_000, 'resume']] },
    );
    expect(story.events.find((event) => event.type === 'task-ended' && event.path === 'team')).toMatchObject({
      status: 'failed',
      error: { code: 'timeout' },
      details: {
        rounds: 1,
        assignments: [
          { id: 'a', status: 'completed' },
          { id: 'b', status: 'cancelled' },
        ],
      },
    });
    expect(story.outputs).toEqual({ answer: 'The answer.' });
    expect(story.begun.filter((path) => path === 'team/writer[1]')).toHaveLength(1);
    expect(story.begun.filter((path) => path === 'team/researcher[1]')).toHaveLength(2);
  });
});

describe('a team that is resumed', () => {
  const calm = `${agents}${team()}${outputs}mock:
${plan(1, subtask('a', 'writer'), subtask('b', 'researcher', ['a']))}${plan(2, subtask('c', 'writer'))}${plan(3)}
  - { agent: writer, delay: 1s, reply: ok }
  - { agent: researcher, delay: 1s, reply: ok }
  - { agent: lead, delay: 1s, reply: The answer. }
`.replaceAll('nth: 1, reply', 'nth: 1, delay: 1s, reply');

  it('comes to the same whenever it is cancelled or its engine falls, and makes no finished call again', async () => {
    const whole = await tell(calm);
    const lastMs = (whole.events.at(-1)?.at ?? 0) - (whole.events[0]?.at ?? 0);
    for (let ms = 100; ms < lastMs; ms += 450) {
      for (const what of ['cancel', 'crash'] as const) {
        const story = await tell(calm, {
          at: [[ms, what], ...(what === 'cancel' ? ([[60_000, 'resume']] as const) : [])],
        });
        expect([what, ms, story.outputs]).toEqual([what, ms, whole.outputs]);
        expect(story.end('team').details).toEqual(whole.end('team').details);
        const ends = story.events.flatMap((event) =>
          event.type === 'call-ended' && event.outcome.status === 'completed' ? [event.path.replace(/#\d+$/, '')] : [],
        );
        expect(new Set(ends).size).toBe(ends.length);
      }
    }
  });

  it('asks a plan or an answer that failed again', async () => {
    const story = await tell(
      `${agents}${team()}${outputs}mock:
  - { task: "team/plan[]", nth: 1, error: { code: bad_request } }
${plan(2, subtask('a', 'writer'))}${plan(3)}
  - { task: team/synthesis, nth: 1, error: { code: bad_request } }
${answer}`,
      {
        at: [
          [60_000, 'resume'],
          [120_000, 'resume'],
        ],
      },
    );
    const ends = story.events.filter((event) => event.type === 'task-ended' && event.path === 'team');
    expect(ends.map((end) => 'error' in end && end.error?.code)).toEqual([
      'planning_failed',
      'synthesis_failed',
      false,
    ]);
    expect(story.outputs).toEqual({ answer: 'The answer.' });
  });

  it('does not make again what failed in a round that is over', async () => {
    const story = await tell(
      `${agents}${team()}${outputs}mock:
${plan(1, subtask('a', 'researcher'), subtask('b', 'writer'))}${plan(2, subtask('c', 'writer'))}${plan(3)}${answer}
  - { agent: researcher, error: { code: bad_request } }
  - { agent: writer, nth: 1, reply: ok }
  - { agent: writer, nth: 2, delay: 1m, reply: late }
  - { agent: writer, reply: ok }
`,
      {
        at: [
          [10_000, 'cancel'],
          [60_000, 'resume'],
        ],
      },
    );
    expect(story.outputs).toEqual({ answer: 'The answer.' });
    expect(story.begun.filter((path) => path === 'team/researcher[1]')).toHaveLength(1);
    expect(story.begun.filter((path) => path === 'team/writer[2]')).toHaveLength(2);
    expect(assignments(story)).toContainEqual({ id: 'a', specialist: 'researcher', round: 1, status: 'failed' });
    expect(prompt(story, 'team/plan[3]')).toContain('bad_request');
  });
});

describe('a supervisor with a gate', () => {
  it('begins anew with another try', async () => {
    const story = await tell(`${agents}${team(`, gate: { when: "output == 'good'" }`)}mock:
${plan(1, subtask('a', 'writer'))}${plan(2)}${plan(3)}
  - { task: team/synthesis, nth: 1, reply: bad }
  - { task: team/synthesis, reply: good }
`);
    expect(story.output('team')).toBe('good');
    expect(story.begun).toContain('team[2]/plan[1]');
    expect(story.end('team').details).toEqual({ rounds: 0, assignments: [], gate: expect.anything() });
  });
});
