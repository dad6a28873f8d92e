import { describe, expect, it } from 'vitest';
import { checkPrefixes } from '../../test/simulation/prefix-checks.ts';
import { ScriptedCore } from '../../test/simulation/scripted-core.ts';
import type { Json, Message } from '../../run/index.ts';
import type { ModelCall } from '../ports/index.ts';
import { decideAll } from '../core/index.ts';

type Asked = readonly [name: string, input: Json];

/** A model's answer that calls tools, each with an id of its own. */
const calls = (...asked: readonly Asked[]) =>
  ({
    toolCalls: asked.map(([name, input], index) => ({ id: `${name}${index}`, name, arguments: input })),
    finishReason: 'tool_calls',
  }) as const;

function sent(core: ScriptedCore, path: string): readonly Message[] {
  const call = core.calls.get(path);
  if (call?.kind !== 'model') throw new Error(`no call ${path}`);
  return call.request.messages;
}

function follows(core: ScriptedCore): void {
  expect(checkPrefixes(core.state.workflow, core.events, decideAll)).toEqual([]);
}

const team = `
agents:
  lead:
    model: mock/a
    tools: [calc]
    sub_agents: [finder, writer]
    max_iterations: 4
  finder: { model: mock/b, description: Finds facts., capabilities: [facts], fallback: [mock/c] }
  writer: { model: mock/b, output_schema: { type: object, required: [n], properties: { n: { type: integer } } } }
tasks:
  one: { agent: lead, with: { prompt: Go }, retry: { max_attempts: 1 } }
`;

describe('an agent that asks others', () => {
  it('is offered them as tools, and told what they gave', () => {
    const core = new ScriptedCore(team);
    core.next();
    const first = core.calls.get('one/turn[1]#1');
    expect(first?.kind === 'model' && first.request.tools.slice(1)).toMatchObject([
      {
        name: 'finder',
        description: expect.stringContaining('Finds facts. It is good at: facts.'),
        input: { required: ['prompt'] },
      },
      { name: 'writer' },
    ]);
    const asked = calls(
      ['finder', { prompt: 'a' }],
      ['calc', {}],
      ['writer', { prompt: 'b' }],
      ['finder', { prompt: 'c' }],
    );
    expect(core.reply('one/turn[1]#1', '', asked).sort()).toEqual([
      'call one/finder[1]/turn[1]#1',
      'call one/finder[2]/turn[1]#1',
      'call one/turn[1]/tool[2]#1',
      'call one/writer[1]/turn[1]#1',
      'one/finder[1] starts',
      'one/finder[2] starts',
      'one/writer[1] starts',
    ]);
    expect(sent(core, 'one/finder[2]/turn[1]#1')).toEqual([{ role: 'user', content: 'c' }]);
    core.reply('one/finder[1]/turn[1]#1', 'fact a');
    core.output('one/turn[1]/tool[2]#1', 1);
    core.reply('one/writer[1]/turn[1]#1', '{"n":7}');
    expect(core.reply('one/finder[2]/turn[1]#1', 'fact c')).toEqual(['one/finder[2] completed', 'call one/turn[2]#1']);
    expect(sent(core, 'one/turn[2]#1').slice(2)).toEqual([
      { role: 'tool', toolCallId: 'finder0', content: 'fact a' },
      { role: 'tool', toolCallId: 'calc1', content: '1' },
      { role: 'tool', toolCallId: 'writer2', content: '{"n":7}' },
      { role: 'tool', toolCallId: 'finder3', content: 'fact c' },
    ]);
    core.reply('one/turn[2]#1', '', calls(['finder', { prompt: 'd' }]));
    expect(core.calls.has('one/finder[3]/turn[1]#1')).toBe(true);
    core.reply('one/finder[3]/turn[1]#1', 'fact d');
    expect(core.reply('one/turn[3]#1', 'done')).toEqual(['one completed', 'run completed']);
    follows(core);
  });

  it('is told of one that failed, after its fallback models, and of input that can not be used', () => {
    const core = new ScriptedCore(team);
    core.next();
    core.reply('one/turn[1]#1', '', calls(['finder', { prompt: 'a' }], ['writer', { text: 'b' }]));
    expect(core.fails('one/finder[1]/turn[1]#1', 'bad_request')).toEqual(['call one/finder[1]/turn[1]#2']);
    expect(core.fails('one/finder[1]/turn[1]#2', 'bad_request')).toEqual([
      'one/finder[1] failed bad_request',
      'call one/turn[2]#1',
    ]);
    expect(sent(core, 'one/turn[2]#1').slice(2)).toEqual([
      { role: 'tool', toolCallId: 'finder0', content: 'bad_request: it bad_request', isError: true },
      expect.objectContaining({ isError: true, content: expect.stringContaining('no text `prompt`') }),
    ]);
    follows(core);
  });

  it('does not ask again what it was told, and goes on with what was under way, after a resume', () => {
    const core = new ScriptedCore(team);
    core.next();
    core.reply('one/turn[1]#1', '', calls(['finder', { prompt: 'a' }]));
    core.fails('one/finder[1]/turn[1]#1', 'denied');
    core.reply('one/turn[2]#1', '', calls(['finder', { prompt: 'b' }], ['writer', { prompt: 'c' }]));
    core.reply('one/finder[2]/turn[1]#1', 'fact b');
    core.cancel();
    expect(core.ends('one/writer[1]/turn[1]#1', 'cancelled')).toEqual([
      'one/writer[1] cancelled cancelled',
      'one cancelled cancelled',
      'run cancelled',
    ]);
    expect(core.resume()).toEqual(['one starts (2)', 'one/writer[1] starts (2)', 'call one/writer[1]/turn[1]#2']);
    expect(core.reply('one/writer[1]/turn[1]#2', '{"n":1}')).toEqual(['one/writer[1] completed', 'call one/turn[3]#1']);
    expect(core.reply('one/turn[3]#1', 'done')).toEqual(['one completed', 'run completed']);
    follows(core);
  });

  it('counts what they cost', () => {
    const core = new ScriptedCore(team);
    core.next();
    core.reply('one/turn[1]#1', '', calls(['finder', { prompt: 'a' }]));
    core.happens({
      type: 'call-ended',
      path: 'one/finder[1]/turn[1]#1',
      task: 'one/finder[1]',
      outcome: { status: 'completed', reply: { text: 'x', toolCalls: [], finishReason: 'stop' } },
      spent: { usage: { inputTokens: 9, outputTokens: 3 }, costNanoUsd: 77 },
    });
    expect(core.state.nodes.get('one')).toMatchObject({ costNanoUsd: 77, tokens: 12 });
  });

  it('asks five deep at most', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const agents = names.map((name, index) => `  ${name}: { model: mock/a, sub_agents: [${names[index + 1] ?? ''}] }`);
    const core = new ScriptedCore(
      `agents:\n${agents.join('\n')}\ntasks: { one: { agent: a, with: { prompt: Go } } }\n`,
    );
    core.next();
    let path = 'one';
    for (const name of names.slice(1, 6)) {
      core.reply(`${path}/turn[1]#1`, '', calls([name, { prompt: 'p' }]));
      path += `/${name}[1]`;
    }
    expect(core.reply(`${path}/turn[1]#1`, '', calls(['g', { prompt: 'p' }]))).toEqual([`call ${path}/turn[2]#1`]);
    expect(sent(core, `${path}/turn[2]#1`).at(-1)?.content).toMatch(/^sub_agent_depth: g is not asked/);
    follows(core);
  });
});

