import { describe, expect, it } from 'vitest';
import { decide, foldCore, newCore } from '../core/index.ts';
import { ScriptedCore } from '../../test/simulation/scripted-core.ts';
import type { Fact, Json, RunEvent } from '../../run/index.ts';
import type { PlannerTask } from '../../workflow/model/model.ts';
import { checkPlan } from './planned.ts';

const file = (more = '', tools = '[calc]'): string => `
inputs: { secret: { type: string, default: hush } }
agents:
  lead: { model: mock/large }
  writer: { model: mock/small }
  typed: { model: mock/small, output_schema: { type: object, required: [n], properties: { n: { type: integer } } } }
tasks:
  build:
    type: planner
    agent: lead
    goal: Something.
    may_use: { agents: [writer, typed], tools: ${tools} }${more}
`;
const planOf = (prompt = 'Go.'): string => JSON.stringify({ tasks: [{ id: 'a', agent: 'writer', prompt }] });

function begun(more = ''): ScriptedCore {
  const core = new ScriptedCore(file(more), { inputs: { secret: 'hush' } });
  core.next();
  return core;
}

describe('a planner', () => {
  it('plans, records the plan, and runs it', () => {
    const core = new ScriptedCore(file());
    expect(core.next()).toEqual(['build starts', 'build/plan[1] starts', 'call build/plan[1]/turn[1]#1']);
    expect(core.reply('build/plan[1]/turn[1]#1', planOf()).slice(1)).toEqual([
      expect.stringContaining('plan-made'),
      'build/run[1] starts',
      'build/run[1]/a starts',
      'call build/run[1]/a/turn[1]#1',
    ]);
    expect(core.reply('build/run[1]/a/turn[1]#1', 'done')).toEqual([
      'build/run[1]/a completed',
      'build/run[1] completed',
      'build completed',
      'run completed',
    ]);
  });

  it('goes on after a resume where the plan failed', () => {
    const core = begun('\n    max_replans: 0');
    core.reply('build/plan[1]/turn[1]#1', planOf());
    expect(core.fails('build/run[1]/a/turn[1]#1', 'bad_request')).toContain('build failed plan_failed');
    expect(core.resume()).toEqual([
      'build starts (2)',
      'build/run[1] starts (2)',
      'build/run[1]/a starts (2)',
      'call build/run[1]/a/turn[1]#2',
    ]);
  });

  it('plans anew after a resume when its plans could not be used', () => {
    const core = begun();
    const unusable = JSON.stringify({ tasks: [{ id: 'a', agent: 'writer', prompt: 'Go.', needs: ['b'] }] });
    expect(core.reply('build/plan[1]/turn[1]#1', unusable)).toContain('build/plan[2] starts');
    expect(core.reply('build/plan[2]/turn[1]#1', unusable)).toContain('build failed bad_plan');
    expect(core.resume().slice(0, 2)).toEqual(['build starts (2)', 'build/plan[3] starts']);
    expect(core.reply('build/plan[3]/turn[1]#1', unusable)).toContain('build/plan[4] starts');
  });

  it('has as many replans again after a resume', () => {
    const core = begun();
    const failing = (round: number): string[] => {
      core.reply(`build/plan[${round}]/turn[1]#1`, planOf());
      return core.fails(`build/run[${round}]/a/turn[1]#1`, 'bad_request');
    };
    expect(failing(1)).toContain('build/plan[2] starts');
    expect(failing(2)).toContain('build failed plan_failed');
    core.resume();
    expect(core.fails('build/run[2]/a/turn[1]#2', 'bad_request')).toContain('build/plan[3] starts');
  });
});

