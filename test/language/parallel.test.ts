// docs/language.md, "Branches side by side".
import { describe, expect, it } from 'vitest';
import { tell } from './stage.ts';

const agents = `
agents:
  optimist: { model: mock/small }
  sceptic: { model: mock/small }
  realist: { model: mock/small }
  judge: { model: mock/small, instructions: You are fair. }
`;

/** A parallel of three agents, `fan`, with what it says besides. */
const asked = (more: string, mock: string): string => `${agents}
tasks:
  fan:
    type: parallel
    agents: [optimist, sceptic, realist]
    with: { prompt: "Umbrellas? \${{ 1 + 1 }}" }
${more}
mock:
${mock}
`;

const answers = (optimist: string, sceptic: string, realist: string): string => `
  - { agent: optimist, reply: ${optimist} }
  - { agent: sceptic, reply: ${sceptic} }
  - { agent: realist, reply: ${realist} }`;

describe('branches', () => {
  it('run side by side, see outwards and give an object by their names', async () => {
    const story = await tell(`${agents}
tasks:
  base: { type: set, values: { n: 2 } }
  fan:
    type: parallel
    branches:
      slow: { agent: optimist, with: { prompt: "\${{ tasks.base.output.n }}" } }
      graph:
        tasks:
          one: { type: set, values: { n: "\${{ tasks.base.output.n + 1 }}" } }
          two: { agent: sceptic, with: { prompt: "\${{ tasks.one.output.n }}" } }
        output: { said: "\${{ tasks.two.output }}", n: "\${{ tasks.one.output.n }}" }
      list: { type: for_each, items: [1, 2], do: { type: set, values: { n: "\${{ item }}" } } }
mock:
  - { agent: optimist, delay: 9s, reply: late }
  - { task: fan/graph/two, reply: soon }
`);
    const output = { slow: 'late', graph: { said: 'soon', n: 3 }, list: [{ n: 1 }, { n: 2 }] };
    expect(story.output('fan')).toEqual(output);
    expect(story.begun).toContain('fan/graph/one');
    expect(story.messages('fan/graph/two/turn[1]#1').at(-1)?.content).toBe('3');
  });

  it('may be agents that are all asked the same', async () => {
    const story = await tell(asked('', answers('Yes.', 'No.', 'Perhaps.')));
    expect(story.output('fan')).toEqual({ optimist: 'Yes.', sceptic: 'No.', realist: 'Perhaps.' });
    for (const name of ['optimist', 'sceptic', 'realist'])
      expect(story.messages(`fan/${name}/turn[1]#1`)).toEqual([{ role: 'user', content: 'Umbrellas? 2' }]);
  });

  it('begin in their order as far as `max_parallel` allows', async () => {
    const slow = answers('a', 'b', 'c').replaceAll('{ agent', '{ delay: 1s, agent');
    const story = await tell(asked('    max_parallel: 2', slow));
    const times = story.callTimes.map(([path, ms]) => [path, Math.floor(ms / 1000)]);
    expect(times).toEqual([
      ['fan/optimist/turn[1]#1', 0],
      ['fan/sceptic/turn[1]#1', 0],
      ['fan/realist/turn[1]#1', 1],
    ]);
  });

  const oneFails = `
  - { agent: optimist, error: { code: bad_request, status: 400 } }
  - { agent: sceptic, delay: 2s, reply: No. }
  - { agent: realist, delay: 1s, reply: Perhaps. }`;

  it.each([
    ['stop', 'failed branch_failed', 'cancelled', undefined],
    ['finish', 'failed branch_failed', 'completed', undefined],
    ['continue', 'completed', 'completed', { sceptic: 'No.', realist: 'Perhaps.' }],
  ])('that fail: %s', async (word, fan, sceptic, output) => {
    const story = await tell(asked(`    on_item_error: ${word}`, oneFails));
    expect(story.tasks['fan']).toBe(fan);
    expect(story.tasks['fan/sceptic']).toBe(sceptic);
    expect(story.end('fan').output).toEqual(output);
    expect(story.end('fan').errors).toMatchObject([{ index: 0, branch: 'optimist', error: { code: 'bad_request' } }]);
  });

  it('that are absent are absent in expressions; `errors` and `partial` say more', async () => {
    const story = await tell(
      asked(
        `    on_item_error: continue
  told:
    type: set
    values:
      first: "\${{ tasks.fan.output.optimist.orValue('nothing') }}"
      failed: "\${{ tasks.fan.errors[0].branch }}"
      partial: "\${{ tasks.fan.partial.realist.orValue('') }}"`,
        oneFails,
      ),
    );
    expect(story.output('told')).toEqual({ first: 'nothing', failed: 'optimist', partial: 'Perhaps.' });
  });

  it('are cut when the time is up', async () => {
    const late = answers('a', 'b', 'c').replace('{ agent: sceptic', '{ delay: 9s, agent: sceptic');
    const story = await tell(asked('    timeout: 3s', late));
    expect(story.tasks).toMatchObject({ fan: 'failed timeout', 'fan/sceptic': 'cancelled' });
    expect(story.end('fan').partial).toEqual({ optimist: 'a', realist: 'c' });
  });
});

