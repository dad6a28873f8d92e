import { describe, expect, it } from 'vitest';
import { tell } from './stage.ts';

const agents = `
agents:
  planner: { model: mock/large }
  researcher: { model: mock/small, description: Finds facts., capabilities: [facts] }
  writer: { model: mock/small }
inputs: { topic: { type: string, default: owls } }
`;

const build = `
tasks:
  build:
    type: planner
    agent: planner
    goal: A text about \${{ inputs.topic }}
    may_use: { agents: [researcher, writer], tools: [echo] }`;

const twoSteps = `{ tasks: [
      { id: facts, agent: researcher, prompt: Find facts about owls. },
      { id: text, agent: writer, prompt: "Write on: \${{ tasks.facts.output }}" } ] }`;

describe('a planner', () => {
  it('has a plan made, and runs it', async () => {
    const story = await tell(`${agents}${build}
outputs: { text: "\${{ tasks.build.output }}", plans: "\${{ tasks.build.details.plans }}" }
mock:
  - { agent: planner, reply: ${twoSteps} }
  - { agent: researcher, reply: They see at night. }
  - { agent: writer, reply: A text. }
`);
    expect(story.tasks).toMatchObject({ 'build/run[1]/facts': 'completed', build: 'completed' });
    expect(story.outputs).toEqual({ text: 'A text.', plans: 1 });
    expect(story.begun).toEqual(['build', 'build/plan[1]', 'build/run[1]', 'build/run[1]/facts', 'build/run[1]/text']);
    expect(story.messages('build/run[1]/text/turn[1]#1').at(-1)?.content).toBe('Write on: They see at night.');
    const asked = story.messages('build/plan[1]/turn[1]#1').at(-1)?.content;
    expect(asked).toContain('A text about owls');
    expect(asked).toContain('- `researcher`: Finds facts. Good at: facts. Answers with a text.');
    const made = story.events.find((event) => event.type === 'plan-made');
    expect(made).toMatchObject({ task: 'build', round: 1 });
    expect(made?.plan.map(({ path, needs }) => [path, needs])).toEqual([
      ['build/run[]/facts', []],
      ['build/run[]/text', ['facts']],
    ]);
  });

  it('has a plan mended once, told what is wrong with it', async () => {
    const story = await tell(`${agents}${build}
mock:
  - { agent: planner, nth: 1, reply: { tasks: [{ id: a, agent: writer, prompt: Go., needs: [b] }] } }
  - { agent: planner, reply: { tasks: [{ id: a, agent: writer, prompt: Go. }] } }
`);
    expect(story.status).toBe('completed');
    expect(story.begun.slice(0, 3)).toEqual(['build', 'build/plan[1]', 'build/plan[2]']);
    expect(story.messages('build/plan[2]/turn[1]#1').at(-1)?.content).toMatch(
      /This plan could not be used.*What is wrong with it:\n- `a`: There is no task `b`/s,
    );
  });

  it('fails with what is wrong if the mended plan can not be used either', async () => {
    const story = await tell(`${agents}${build}
mock: [{ agent: planner, reply: { tasks: [{ id: a, agent: writer, prompt: Go. }, { id: a, agent: writer, prompt: Go. }] } }]
`);
    expect(story.end('build').error).toMatchObject({ code: 'bad_plan' });
    expect(story.end('build').error?.message).toContain('Several tasks have the id `a`.');
    expect(story.begun).toEqual(['build', 'build/plan[1]', 'build/plan[2]']);
    expect(story.end('build').details).toEqual({ plans: 0, replans: 0 });
  });

  it.each([
    ['a tool that it may not use', '{ tasks: [{ id: a, tool: send, input: {} }] }'],
    ['an agent that it may not use', '{ tasks: [{ id: a, agent: planner, prompt: Go. }] }'],
    ['nonsense', 'I would begin with some research.'],
    ['nothing', '{ tasks: [] }'],
  ])('never runs %s', async (_, plan) => {
    const story = await tell(`${agents}${build}
mock: [{ agent: planner, reply: ${plan} }]
`);
    expect(story.end('build').error?.code).toBe('bad_plan');
    expect(story.calls.every(({ task }) => task.startsWith('build/plan['))).toBe(true);
  });

  it('takes no more tasks than are allowed', async () => {
    const story = await tell(`${agents}${build}
    max_tasks: 1
mock: [{ agent: planner, reply: ${twoSteps} }]
`);
    expect(story.end('build').error?.message).toContain('It has 2 tasks, and 1 are allowed.');
  });

  it.each([
    'inputs.topic',
    'env.HOME',
    'run.id',
    'json(inputs)',
    'json(env)',
    'shared.x',
    'secrets.KEY',
    'tasks.other.output',
  ])('refuses a plan that names %s', async (name) => {
    const story = await tell(
      `${agents}${build.replace('tasks:', 'env: [HOME]\nshared: { x: { type: string, default: y } }\ntasks:\n  other: { type: set, values: { a: 1 } }')}
mock: [{ agent: planner, reply: { tasks: [{ id: a, agent: writer, prompt: "Say \${{ ${name} }}" }] } }]
`,
      { env: { HOME: '/secret' } },
    );
    expect(story.end('build').error?.code).toBe('bad_plan');
    expect(story.calls.every(({ task }) => task.startsWith('build/plan['))).toBe(true);
  });

  it('gives the output of the task that the plan says', async () => {
    const story = await tell(`${agents}${build}
mock:
  - agent: planner
    reply:
      output: first
      tasks: [{ id: first, tool: echo, input: { a: 1 } }, { id: second, agent: writer, prompt: "\${{ tasks.first.output }}" }]
`);
    expect(story.output('build')).toEqual({ a: 1 });
  });

  it('knows planned tasks in mocks by their agents, tools and paths', async () => {
    const story = await tell(`${agents}${build}
mock:
  - { task: "build/plan[]", reply: { tasks: [{ id: a, agent: writer, prompt: Go. }, { id: b, tool: echo, input: {} }, { id: c, agent: writer, prompt: Go. }] } }
  - { task: "build/run[]/c", reply: by path }
  - { tool: echo, reply: by tool }
  - { agent: writer, reply: by agent }
`);
    expect(['a', 'b', 'c'].map((id) => story.output(`build/run[1]/${id}`))).toEqual(['by agent', 'by tool', 'by path']);
  });

  it('asks a person before a planned task calls a tool that acts', async () => {
    const story = await tell(
      `${agents}${build.replace('[echo]', '[pay]')}
    max_replans: 0
mock: [{ agent: planner, reply: { tasks: [{ id: a, tool: pay, input: { sum: 1 } }] } }]
`,
      { answers: { 'build/run[1]/a/call#1:approve': 'deny' } },
    );
    expect(story.questions).toEqual(['build/run[1]/a/call#1:approve']);
    expect(story.end('build/run[1]/a').error?.code).toBe('denied');
  });
});