const desk = (more = '') => `
agents:
  desk: { model: mock/a, instructions: You answer the phone., tools: [calc], handoffs: [billing, desk]${more} }
  billing: { model: mock/b, instructions: You do bills., handoffs: [desk], max_iterations: 2 }
tasks:
  one: { agent: desk, with: { prompt: My bill }, retry: { max_attempts: 1 } }
`;
const toBilling: Asked = ['handoff_to_billing', { message: 'A bill.' }];
const toDesk: Asked = ['handoff_to_desk', { message: 'Back.' }];

describe('an agent that hands over', () => {
  it('gives its conversation to another one, in words, which then gives the output', () => {
    const core = new ScriptedCore(desk());
    core.next();
    core.reply('one/turn[1]#1', 'Let me see.', calls(['calc', { n: 1 }]));
    core.output('one/turn[1]/tool[1]#1', { n: 2 });
    expect(core.reply('one/turn[2]#1', '', calls(toBilling))).toEqual([
      'one/handoff starts',
      'call one/handoff/turn[1]#1',
    ]);
    expect(core.calls.get('one/handoff/turn[1]#1')).toMatchObject({ agent: 'billing', request: { model: 'mock/b' } });
    expect(sent(core, 'one/handoff/turn[1]#1')).toEqual([
      { role: 'system', content: 'You do bills.' },
      { role: 'user', content: 'My bill' },
      { role: 'assistant', content: 'Let me see.\n(calls calc with {"n":1})' },
      { role: 'user', content: '(calc gave: {"n":2})' },
      { role: 'user', content: 'desk has handed this conversation over to you: A bill.' },
    ]);
    expect(core.reply('one/handoff/turn[1]#1', 'Paid.')).toEqual([
      'one/handoff completed',
      'one completed',
      'run completed',
    ]);
    expect(core.endOf('one')?.output).toBe('Paid.');
    follows(core);
  });

  it('waits for the tools that it calls beside, and hands over once', () => {
    const core = new ScriptedCore(desk());
    core.next();
    expect(core.reply('one/turn[1]#1', '', calls(toBilling, ['calc', {}], toDesk))).toEqual([
      'call one/turn[1]/tool[2]#1',
    ]);
    expect(core.output('one/turn[1]/tool[2]#1', 1)).toEqual(['one/handoff starts', 'call one/handoff/turn[1]#1']);
    expect(sent(core, 'one/handoff/turn[1]#1').slice(2)).toEqual([
      { role: 'assistant', content: '(calls calc with {})\n(calls handoff_to_desk with {"message":"Back."})' },
      { role: 'user', content: '(calc gave: 1)' },
      { role: 'user', content: expect.stringContaining('handoff_to_desk failed: already_handed_over') },
      { role: 'user', content: 'desk has handed this conversation over to you: A bill.' },
    ]);
    follows(core);
  });

  it('is told of input that can not be used', () => {
    const core = new ScriptedCore(desk());
    core.next();
    core.reply('one/turn[1]#1', '', calls(['handoff_to_billing', {}]));
    expect(sent(core, 'one/turn[2]#1').at(-1)?.content).toContain('no text `message`');
  });

  it('fails with a reason when the conversation goes on without end, and a resume asks the last one again', () => {
    const core = new ScriptedCore(desk(', max_handoffs: 3'));
    core.next();
    let path = 'one';
    for (const to of [toBilling, toDesk, toBilling]) {
      core.reply(`${path}/turn[1]#1`, '', calls(to));
      path += '/handoff';
    }
    expect(core.reply(`${path}/turn[1]#1`, '', calls(toDesk))).toEqual([
      'one/handoff/handoff/handoff failed handoff_limit',
      'one/handoff/handoff failed handoff_limit',
      'one/handoff failed handoff_limit',
      'one failed handoff_limit',
      'run failed',
    ]);
    expect(core.endOf('one')?.error).toMatchObject({
      message: 'The conversation of one was handed on 3 times, and is to go to desk now.',
      remedy: expect.stringContaining('`max_handoffs` of desk'),
    });
    expect(core.resume()).toEqual([
      'one starts (2)',
      'one/handoff starts (2)',
      'one/handoff/handoff starts (2)',
      'one/handoff/handoff/handoff starts (2)',
      `call ${path}/turn[1]#2`,
    ]);
    expect(core.reply(`${path}/turn[1]#2`, 'Well.').at(-1)).toBe('run completed');
    expect(core.endOf('one')?.output).toBe('Well.');
    follows(core);
  });

  it('has the failure of the one who went on, and after a resume that one goes on where it was', () => {
    const core = new ScriptedCore(desk());
    core.next();
    core.reply('one/turn[1]#1', '', calls(toBilling));
    core.reply('one/handoff/turn[1]#1', '', calls(['calc', {}]));
    expect(core.reply('one/handoff/turn[2]#1', '', calls(['calc', {}]))).toEqual([
      'one/handoff failed max_iterations',
      'one failed max_iterations',
      'run failed',
    ]);
    expect(core.resume()).toEqual(['one starts (2)', 'one/handoff starts (2)', 'call one/handoff/turn[2]#2']);
    expect(core.reply('one/handoff/turn[2]#2', 'Ok.').at(-1)).toBe('run completed');
    follows(core);
  });

  it('is cut with the one who goes on', () => {
    const core = new ScriptedCore(desk());
    core.next();
    core.reply('one/turn[1]#1', '', calls(toBilling));
    core.cancel();
    expect(core.ends('one/handoff/turn[1]#1', 'cancelled')).toEqual([
      'one/handoff cancelled cancelled',
      'one cancelled cancelled',
      'run cancelled',
    ]);
    follows(core);
  });
});

