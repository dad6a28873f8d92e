import { describe, expect, it } from 'vitest';
import { checkPrefixes } from '../../test/simulation/prefix-checks.ts';
import { ScriptedCore } from '../../test/simulation/scripted-core.ts';
import { type Message, sentOf } from '../../run/index.ts';
import { decideAll } from '../core/index.ts';

const bounded = (context: string, more = ''): string => `
agents:
  worker: { model: mock/a, instructions: Be brief., tools: [calc], max_iterations: 9, context: ${context}${more} }
tasks:
  one: { agent: worker, with: { prompt: Begin } }
`;

const asksTool = (id: string) =>
  ({ toolCalls: [{ id, name: 'calc', arguments: {} }], finishReason: 'tool_calls' }) as const;

/** Takes one more turn, with a tool whose result has so many bytes. */
function takeTurn(core: ScriptedCore, turn: number, bytes: number): string[] {
  core.reply(`one/turn[${turn}]#1`, '', asksTool(`c${turn}`));
  return core.output(`one/turn[${turn}]/tool[1]#1`, `${turn}`.repeat(bytes));
}

/** What a call is sent, each message by its role and the first letter of what it says. */
function brief(messages: readonly Message[]): string {
  return messages.map(({ role, content }) => `${role}:${content.slice(0, 1)}`).join(' ');
}

function sent(core: ScriptedCore, path: string): readonly Message[] {
  const call = core.calls.get(path);
  if (call?.kind !== 'model') throw new Error(`no call ${path}`);
  return call.request.messages;
}

