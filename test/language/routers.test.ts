// docs/language.md, "Routers".
import { describe, expect, it } from 'vitest';
import { tell } from './stage.ts';

const start = `
agents:
  clerk: { model: mock/small, output_schema: { type: object, properties: { other: { type: string } } } }
tasks:
  refund: { type: set, values: { text: paid } }
  repair: { type: set, values: { text: mended } }
  sorry: { type: set, values: { text: sorry } }
`;
const routes = `
    routes:
      - { to: [refund], description: They want their money back. }
      - { to: [repair, sorry], description: Something is broken. }`;

describe('a router', () => {
  it('lets go on what the routes lead to that its agent has chosen', async () => {
    const story = await tell(`${start}
  route:
    type: router
    agent: clerk
    with: { prompt: "About: \${{ 1 + 1 }}" }${routes}
outputs: { to: "\${{ tasks.route.output.to }}", why: "\${{ tasks.route.output.reason }}" }
mock: [{ task: route, reply: { routes: [repair+sorry], reason: It is broken. } }]
`);
    expect(story.outputs).toEqual({ to: ['repair', 'sorry'], why: 'It is broken.' });
    expect(story.tasks).toMatchObject({ refund: 'skipped not_chosen', repair: 'completed', sorry: 'completed' });
    expect(story.messages('route/turn[1]#1').at(-1)?.content).toBe(
      'Choose the route on which this goes on, by name, and say why.\n\nRoutes:\n- refund: They want their money back.\n- repair+sorry: Something is broken.\n\nWhat it is about:\n\nAbout: 2',
    );
  });

  it('may choose several, up to `max_routes`', async () => {
    const story = await tell(`${start}
  route:
    type: router
    agent: clerk
    max_routes: 2
    with: { prompt: Go. }${routes}
mock: [{ task: route, reply: { routes: [repair+sorry, refund], reason: Both. } }]
`);
    expect(story.output('route')).toEqual({ to: ['refund', 'repair', 'sorry'], reason: 'Both.' });
    expect(story.calls).toHaveLength(1);
  });

  it.each([
    ['unknown', '[lottery]'],
    ['too many', '[refund, repair+sorry]'],
    ['none', '[]'],
  ])('has an answer with %s routes repaired, once', async (_, wrong) => {
    const first = `{ task: route, nth: 1, reply: { routes: ${wrong}, reason: Why not? } }`;
    const text = `${start}
  route:
    type: router
    agent: clerk
    with: { prompt: Go. }${routes}
`;
    const mended = await tell(`${text}mock: [${first}, { task: route, reply: { routes: [refund], reason: Now. } }]`);
    expect(mended.output('route')).toEqual({ to: ['refund'], reason: 'Now.' });
    const stubborn = await tell(`${text}mock: [{ task: route, reply: { routes: ${wrong}, reason: No. } }]`);
    expect(stubborn.end('route').error?.code).toBe('invalid_output');
    expect(stubborn.end('refund').reason).toBe('upstream_failed');
    expect(stubborn.calls.map(({ path }) => path)).toEqual(['route/turn[1]#1', 'route/turn[1]/repair#1']);
  });

  it('is made good by a default that chooses', async () => {
    const story = await tell(`${start}
  route:
    type: router
    agent: clerk
    with: { prompt: Go. }
    retry: { max_attempts: 1 }
    on_error: { default: { to: [sorry], reason: nobody knows } }${routes}
mock: [{ task: route, error: { code: server_error, status: 500 } }]
`);
    expect(story.tasks).toMatchObject({
      route: 'completed recovered',
      refund: 'skipped not_chosen',
      sorry: 'completed',
    });
  });

  it('may have a gate, which sees where it leads', async () => {
    const story = await tell(`${start}
  route:
    type: router
    agent: clerk
    with: { prompt: "\${{ gate.feedback.orValue('first') }}" }
    gate: { when: "!('refund' in output.to)" }${routes}
mock:
  - { task: route, nth: 1, reply: { routes: [refund], reason: Pay. } }
  - { task: route, reply: { routes: [repair+sorry], reason: Mend. } }
`);
    expect(story.output('route')).toEqual({ to: ['repair', 'sorry'], reason: 'Mend.' });
    expect(story.tasks).toMatchObject({ refund: 'skipped not_chosen', repair: 'completed' });
  });

  it('goes on where it was when the run is cut', async () => {
    const text = `${start}
  route:
    type: router
    agent: clerk
    with: { prompt: Go. }${routes}
mock: [{ task: route, delay: 2s, reply: { routes: [refund], reason: Pay. } }]
`;
    const story = await tell(text, { at: [[1000, 'crash']] });
    expect(story.output('route')).toEqual({ to: ['refund'], reason: 'Pay.' });
    expect(story.begun.filter((path) => path === 'route')).toHaveLength(1);
  });
});