describe('a quorum', () => {
  const slow = `
  - { agent: optimist, delay: 1s, reply: Yes. }
  - { agent: sceptic, delay: 9s, reply: No. }
  - { agent: realist, delay: 2s, reply: Perhaps. }`;

  it('cuts who is slower than enough others', async () => {
    const story = await tell(asked('    fusion: { quorum: 2 }', slow));
    expect(story.end('fan')).toMatchObject({ status: 'completed', reason: 'quorum' });
    expect(story.output('fan')).toEqual({ optimist: 'Yes.', realist: 'Perhaps.' });
    expect(story.tasks['fan/sceptic']).toBe('cancelled');
  });

  it('fails a task of which too few complete', async () => {
    const mock = slow.replaceAll(/delay: [19]s, reply: \S+/g, 'error: { code: bad_request, status: 400 }');
    const story = await tell(asked('    on_item_error: continue\n    fusion: { quorum: 2 }', mock));
    expect(story.end('fan').error).toMatchObject({ code: 'quorum_missed', details: { completed: 1, quorum: 2 } });
  });

  it('stands when the run is resumed after it', async () => {
    const mock = `${slow}
  - { agent: judge, delay: 9s, reply: All said. }`;
    const story = await tell(asked('    fusion: { strategy: synthesize, agent: judge, quorum: 2 }', mock), {
      at: [
        [5000, 'cancel'],
        [20_000, 'resume'],
      ],
    });
    expect(story.output('fan')).toBe('All said.');
    expect(story.end('fan').reason).toBe('quorum');
    expect(story.calls.map(({ path }) => path)).toEqual([
      'fan/optimist/turn[1]#1',
      'fan/sceptic/turn[1]#1',
      'fan/realist/turn[1]#1',
      'fan/fusion/turn[1]#1',
      'fan/fusion/turn[1]#2',
    ]);
  });
});

