import { describe, expect, it } from 'vitest';
import { tell } from './stage.ts';

const agents = `
agents:
  writer: { model: mock/small }
  judge: { model: mock/small }
`;

describe('a gate with a judge', () => {
  it('has the task tried again with the feedback, until the score is enough', async () => {
    const story = await tell(`${agents}
tasks:
  draft:
    agent: writer
    with: { prompt: "Write. \${{ gate.feedback.orValue('') }}" }
    gate: { judge: judge, criteria: [it is short] }
outputs: { text: "\${{ tasks.draft.output }}", tries: "\${{ tasks.draft.details.gate.tries }}" }
mock:
  - { agent: judge, nth: 1, reply: { score: 0.2, feedback: Shorter. } }
  - { agent: judge, reply: { score: 0.9, feedback: Good. } }
  - { task: draft, nth: 1, reply: long }
  - { task: draft, reply: short }
`);
    expect(story.outputs).toEqual({ text: 'short', tries: 2 });
    expect(story.begun).toEqual(['draft', 'draft[1]', 'draft/gate[1]', 'draft[2]', 'draft/gate[2]']);
    expect(story.messages('draft[2]/turn[1]#1').at(-1)?.content).toBe('Write. Shorter.');
  });
});

describe('a pipeline', () => {
  it('goes back a stage when a gate says so', async () => {
    const story = await tell(`${agents}
tasks:
  letter:
    type: pipeline
    stages:
      outline: { agent: writer, with: { prompt: "Outline. \${{ gate.feedback.orValue('') }}" } }
      body:
        tasks:
          one: { agent: writer, with: { prompt: "\${{ tasks.outline.output }}" } }
        gate: { when: "output == 'fine'", on_fail: rollback }
      end: { agent: writer, with: { prompt: "\${{ tasks.body.output }} and \${{ tasks.outline.output }}" } }
outputs: { text: "\${{ tasks.letter.output }}" }
mock:
  - { task: letter/outline, nth: 1, reply: first }
  - { task: letter/outline, reply: second }
  - { task: letter/body/one, nth: 1, reply: bad }
  - { task: letter/body/one, reply: fine }
  - { task: letter/end, reply: done }
`);
    expect(story.tasks).toMatchObject({
      letter: 'completed',
      'letter/outline': 'completed',
      'letter/body': 'completed',
    });
    expect(story.outputs).toEqual({ text: 'done' });
    expect(story.messages('letter/end[1]/turn[1]#1').at(-1)?.content).toBe('fine and second');
  });
});
