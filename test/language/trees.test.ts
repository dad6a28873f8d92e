// How runs of patterns are drawn: stages, tries, judges, rounds and elements as such.
import { expect, test } from 'vitest';
import { plainPainter } from '../../cli/terminal/style.ts';
import { treeLines } from '../../cli/terminal/tree-lines.ts';
import { foldAll, type RunEvent } from '../../run/index.ts';
import { tell } from './stage.ts';

/** The tree of a run without calls and figures, after so many of its events. */
function drawn(events: readonly RunEvent[], upTo = events.length): readonly string[] {
  const look = { painter: plainPainter, now: 0, width: 200, frame: 0, calls: false };
  return treeLines(foldAll('run', events.slice(0, upTo)), look).map((line) =>
    line.replace(/ {2,}\S* ?(?:tok|ms|s)\b.*$/, ''),
  );
}

const agents = `
agents:
  writer: { model: mock/small }
  judge: { model: mock/small }
`;

test('a pipeline shows its stages, their tries and what gates and judges said', async () => {
  const { events } = await tell(`${agents}
tasks:
  letter:
    type: pipeline
    stages:
      outline: { agent: writer, with: { prompt: "Outline. \${{ gate.feedback.orValue('') }}" } }
      body:
        tasks:
          one: { agent: writer, with: { prompt: "\${{ tasks.outline.output }}" } }
        gate: { when: "output == 'fine'", on_fail: rollback }
      end: { agent: writer, with: { prompt: "\${{ tasks.body.output }}" }, gate: { judge: judge } }
mock:
  - { task: letter/body/one, nth: 1, reply: bad }
  - { task: letter/body/one, reply: fine }
  - { task: "letter/end/gate[]", nth: 1, reply: { score: 0.3, feedback: Again. } }
  - { task: "letter/end/gate[]", reply: { score: 0.9, feedback: Good. } }
`);
  const begun = events.findIndex((event) => event.type === 'task-started' && event.path === 'letter/body') + 1;
  expect(drawn(events, begun)).toEqual([
    '◐ letter  pipeline · 1 of 3 stages',
    '  ✓ outline  stage · writer',
    '  ◐ body  stage',
    '  ○ end  stage · writer',
  ]);
  expect(drawn(events)).toEqual([
    '✓ letter  pipeline',
    '  ✓ outline  stage · writer',
    '    ✓ try 1',
    '    ✓ try 2',
    '  ✓ body  stage',
    '    ✓ try 1  missed the gate, sent back',
    '      ✓ one  writer',
    '    ✓ try 2  passed the gate',
    '      ✓ one  writer',
    '  ✓ end  stage · writer',
    '    ✓ try 1  missed the gate with 0.3, tried again',
    '    ✓ judge 1  judge · score 0.3',
    '    ✓ try 2  passed the gate with 0.9',
    '    ✓ judge 2  judge · score 0.9',
  ]);
});

test('elements, rounds and fallbacks stand in their order', async () => {
  const { events } = await tell(`${agents}
tasks:
  each:
    type: for_each
    items: [a, b]
    do: { agent: writer, with: { prompt: Go. }, on_error: { fallback: { agent: judge, with: { prompt: Again. } } } }
  polish:
    type: loop
    until: round == 2
    max_iterations: 3
    do: { tasks: { text: { agent: writer, with: { prompt: Go. } } } }
mock:
  - { task: "each[]", nth: 1, error: { code: bad_request } }
`);
  expect(drawn(events)).toEqual([
    '✓ each  for_each',
    '  ✓ [0] a  writer · mock/small failed with bad_request, as its mock says.',
    '    ✓ fallback  judge',
    '  ✓ [1] b  writer',
    '✓ polish  loop',
    '  ✓ round 1',
    '    ✓ text  writer',
    '  ✓ round 2',
    '    ✓ text  writer',
  ]);
});