describe('a plan that fails', () => {
  const failing = `
mock:
  - { agent: planner, nth: 1, reply: ${twoSteps} }
  - { agent: planner, reply: { tasks: [{ id: short, agent: writer, prompt: Write about owls. }] } }
  - { agent: researcher, reply: They see at night. }
  - { task: "build/run[]/text", error: { code: content_filtered } }
  - { agent: writer, reply: A short text. }
`;

  it('is followed by another one, made in knowledge of what happened', async () => {
    const story = await tell(`${agents}${build}${failing}`);
    expect(story.output('build')).toBe('A short text.');
    expect(story.end('build').details).toEqual({ plans: 2, replans: 1 });
    const asked = story.messages('build/plan[2]/turn[1]#1').at(-1)?.content;
    expect(asked).toContain('- `facts` gave: They see at night.');
    expect(asked).toContain('- `text` failed: ');
  });

  it('is the end if there are no replans left; a resume goes on with it, and keeps what was finished', async () => {
    const story = await tell(
      `${agents}${build}
    max_replans: 0
mock:
  - { agent: planner, reply: ${twoSteps} }
  - { task: "build/run[]/text", nth: 1, error: { code: bad_request } }
  - { agent: researcher, reply: They see at night. }
  - { agent: writer, reply: A text. }
`,
      { at: [[60_000, 'resume']] },
    );
    expect(story.status).toBe('completed');
    expect(story.calls.map(({ path }) => path)).toEqual([
      'build/plan[1]/turn[1]#1',
      'build/run[1]/facts/turn[1]#1',
      'build/run[1]/text/turn[1]#1',
      'build/run[1]/text/turn[1]#2',
    ]);
  });

  it('is one whose result does not fit', async () => {
    const story = await tell(`${agents}${build}
    output_schema: { type: object, required: [n], properties: { n: { type: integer } } }
mock:
  - { agent: planner, nth: 1, reply: { tasks: [{ id: a, tool: echo, input: { n: many } }] } }
  - { agent: planner, reply: { tasks: [{ id: a, tool: echo, input: { n: 3 } }] } }
`);
    expect(story.output('build')).toEqual({ n: 3 });
    expect(story.messages('build/plan[2]/turn[1]#1').at(-1)?.content).toContain('The result does not fit: ');
  });

  it('is not followed by another one when planning itself fails', async () => {
    const story = await tell(`${agents}${build}
mock: [{ agent: planner, error: { code: bad_request, message: no } }]
`);
    expect(story.end('build').error).toMatchObject({ code: 'planning_failed', details: { code: 'bad_request' } });
  });
});