describe('a router', () => {
  it('may ask others and hand over: whoever answers chooses', () => {
    const core = new ScriptedCore(`
agents:
  desk: { model: mock/a, sub_agents: [finder], handoffs: [boss] }
  finder: { model: mock/a }
  boss: { model: mock/a }
tasks:
  way: { type: router, agent: desk, routes: [{ to: [a], description: Left. }, { to: [b], description: Right. }], with: { prompt: Where? } }
  a: { type: set, values: { v: 1 } }
  b: { type: set, values: { v: 1 } }
`);
    core.next();
    core.reply('way/turn[1]#1', '', calls(['finder', { prompt: 'p' }]));
    core.reply('way/finder[1]/turn[1]#1', 'left');
    expect(core.reply('way/turn[2]#1', '', calls(['handoff_to_boss', { message: 'm' }]))).toEqual([
      'way/handoff starts',
      'call way/handoff/turn[1]#1',
    ]);
    const { request } = core.calls.get('way/handoff/turn[1]#1') as ModelCall;
    expect(JSON.stringify(request.outputSchema)).toContain('routes');
    expect(core.reply('way/handoff/turn[1]#1', '{"routes":["b"],"reason":"x"}')).toContain('a skipped not_chosen');
    expect(core.endOf('way')?.output).toEqual({ to: ['b'], reason: 'x' });
    follows(core);
  });
});
