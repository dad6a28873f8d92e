import { describe, expect, it } from 'vitest';
import { ScriptedCore } from '../../test/simulation/scripted-core.ts';

const head = `
agents:
  plain: { model: mock/a, instructions: Be brief. }
  worker: { model: mock/a, tools: [calc, send, guarded], max_iterations: 3 }
  typed:
    model: mock/a
    output_schema: { type: object, required: [n], properties: { n: { type: integer } } }
`;
const one = (task: string): string => `${head}\ntasks:\n  one: { ${task} }\n`;
const call = (id: string, name: string): { id: string; name: string; arguments: { a: number } } => ({
  id,
  name,
  arguments: { a: 1 },
});

describe('an agent', () => {
  it('answers in one turn', () => {
    const core = new ScriptedCore(one('agent: plain, with: { prompt: Hello }'));
    expect(core.next()).toEqual(['one starts', 'call one/turn[1]#1']);
    expect(core.calls.get('one/turn[1]#1')).toMatchObject({
      agent: 'plain',
      unsent: [{ role: 'system' }, { role: 'user' }],
      request: {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hello' },
        ],
      },
    });
    expect(core.reply('one/turn[1]#1', 'hi')).toEqual(['one completed', 'run completed']);
    expect(core.endOf('one')?.output).toBe('hi');
  });

  it('calls tools side by side, and is told their results in order', () => {
    const core = new ScriptedCore(one('agent: worker, with: { prompt: Go }'));
    core.next();
    const tools = {
      toolCalls: [call('a', 'calc'), call('b', 'send'), call('c', 'nothing')],
      finishReason: 'tool_calls',
    } as const;
    expect(core.reply('one/turn[1]#1', '', tools)).toEqual([
      'call one/turn[1]/tool[1]#1',
      'call one/turn[1]/tool[2]#1',
    ]);
    expect(core.fails('one/turn[1]/tool[2]#1', 'broken')).toEqual([]);
    expect(core.output('one/turn[1]/tool[1]#1', { v: 7 })).toEqual(['call one/turn[2]#1']);
    const second = core.calls.get('one/turn[2]#1');
    expect(second?.kind === 'model' && second.unsent.map(({ role }) => role)).toEqual([
      'assistant',
      'tool',
      'tool',
      'tool',
    ]);
    expect(second?.kind === 'model' && second.request.messages.slice(2)).toEqual([
      { role: 'tool', toolCallId: 'a', content: '{"v":7}' },
      { role: 'tool', toolCallId: 'b', content: 'broken: it broken', isError: true },
      expect.objectContaining({ toolCallId: 'c', isError: true, content: expect.stringContaining('unknown_tool') }),
    ]);
    expect(core.reply('one/turn[2]#1', 'done')).toEqual(['one completed', 'run completed']);
  });

  it('may not call tools in its last iteration', () => {
    const core = new ScriptedCore(one('agent: worker, with: { prompt: Go }'));
    core.next();
    const tools = { toolCalls: [call('a', 'calc')], finishReason: 'tool_calls' } as const;
    for (const turn of [1, 2]) {
      core.reply(`one/turn[${turn}]#1`, '', tools);
      core.output(`one/turn[${turn}]/tool[1]#1`, 1);
    }
    expect(core.calls.get('one/turn[3]#1')).toMatchObject({ request: { toolChoice: 'none' } });
    expect(core.reply('one/turn[3]#1', '', tools)).toEqual(['one failed max_iterations', 'run failed']);
    expect(core.resume()).toEqual(['one starts (2)', 'call one/turn[3]#2']);
  });

  it.each([
    ['length', 'output_truncated'],
    ['content_filter', 'content_filtered'],
  ] as const)('fails when the model stops for %s, and does not try again', (finishReason, code) => {
    const core = new ScriptedCore(one('agent: plain, with: { prompt: Go }'));
    core.next();
    expect(core.reply('one/turn[1]#1', 'ha', { finishReason })).toEqual([`one failed ${code}`, 'run failed']);
  });

  it('repairs invalid structured output once, without tools, in the same attempt', () => {
    const core = new ScriptedCore(one('agent: typed, with: { prompt: Go }'));
    core.next();
    core.fails('one/turn[1]#1', 'network', { retryable: true });
    core.fires('one/turn[1]#1:retry');
    expect(core.reply('one/turn[1]#2', '{"n":"x"}')).toEqual(['call one/turn[1]/repair#1 attempt 2']);
    const repair = core.calls.get('one/turn[1]/repair#1');
    expect(repair?.kind === 'model' && repair.request.messages.at(-1)?.content).toContain('n must be');
    expect(core.reply('one/turn[1]/repair#1', '```json\n{"n":1}\n```')).toEqual(['one completed', 'run completed']);
    expect(core.endOf('one')?.output).toEqual({ n: 1 });
  });

  it('fails when the repair is invalid too, and is repaired again after a resume', () => {
    const core = new ScriptedCore(one('agent: typed, with: { prompt: Go }'));
    core.next();
    core.reply('one/turn[1]#1', 'no');
    expect(core.reply('one/turn[1]/repair#1', 'no')).toEqual(['one failed invalid_output', 'run failed']);
    expect(core.resume()).toEqual(['one starts (2)', 'call one/turn[1]/repair#2']);
  });

  it('is not asked again because its fallback failed in a way that asks for it', () => {
    const core = new ScriptedCore(
      one(
        'agent: typed, with: { prompt: Go }, on_error: { fallback: { agent: worker, with: { prompt: Go }, output_schema: { type: object, required: [n], properties: { n: { type: integer } } } } }',
      ),
    );
    core.next();
    core.reply('one/turn[1]#1', 'no');
    core.reply('one/turn[1]/repair#1', 'no');
    const tools = { toolCalls: [call('a', 'nothing')], finishReason: 'tool_calls' } as const;
    for (const turn of [1, 2, 3]) core.reply(`one/fallback/turn[${turn}]#1`, '', tools);
    expect(core.endOf('one')?.error?.code).toBe('max_iterations');
    expect(core.resume()).toEqual(['one starts (2)', 'call one/turn[1]/repair#2']);
  });

  it('asks before a tool that asks, one question at a time for each tool', () => {
    const core = new ScriptedCore(one('agent: worker, with: { prompt: Go }'));
    core.next();
    const tools = { toolCalls: [call('a', 'guarded'), call('b', 'guarded')], finishReason: 'tool_calls' } as const;
    expect(core.reply('one/turn[1]#1', '', tools)).toEqual(['ask one/turn[1]/tool[1]#1:approve']);
    expect(core.answers('one/turn[1]/tool[1]#1:approve', 'allow')).toEqual([
      'ask one/turn[1]/tool[2]#1:approve',
      'call one/turn[1]/tool[1]#1',
    ]);
    expect(core.answers('one/turn[1]/tool[2]#1:approve', 'deny')).toEqual([]);
    expect(core.output('one/turn[1]/tool[1]#1', 'ok')).toEqual(['call one/turn[2]#1']);
    const second = core.calls.get('one/turn[2]#1');
    expect(second?.kind === 'model' && second.request.messages.at(-1)?.content).toContain('denied');
  });

  it('is told no when a tool asks and there is nobody to ask', () => {
    const core = new ScriptedCore(one('agent: worker, with: { prompt: Go }'), { interactive: false });
    core.next();
    const tools = { toolCalls: [call('a', 'guarded')], finishReason: 'tool_calls' } as const;
    expect(core.reply('one/turn[1]#1', '', tools)).toEqual(['call one/turn[2]#1']);
  });

  it('makes a lost model call again at the next ordinal, in the same attempt', () => {
    const core = new ScriptedCore(one('agent: plain, with: { prompt: Go }'));
    core.next();
    expect(core.ends('one/turn[1]#1', 'lost')).toEqual(['call one/turn[1]#2']);
    const again = core.calls.get('one/turn[1]#2');
    expect(again).toMatchObject({ unsent: [], attempt: 1 });
    expect(again?.kind === 'model' && again.request.messages).toHaveLength(2);
  });
});

describe('a resumed agent whose fallback failed too', () => {
  it('asks again for the answer that made itself fail', () => {
    const core = new ScriptedCore(`
agents:
  typed: { model: mock/a, output_schema: { type: object, required: [n], properties: { n: { type: integer } } } }
  worker: { model: mock/b, tools: [calc], max_iterations: 1 }
tasks:
  one:
    agent: typed
    with: { prompt: Go. }
    on_error: { fallback: { tasks: { x: { agent: worker, with: { prompt: Go. } } }, output: { n: 7 } } }
`);
    core.next();
    core.reply('one/turn[1]#1', '[]');
    core.reply('one/turn[1]/repair#1', '[]');
    const toolCalls = [{ id: 'c', name: 'calc', arguments: {} }];
    expect(core.reply('one/fallback/x/turn[1]#1', '', { toolCalls })).toContain('one failed max_iterations');
    expect(core.resume()).toEqual(['one starts (2)', 'call one/turn[1]/repair#2']);
  });
});
