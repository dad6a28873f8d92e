import { describe, expect, it } from 'vitest';
import { checkPrefixes } from '../../test/simulation/prefix-checks.ts';
import { ScriptedCore } from '../../test/simulation/scripted-core.ts';
import { decideAll } from '../core/index.ts';

const head = (window: number): string => `
agents:
  guide: { model: mock/a, instructions: Be brief., tools: [calc], memory: { short_term: { window: ${window} } } }
  other: { model: mock/a }
tasks:
`;
const ask = (name: string, needs: string, agent = 'guide'): string =>
  `  ${name}: { agent: ${agent}, needs: [${needs}], trigger_rule: all_done, with: { prompt: ask ${name} } }\n`;

/** What a call was sent, without the instructions. */
function said(core: ScriptedCore, path: string): readonly string[] {
  const call = core.calls.get(path);
  if (call?.kind !== 'model') throw new Error(`no call ${path}`);
  return call.request.messages.filter(({ role }) => role !== 'system').map(({ role, content }) => `${role} ${content}`);
}

describe('an agent that remembers', () => {
  it('is told what it was asked and answered before, without its tools, in the order of the ends', () => {
    const core = new ScriptedCore(head(10) + ask('a', '') + ask('b', '') + ask('c', 'a, b'));
    core.next();
    core.reply('b/turn[1]#1', 'answer b');
    core.reply('a/turn[1]#1', '', {
      toolCalls: [{ id: 'x', name: 'calc', arguments: {} }],
      finishReason: 'tool_calls',
    });
    core.output('a/turn[1]/tool[1]#1', 1);
    core.reply('a/turn[2]#1', 'answer a');
    expect(said(core, 'a/turn[1]#1')).toEqual(['user ask a']);
    expect(said(core, 'c/turn[1]#1')).toEqual([
      'user ask b',
      'assistant answer b',
      'user ask a',
      'assistant answer a',
      'user ask c',
    ]);
    expect(checkPrefixes(core.state.workflow, core.events, decideAll)).toEqual([]);
  });

  it.each([
    [1, ['user ask c']],
    [2, ['user ask b', 'assistant answer b', 'user ask c']],
    [3, ['user ask b', 'assistant answer b', 'user ask c']],
    [4, ['user ask a', 'assistant answer a', 'user ask b', 'assistant answer b', 'user ask c']],
  ])('is told at most %i messages, from a question on', (window, messages) => {
    const core = new ScriptedCore(head(window) + ask('a', '') + ask('b', 'a') + ask('c', 'b'));
    core.next();
    core.reply('a/turn[1]#1', 'answer a');
    core.reply('b/turn[1]#1', 'answer b');
    expect(said(core, 'c/turn[1]#1')).toEqual(messages);
  });

  it('knows nothing of other agents, nor of what failed or was made good', () => {
    const made = ask('d', '').replace('trigger_rule', 'on_error: { default: made }, trigger_rule');
    const core = new ScriptedCore(head(10) + ask('a', '') + ask('b', '', 'other') + made + ask('c', 'a, b, d'));
    core.next();
    core.fails('a/turn[1]#1', 'bad_request');
    core.reply('b/turn[1]#1', 'answer b');
    core.fails('d/turn[1]#1', 'bad_request');
    expect(said(core, 'c/turn[1]#1')).toEqual(['user ask c']);
  });

  it('keeps what it was told when its call is made again, and when the run is resumed', () => {
    const core = new ScriptedCore(head(10) + ask('a', '') + ask('b', 'a') + ask('c', 'a, b'));
    core.next();
    core.reply('a/turn[1]#1', 'answer a');
    core.ends('b/turn[1]#1', 'lost');
    expect(said(core, 'b/turn[1]#2')).toEqual(['user ask a', 'assistant answer a', 'user ask b']);
    core.fails('b/turn[1]#2', 'bad_request');
    core.fails('c/turn[1]#1', 'bad_request');
    core.resume();
    expect(said(core, 'b/turn[1]#3')).toEqual(['user ask a', 'assistant answer a', 'user ask b']);
    core.reply('b/turn[1]#3', 'answer b');
    expect(said(core, 'c/turn[1]#2')).toEqual(['user ask a', 'assistant answer a', 'user ask c']);
    expect(checkPrefixes(core.state.workflow, core.events, decideAll)).toEqual([]);
  });
});