/** What the record says was sent: the messages of all calls before it, less what it names. */
function recorded(core: ScriptedCore, path: string): readonly Message[] {
  const talk: Message[] = [];
  for (const event of core.events) {
    if (event.type !== 'call-started' || event.request.kind !== 'model' || /\/summary#/.test(event.path)) continue;
    talk.push(...event.request.messages);
    if (event.path === path) return sentOf(talk, event.request.omitted);
  }
  throw new Error(`no call ${path}`);
}

function isFaithful(core: ScriptedCore): void {
  for (const [path, call] of core.calls) {
    if (call.kind === 'model' && !path.includes('/summary'))
      expect(recorded(core, path)).toEqual(call.request.messages);
  }
  expect(checkPrefixes(core.state.workflow, core.events, decideAll)).toEqual([]);
}

describe('a bounded conversation', () => {
  it('is sent whole while it fits', () => {
    const core = new ScriptedCore(bounded('{ max_tokens: 10000 }'));
    core.next();
    takeTurn(core, 1, 3000);
    takeTurn(core, 2, 3000);
    expect(brief(sent(core, 'one/turn[3]#1'))).toBe('system:B user:B assistant: tool:1 assistant: tool:2');
    expect(core.events.some((event) => JSON.stringify(event).includes('omitted'))).toBe(false);
  });

  it('loses its oldest turns, each as a whole, and never gets them back', () => {
    const core = new ScriptedCore(bounded('{ max_tokens: 1310 }'));
    core.next();
    takeTurn(core, 1, 500);
    takeTurn(core, 2, 500);
    expect(brief(sent(core, 'one/turn[3]#1'))).toBe('system:B user:B assistant: tool:2');
    takeTurn(core, 3, 10);
    expect(brief(sent(core, 'one/turn[4]#1'))).toBe('system:B user:B assistant: tool:2 assistant: tool:3');
    takeTurn(core, 4, 900);
    expect(brief(sent(core, 'one/turn[5]#1'))).toBe('system:B user:B assistant: tool:4');
    expect(core.reply('one/turn[5]#1', 'done')).toEqual(['one completed', 'run completed']);
    isFaithful(core);
  });

  it('is the same after a lost call and after a resume', () => {
    const core = new ScriptedCore(bounded('{ max_tokens: 1310 }'));
    core.next();
    takeTurn(core, 1, 500);
    takeTurn(core, 2, 500);
    const before = sent(core, 'one/turn[3]#1');
    core.ends('one/turn[3]#1', 'lost');
    expect(sent(core, 'one/turn[3]#2')).toEqual(before);
    core.fails('one/turn[3]#2', 'bad_request');
    core.resume();
    expect(sent(core, 'one/turn[3]#3')).toEqual(before);
    isFaithful(core);
  });

  it('is counted by what the provider has counted', () => {
    const core = new ScriptedCore(bounded('{ max_tokens: 1310 }'));
    core.next();
    core.happens({
      type: 'call-ended',
      path: 'one/turn[1]#1',
      task: 'one',
      outcome: { status: 'completed', reply: { text: '', ...asksTool('c1') } },
      spent: { usage: { inputTokens: 20, outputTokens: 1 } },
    });
    core.output('one/turn[1]/tool[1]#1', '1'.repeat(4000));
    expect(brief(sent(core, 'one/turn[2]#1'))).toBe('system:B user:B assistant: tool:1');
    isFaithful(core);
  });

  it('does not get back what it lost, though it would fit by what the provider has counted since', () => {
    const core = new ScriptedCore(bounded('{ max_tokens: 1310 }'));
    core.next();
    takeTurn(core, 1, 500);
    takeTurn(core, 2, 500);
    core.happens({
      type: 'call-ended',
      path: 'one/turn[3]#1',
      task: 'one',
      outcome: { status: 'completed', reply: { text: '', ...asksTool('c3') } },
      spent: { usage: { inputTokens: 20, outputTokens: 1 } },
    });
    core.output('one/turn[3]/tool[1]#1', '3');
    expect(brief(sent(core, 'one/turn[4]#1'))).toBe('system:B user:B assistant: tool:2 assistant: tool:3');
    isFaithful(core);
  });

  it('is not counted by an estimate', () => {
    const core = new ScriptedCore(bounded('{ max_tokens: 1310 }'));
    core.next();
    core.happens({
      type: 'call-ended',
      path: 'one/turn[1]#1',
      task: 'one',
      outcome: { status: 'completed', reply: { text: '', ...asksTool('c1') } },
      spent: { usage: { inputTokens: 20, outputTokens: 1 }, estimated: true },
    });
    expect(core.output('one/turn[1]/tool[1]#1', '1'.repeat(4000))).toEqual([
      'one failed context_overflow',
      'run failed',
    ]);
  });

  it.each([
    ['the newest results do not fit', '{ max_tokens: 1310 }', [2000]],
    ['it may not be cut', '{ max_tokens: 1310, overflow: fail }', [500, 900]],
    ['the newest results leave no room for a summary', '{ max_tokens: 1310, overflow: summarize }', [300, 970]],
  ])('fails with what to do when %s', (_, context, results) => {
    const core = new ScriptedCore(bounded(context));
    core.next();
    const lines = results.flatMap((bytes, index) => takeTurn(core, index + 1, bytes));
    expect(lines.slice(-2)).toEqual(['one failed context_overflow', 'run failed']);
    expect(core.endOf('one')?.error).toMatchObject({ retryable: false, remedy: expect.stringContaining('max_tokens') });
    isFaithful(core);
  });

  it('fails before the first call when the prompt does not fit', () => {
    const text = bounded('{ max_tokens: 400 }').replace('Begin', 'Begin'.repeat(50));
    expect(new ScriptedCore(text).next()).toEqual(['one starts', 'one failed context_overflow', 'run failed']);
  });

  it('loses earlier messages of the input in whole exchanges, before its own turns', () => {
    const messages = ['user: a', 'assistant: b', 'user: c', 'assistant: d', 'user: e']
      .map((line) => line.split(': '))
      .map(([role, letter = '']) => `{ role: ${role}, content: ${letter.repeat(300)} }`);
    const text = bounded('{ max_tokens: 1440 }').replace('prompt: Begin', `messages: [${messages.join(', ')}]`);
    const core = new ScriptedCore(text);
    core.next();
    expect(brief(sent(core, 'one/turn[1]#1'))).toBe('system:B user:c assistant:d user:e');
    takeTurn(core, 1, 300);
    expect(brief(sent(core, 'one/turn[2]#1'))).toBe('system:B user:e assistant: tool:1');
    isFaithful(core);
  });
});

describe('a conversation that is summarised', () => {
  const begin = (): ScriptedCore => {
    const core = new ScriptedCore(bounded('{ max_tokens: 1310, overflow: summarize }'));
    core.next();
    takeTurn(core, 1, 500);
    return core;
  };

  it('asks the model for a summary of what is left out, and sends it in its place', () => {
    const core = begin();
    expect(takeTurn(core, 2, 500)).toEqual(['call one/turn[3]/summary#1']);
    const [system, user] = sent(core, 'one/turn[3]/summary#1');
    expect(system).toMatchObject({ role: 'system', content: expect.stringContaining('shorten') });
    expect(user?.content).toBe(`assistant: \ncalls calc with {}\n\ntool: ${'1'.repeat(500)}`);
    expect(core.calls.get('one/turn[3]/summary#1')).toMatchObject({ agent: 'worker', request: { tools: [] } });
    expect(core.reply('one/turn[3]/summary#1', 'There was a 1.')).toEqual(['call one/turn[3]#1']);
    expect(sent(core, 'one/turn[3]#1').slice(1)).toMatchObject([
      { role: 'user', content: 'Begin' },
      { role: 'user', content: 'What was said before, in short:\n\nThere was a 1.' },
      { role: 'assistant' },
      { role: 'tool', content: '2'.repeat(500) },
    ]);
    isFaithful(core);
  });

  it('makes the next summary of the one before and what has come since', () => {
    const core = begin();
    takeTurn(core, 2, 500);
    core.reply('one/turn[3]/summary#1', 'There was a 1.');
    expect(takeTurn(core, 3, 500)).toEqual(['call one/turn[4]/summary#1']);
    const said = sent(core, 'one/turn[4]/summary#1')[1]?.content ?? '';
    expect(said).toContain('There was a 1.');
    expect(said).toContain('2222');
    expect(said).not.toContain('1111');
    core.reply('one/turn[4]/summary#1', 'There were a 1 and a 2.');
    expect(brief(sent(core, 'one/turn[4]#1'))).toBe('system:B user:B user:W assistant: tool:3');
    isFaithful(core);
  });

  it('cuts off a summary that is too long', () => {
    const core = begin();
    takeTurn(core, 2, 500);
    core.reply('one/turn[3]/summary#1', 'x'.repeat(5000));
    const bytes = new TextEncoder().encode(JSON.stringify(sent(core, 'one/turn[3]#1'))).length;
    expect(bytes).toBeLessThanOrEqual(1300);
    isFaithful(core);
  });

  it('is tried again as any call, keeps a summary after a resume, and fails with it', () => {
    const core = begin();
    takeTurn(core, 2, 500);
    expect(core.ends('one/turn[3]/summary#1', 'lost')).toEqual(['call one/turn[3]/summary#2']);
    expect(core.fails('one/turn[3]/summary#2', 'bad_request')).toEqual(['one failed bad_request', 'run failed']);
    expect(core.resume()).toEqual(['one starts (2)', 'call one/turn[3]/summary#3']);
    core.reply('one/turn[3]/summary#3', 'There was a 1.');
    core.fails('one/turn[3]#1', 'bad_request');
    expect(core.resume()).toEqual(['one starts (3)', 'call one/turn[3]#2']);
    expect(sent(core, 'one/turn[3]#2')).toEqual(sent(core, 'one/turn[3]#1'));
    isFaithful(core);
  });

  it('counts what a summary cost for its task', () => {
    const core = begin();
    takeTurn(core, 2, 500);
    core.happens({
      type: 'call-ended',
      path: 'one/turn[3]/summary#1',
      task: 'one',
      outcome: { status: 'completed', reply: { text: 'Short.', toolCalls: [], finishReason: 'stop' } },
      spent: { usage: { inputTokens: 9, outputTokens: 3 }, costNanoUsd: 77 },
    });
    expect(core.state.nodes.get('one')).toMatchObject({ costNanoUsd: 77, tokens: 12 });
  });
});