describe('approval of a plan', () => {
  const approved = `${agents}${build}
    approve: true
mock:
  - { agent: planner, nth: 1, reply: ${twoSteps} }
  - { agent: planner, reply: { tasks: [{ id: other, agent: writer, prompt: Go. }] } }
`;

  it('is asked for with the plan, and the plan runs then', async () => {
    const story = await tell(approved, { answers: { 'build/approval[1]:question': 'approve' } });
    expect(story.status).toBe('completed');
    const asked = story.events.find((event) => event.type === 'question-asked');
    expect(asked?.question.message).toContain('1. facts: researcher is asked: Find facts about owls.');
    expect(story.begun.indexOf('build/run[1]')).toBeGreaterThan(story.begun.indexOf('build/approval[1]'));
  });

  it('that is refused leads to another plan, and then to the end', async () => {
    const story = await tell(approved, {
      answers: { 'build/approval[1]:question': 'reject', 'build/approval[2]:question': 'reject' },
    });
    expect(story.end('build').error?.code).toBe('plan_rejected');
    expect(story.begun).not.toContain('build/run[1]');
    expect(story.messages('build/plan[2]/turn[1]#1').at(-1)?.content).toContain('A person has rejected it');
  });

  it('that is refused is asked for another plan after a resume', async () => {
    const story = await tell(approved, {
      answers: {
        'build/approval[1]:question': 'reject',
        'build/approval[2]:question': 'reject',
        'build/approval[3]:question': 'approve',
      },
      at: [[60_000, 'resume']],
    });
    expect(story.status).toBe('completed');
    expect(story.end('build').details).toEqual({ plans: 3, replans: 2 });
  });

  it('ends with the time that the planner has', async () => {
    const story = await tell(approved.replace('approve: true', 'approve: true\n    timeout: 1m'));
    expect(story.end('build').error?.code).toBe('timeout');
    expect(story.tasks['build/approval[1]']).toBe('cancelled');
  });
});