describe('a plan', () => {
  const { state } = new ScriptedCore(file());
  const task = state.workflow.root.tasks[0] as PlannerTask;
  const findingsOf = (answer: Json): readonly string[] => {
    const checked = checkPlan(state, task, answer);
    return checked.ok ? [] : checked.findings;
  };
  const one = (more: { readonly [key: string]: Json }): Json => ({ tasks: [{ id: 'a', ...more }] });

  it.each<readonly [string, Json, string]>([
    ['an agent that is there, but not allowed', one({ agent: 'lead', prompt: 'Go.' }), 'may not use the agent `lead`'],
    ['an agent that comes with Segue', one({ agent: 'research', prompt: 'Go.' }), 'may not use the agent `research`'],
    ['a tool that is there, but not allowed', one({ tool: 'pay', input: {} }), 'may not use the tool `pay`'],
    ['both', one({ tool: 'calc', agent: 'writer', prompt: 'Go.' }), 'one of the two'],
    ['neither', one({ prompt: 'Go.' }), 'one of the two'],
    ['no prompt', one({ agent: 'writer' }), 'has no `prompt`'],
    ['a need that is not planned', one({ agent: 'writer', prompt: 'Go.', needs: ['b'] }), 'There is no task `b`'],
    ['a circle', one({ agent: 'writer', prompt: '${{ tasks.a.output }}' }), 'wait for'],
    ['an id that is none', { tasks: [{ id: 'a b', agent: 'writer', prompt: 'Go.' }] }, 'a b'],
    ['an id of the language', { tasks: [{ id: '__proto__', agent: 'writer', prompt: 'Go.' }] }, ''],
    ['an output that is not planned', { ...(one({ agent: 'writer', prompt: 'Go.' }) as object), output: 'b' }, '`b`'],
    ['text instead of tasks', { tasks: 'first of all' }, 'no task'],
    ['something else', ['a'], 'no object'],
    [
      'a field that an agent does not give',
      {
        tasks: [
          { id: 'a', agent: 'typed', prompt: 'Go.' },
          { id: 'b', agent: 'writer', prompt: '${{ tasks.a.output.m }}' },
        ],
      },
      'Unknown field `m`',
    ],
  ])('with %s can not be run', (_, answer, finding) => {
    expect(findingsOf(answer).join(' ')).toContain(finding);
    expect(findingsOf(answer)).not.toEqual([]);
  });

  it.each([
    'inputs.secret',
    'env.HOME',
    'run.id',
    'shared',
    'json(inputs)',
    'json(.inputs)',
    '.env',
    "inputs['secret']",
    'has(env.HOME)',
    '[1].map(one, json(inputs))',
    '[1].map(tasks, inputs.secret)',
    'secrets.KEY',
    'tasks.build.output',
  ])('can not name %s', (name) => {
    expect(findingsOf(one({ agent: 'writer', prompt: `\${{ ${name} }}` }))).not.toEqual([]);
    expect(findingsOf(one({ tool: 'calc', input: { a: `\${{ ${name} }}` } }))).not.toEqual([]);
  });

  it('sees nothing but itself when it runs, whatever the record says', () => {
    const core = begun();
    core.reply('build/plan[1]/turn[1]#1', planOf());
    const made = core.events.findIndex(({ type }) => type === 'plan-made');
    for (const name of ['json(inputs)', 'inputs.secret', 'json(env)', 'json(shared)', 'run.id']) {
      const forged = core.events.slice(0, made + 1).map((event): RunEvent => {
        if (event.type !== 'plan-made') return event;
        return { ...event, document: event.document.replace('"Go."', `"\${{ ${name} }}"`) };
      });
      const start = factsAfter(core, forged).find((fact) => 'path' in fact && fact.path === 'build/run[1]/a');
      const seen = start?.type === 'task-started' ? (start.input ?? start.error?.code) : undefined;
      expect([{ prompt: '{}' }, 'expression_error'], name).toContainEqual(seen);
    }
  });

  it('consists of what is allowed when it runs, whatever the record says', () => {
    const core = begun();
    core.reply('build/plan[1]/turn[1]#1', planOf());
    const made = core.events.findIndex(({ type }) => type === 'plan-made');
    const forged = core.events.slice(0, made + 1).map((event): RunEvent => {
      if (event.type !== 'plan-made') return event;
      return { ...event, document: event.document.replace('"agent": "writer"', '"agent": "lead"') };
    });
    expect(factsAfter(core, forged).some((fact) => 'path' in fact && fact.path === 'build/run[1]/a')).toBe(false);
  });
});

/** The facts that follow from these events. */
function factsAfter({ state: { workflow } }: ScriptedCore, events: readonly RunEvent[]): readonly Fact[] {
  const state = newCore('run', workflow);
  for (const event of events) foldCore(state, event);
  const found: Fact[] = [];
  for (;;) {
    const { facts } = decide(state);
    if (facts.length === 0) return found;
    for (const fact of facts) {
      found.push(fact);
      foldCore(state, { ...fact, seq: state.seq + 1, at: state.at });
    }
  }
}
