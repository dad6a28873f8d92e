import { describe, expect, it } from 'vitest';
import { ScriptedCore } from '../../test/simulation/scripted-core.ts';
import { agentsWith, findAgents, leastBusy } from './registry.ts';
import type { FileInstance } from './state.ts';

const text = `
agents:
  ann: { model: mock/a, capabilities: [read, write] }
  ben: { model: mock/a, capabilities: [write], description: Writes. }
  cleo: { model: mock/a }
tasks:
  all: { type: for_each, items: [1, 2], do: { agent: ann, with: { prompt: p } } }
  one: { agent: ben, with: { prompt: p } }
  none: { agent: cleo, when: false, with: { prompt: p } }
`;

function fileOf({ state }: ScriptedCore): FileInstance {
  if (!state.root) throw new Error('the run has not begun');
  return state.root;
}

describe('the registry', () => {
  it('knows who can do what, and how much everybody has to do', () => {
    const core = new ScriptedCore(text);
    core.next();
    const file = fileOf(core);
    expect(agentsWith(file, 'write').map(({ name }) => name)).toEqual(['ann', 'ben']);
    expect(findAgents(file, undefined, false)).toEqual([
      { agent: 'cleo', capabilities: [], busy: 0 },
      { agent: 'ben', description: 'Writes.', capabilities: ['write'], busy: 1 },
      { agent: 'ann', capabilities: ['read', 'write'], busy: 2 },
    ]);
    core.reply('all[0]/turn[1]#1', 'done');
    core.reply('one/turn[1]#1', 'done');
    expect(findAgents(file, 'write', true)).toMatchObject([{ agent: 'ben', busy: 0 }]);
    expect(findAgents(file, 'read', false)).toMatchObject([{ agent: 'ann', busy: 1 }]);
  });

  it('gives work to the one with the least to do, the first of equals', () => {
    const core = new ScriptedCore(text);
    core.next();
    const file = fileOf(core);
    expect(leastBusy(file, ['ann', 'ben', 'cleo'])).toBe('cleo');
    expect(leastBusy(file, ['ann', 'ben', 'cleo'], new Map([['cleo', 2]]))).toBe('ben');
    expect(leastBusy(file, ['ann', 'ben'], new Map([['ben', 1]]))).toBe('ann');
    expect(leastBusy(file, [])).toBeUndefined();
  });
});