describe('a planner in the midst of others', () => {
  it('may have a gate, stand in a list, and in a called file', async () => {
    const story = await tell(
      `tasks:
  all:
    type: for_each
    items: [owls, bats]
    do: { workflow: ./one.segue.yaml, with: { topic: "\${{ item }}" } }
`,
      {
        files: {
          'one.segue.yaml': `${agents}${build}
    gate: { when: json(output).contains('owls') || round == 2 }
outputs: { text: "\${{ tasks.build.output }}", tries: "\${{ tasks.build.details.gate.tries + tasks.build.details.plans }}" }
mock:
  - { task: "build/plan[]", reply: { tasks: [{ id: a, agent: writer, prompt: Go. }] } }
  - { task: "build/run[]/a", reply: Something about owls. }
`,
        },
      },
    );
    expect(story.status).toBe('completed');
    expect(story.output('all')).toEqual([
      { text: 'Something about owls.', tries: 2 },
      { text: 'Something about owls.', tries: 2 },
    ]);
    expect(story.begun).toContain('all[0]/build[1]/run[1]/a');
  });
});

describe('agents of a planner', () => {
  it('may hand their conversation over, and ask others', async () => {
    const story = await tell(`
agents:
  planner: { model: mock/large, handoffs: [strategist] }
  strategist: { model: mock/large }
  writer: { model: mock/small, sub_agents: [helper] }
  helper: { model: mock/small }
tasks:
  build: { type: planner, agent: planner, goal: A text., may_use: { agents: [writer] } }
mock:
  - { agent: planner, tool_calls: [{ name: handoff_to_strategist, arguments: { message: You plan better. } }] }
  - { agent: strategist, reply: { tasks: [{ id: text, agent: writer, prompt: Write. }] } }
  - { agent: writer, nth: 1, tool_calls: [{ name: helper, arguments: { prompt: Help. } }] }
  - { agent: helper, reply: Here. }
  - { agent: writer, reply: A text. }
`);
    expect(story.output('build')).toBe('A text.');
    expect(story.tasks).toMatchObject({
      'build/plan[1]/handoff': 'completed',
      'build/run[1]/text/helper[1]': 'completed',
    });
  });

  it('may be made good by what stands in for them', async () => {
    const story = await tell(`${agents}${build}
    on_error: { fallback: { agent: writer, with: { prompt: "Instead, for \${{ error.code }}" } } }
mock:
  - { agent: planner, reply: { tasks: [{ id: a, tool: send, input: {} }] } }
  - { agent: writer, reply: Something else. }
`);
    expect(story.output('build')).toBe('Something else.');
    expect(story.messages('build/fallback/turn[1]#1').at(-1)?.content).toBe('Instead, for bad_plan');
  });
});

describe('a planner that is cut', () => {
  it('while a person looks at its plan asks once', async () => {
    const waiting = `${agents}${build}
    approve: true
mock: [{ agent: planner, reply: ${twoSteps} }]
`;
    const answer = {
      type: 'answer',
      actor: { kind: 'person', via: 'test' },
      question: 'build/approval[1]:question',
    } as const;
    const story = await tell(waiting, {
      at: [
        [30_000, 'crash'],
        [60_000, { ...answer, answer: 'approve', offer: { secrets: [] } }],
      ],
    });
    expect(story.status).toBe('completed');
    expect(story.questions).toEqual(['build/approval[1]:question']);
    expect(story.calls.filter(({ task }) => task === 'build/plan[1]')).toHaveLength(1);
  });

  const slow = `${agents}${build}
mock:
  - { agent: planner, delay: 5s, reply: ${twoSteps} }
  - { agent: researcher, delay: 5s, reply: They see at night. }
  - { agent: writer, delay: 5s, reply: A text. }
`;

  it.each([1, 3, 7, 12])('%i seconds after its start is what it would have been', async (second) => {
    for (const how of ['crash', 'cancel'] as const) {
      const more = how === 'cancel' ? ([[second * 1000 + 7000, 'resume']] as const) : [];
      const story = await tell(slow, { at: [[second * 1000, how], ...more] });
      expect(story.output('build')).toBe('A text.');
      expect(story.events.filter(({ type }) => type === 'plan-made')).toHaveLength(1);
    }
  });
});