describe('a fusion', () => {
  it('puts texts together, or lists', async () => {
    const texts = await tell(asked('    fusion: { strategy: concat, separator: " | " }', answers('a', 'b', 'c')));
    expect(texts.output('fan')).toBe('a | b | c');
    const lists = await tell(`
tasks:
  fan:
    type: parallel
    branches:
      one: { type: for_each, items: [1, 2], do: { type: set, values: { n: "\${{ item }}" } } }
      two: { type: for_each, items: [3], do: { type: set, values: { n: "\${{ item }}" } } }
    fusion: { strategy: concat }
  sum: { type: set, values: { n: "\${{ sum(tasks.fan.output.map(each, each.n)) }}" } }
`);
    expect(lists.output('sum')).toEqual({ n: 6 });
  });

  it('lays objects over each other and says where they differ', async () => {
    const story = await tell(`
tasks:
  fan:
    type: parallel
    branches:
      left: { type: set, values: { n: 1, same: x, deep: { a: 1, list: [1] } } }
      right: { type: set, values: { n: 2, same: x, deep: { b: 2, list: [2] } } }
    fusion: { strategy: merge }
`);
    expect(story.output('fan')).toEqual({ n: 2, same: 'x', deep: { a: 1, list: [2], b: 2 } });
    expect(story.end('fan').details).toEqual({
      conflicts: [
        { path: 'n', values: { left: 1, right: 2 } },
        { path: 'deep.list', values: { left: [1], right: [2] } },
      ],
    });
  });

  it('counts votes, whatever the case of texts', async () => {
    const story = await tell(asked('    fusion: { strategy: vote }', answers('"no "', '"Yes"', '" NO"')));
    expect(story.output('fan')).toBe('no ');
    expect(story.end('fan').details).toEqual({
      votes: [
        { value: 'no ', branches: ['optimist', 'realist'] },
        { value: 'Yes', branches: ['sceptic'] },
      ],
      tie: false,
    });
  });

  it('takes the first of equals, or fails', async () => {
    const all = answers('one', 'two', 'three');
    const first = await tell(asked('    fusion: { strategy: vote }', all));
    expect(first.output('fan')).toBe('one');
    expect(first.end('fan').details?.['tie']).toBe(true);
    const strict = await tell(asked('    fusion: { strategy: vote, ties: fail }', all));
    expect(strict.end('fan').error?.code).toBe('vote_tied');
  });

  it('gives the best, as a judge finds', async () => {
    const verdict =
      '{ best: sceptic, scores: { optimist: 0.2, sceptic: 0.9, realist: 0.5 }, reason: It gives reasons. }';
    const mock = `${answers('Yes.', 'No.', 'Perhaps.')}
  - { task: fan/fusion, reply: ${verdict} }`;
    const story = await tell(
      `${asked('    fusion: { strategy: best_of, agent: judge, criteria: [it gives reasons] }', mock)}
outputs: { answer: "\${{ tasks.fan.output }}", by: "\${{ tasks.fan.details.best }}", score: "\${{ tasks.fan.details.scores.sceptic }}" }
`,
    );
    expect(story.outputs).toEqual({ answer: 'No.', by: 'sceptic', score: 0.9 });
    expect(story.begun.at(-1)).toBe('fan/fusion');
    expect(story.messages('fan/fusion/turn[1]#1').at(-1)?.content).toBe(
      'Choose the best of these answers. Give each a score from 0 (useless) to 1 (perfect), and name the best in `best`.\n\nCriteria:\n- it gives reasons\n\nWhat was asked:\n\nUmbrellas? 2\n\nThe answers:\n\n## optimist\n\nYes.\n\n## sceptic\n\nNo.\n\n## realist\n\nPerhaps.',
    );
  });

  it('does not let a judge choose what is not there', async () => {
    const mock = `
  - { agent: optimist, error: { code: bad_request, status: 400 } }
  - { agent: sceptic, reply: No. }
  - { agent: realist, reply: Perhaps. }
  - { task: fan/fusion, reply: { best: optimist, scores: { optimist: 1, sceptic: 0, realist: 0 }, reason: It is kind. } }`;
    const more = '    on_item_error: continue\n    fusion: { strategy: best_of, agent: judge }';
    const story = await tell(asked(more, mock));
    expect(story.end('fan').error).toMatchObject({ code: 'fusion_failed', details: { code: 'invalid_output' } });
  });

  it('makes one answer of all, of the type that the agent says', async () => {
    const mock = `${answers('Yes.', 'No.', 'Perhaps.')}
  - { agent: judge, reply: { said: It depends. } }`;
    const text = asked('    fusion: { strategy: synthesize, agent: judge }', mock).replace(
      'You are fair. }',
      'You are fair., output_schema: { type: object, required: [said], properties: { said: { type: string } } } }',
    );
    const story = await tell(`${text}
outputs: { said: "\${{ tasks.fan.output.said }}" }
`);
    expect(story.outputs).toEqual({ said: 'It depends.' });
  });

  it('of nothing fails where somebody must choose, and is empty elsewhere', async () => {
    const never = (strategy: string): string => `
tasks:
  fan:
    type: parallel
    branches: { a: { type: set, values: { n: 1 }, when: false }, b: { type: set, values: { n: 1 }, when: false } }
    fusion: { strategy: ${strategy} }
`;
    expect((await tell(never('collect'))).output('fan')).toEqual({});
    expect((await tell(never('merge'))).output('fan')).toEqual({});
    expect((await tell(never('concat'))).output('fan')).toBe('');
    expect((await tell(never('vote'))).end('fan').error?.code).toBe('nothing_to_fuse');
    const emptyQuorum = await tell(`
tasks:
  fan:
    type: parallel
    branches: { a: { tool: fetch, on_error: continue }, b: { type: wait, duration: 1h } }
    fusion: { strategy: vote, quorum: 1 }
mock: [{ tool: fetch, error: { code: broken } }]
`);
    expect(emptyQuorum.end('fan').error?.code).toBe('nothing_to_fuse');
  });
});
