import { describe, expect, it } from 'vitest';
import { allTasks, checkWorkflow, planOf, type Task, type Workflow } from '../index.ts';

describe('needs', () => {
  it('follow from names in expressions, wherever they stand', () => {
    const workflow = read(`
  a: { type: set, values: { v: 1 } }
  b: { type: set, values: { v: "\${{ tasks.a.output.v }}" } }
  c: { type: set, when: tasks.b.output.v > 0, values: { v: 1 }, needs: [a] }
  d: { type: human, message: "\${{ tasks.c.output.v }}", options: [x] }
  e:
    type: for_each
    items: [1]
    do:
      tasks:
        inner: { type: set, values: { v: "\${{ tasks.b.output.v + item }}" } }
        after: { type: set, values: { v: "\${{ tasks.inner.output.v }}" }, on_error: { fallback: { type: set, values: { v: "\${{ tasks.a.output.v }}" } } } }
      output: \${{ tasks.after.output.v + tasks.c.output.v }}`);
    expect(needs(workflow)).toMatchObject({
      a: [],
      b: ['a'],
      c: ['a', 'b'],
      d: ['c'],
      e: ['a', 'b', 'c'],
      'e[]/inner': [],
      'e[]/after': ['inner'],
    });
  });

  it('leave out conditions that may choose a task; they are its choosers', () => {
    const workflow = read(`
  a: { type: condition, cases: [{ when: true, to: [b] }], else: [c] }
  b: { type: set, needs: [a], values: { v: "\${{ tasks.a.output }}" } }
  c: { type: set, values: { v: 1 } }
  d: { type: set, values: { v: 1 }, needs: [b] }`);
    expect(needs(workflow)).toEqual({ a: [], b: [], c: [], d: ['b'] });
    expect(task(workflow, 'b').choosers).toEqual(['a']);
    expect(task(workflow, 'b').canBeSkipped).toBe(true);
    expect(task(workflow, 'd').canBeSkipped).toBe(true);
    expect(task(workflow, 'a').canBeSkipped).toBe(false);
  });
});

describe('optional outputs', () => {
  const tasks = (reader: string) => `
  maybe: { type: set, when: inputs.x > 1, values: { v: 1 } }
  sure: { type: set, values: { v: 1 } }
  weak: { type: set, on_error: continue, values: { v: 1 } }
  reader: { type: set, ${reader} }`;
  const codes = (reader: string, more = '') => {
    const text = `segue: "1"\ninputs: { x: { type: integer } }\n${more}tasks:${tasks(reader)}\n`;
    const { diagnostics } = checkWorkflow({ file: 'a', text });
    return diagnostics.filter(({ severity }) => severity !== 'hint').map(({ code }) => code);
  };
  const reads = (name: string) => `values: { v: "\${{ tasks.${name}.output.v + 1 }}" }`;

  it('depend on how the reader starts', () => {
    expect(codes(reads('maybe'))).toEqual([]);
    expect(codes(`trigger_rule: none_failed, ${reads('maybe')}`)).toEqual(['may-be-absent']);
    expect(codes(`trigger_rule: none_failed, ${reads('sure')}`)).toEqual([]);
    expect(codes(`trigger_rule: all_done, ${reads('sure')}`)).toEqual(['may-be-absent']);
    expect(codes(`trigger_rule: one_success, ${reads('sure')}`)).toEqual(['may-be-absent']);
    expect(codes(reads('weak'))).toEqual(['may-be-absent']);
  });

  it('in outputs depend on whether the task can be skipped, and on allow_partial', () => {
    const outputs = (name: string) => `outputs: { v: "\${{ tasks.${name}.output.v + 1 }}" }\n`;
    expect(codes('values: { v: 1 }', outputs('maybe'))).toEqual(['may-be-absent']);
    expect(codes('values: { v: 1 }', outputs('sure'))).toEqual([]);
    expect(codes('values: { v: 1 }', `on_failure: { allow_partial: true }\n${outputs('sure')}`)).toEqual([
      'may-be-absent',
    ]);
  });

  it('reach the elements of a for_each', () => {
    const list = (more: string) =>
      `values: { v: 1 } }\n  list: { type: for_each, items: [1], ${more} do: { type: set, values: { v: 1 } } }\n  end: { type: set, values: { v: "\${{ tasks.list.output[0].v + 1 }}" }`;
    expect(codes(list(''))).toEqual([]);
    expect(codes(list('on_item_error: continue,'))).toEqual(['may-be-absent']);
  });
});

describe('defaults', () => {
  it('are those of the language', () => {
    const workflow = read(`
  a: { agent: one, with: { prompt: Go. } }
  b: { tool: calculator, with: { expression: 1 + 1 } }
  c: { tool: calculator, with: { expression: 1 + 1 }, retry: { delay: 500ms }, timeout: 2m }
  d: { type: for_each, items: [1], as: order, do: { type: set, values: { v: 1 } } }`);
    expect(task(workflow, 'a')).toMatchObject({
      priority: 5,
      triggerRule: 'all_success',
      critical: false,
      onError: { kind: 'fail' },
      retry: { strategy: 'exponential', maxAttempts: 3, delayMs: 1000, maxDelayMs: 30_000, base: 2, jitter: true },
    });
    expect(task(workflow, 'b')).toMatchObject({ retry: { maxAttempts: 1 } });
    expect(task(workflow, 'c')).toMatchObject({ retry: { maxAttempts: 3, delayMs: 500 }, timeoutMs: 120_000 });
    expect(task(workflow, 'd')).toMatchObject({ as: 'order', indexName: 'order_index', onItemError: 'stop' });
    expect(workflow.agents[0]).toMatchObject({ maxIterations: 10 });
    expect(workflow).toMatchObject({
      name: 'a',
      onFailure: { allowPartial: false, maxFailureRate: 0.5 },
      tools: ['calculator'],
    });
  });
});

describe('a loop', () => {
  it('hands its body what the body itself gives', () => {
    const workflow = read(
      '\n  a: { type: loop, until: output.n > 3, max_iterations: 5, do: { type: set, values: { n: "${{ round }}", before: "${{ output.orValue({}).n }}" } } }\n  b: { type: set, values: { n: "${{ tasks.a.history[0].n }}" } }',
    );
    expect(task(workflow, 'a')).toMatchObject({
      maxIterations: 5,
      onExhausted: 'fail',
      outputType: { type: 'object', properties: { n: { type: 'integer' }, before: {} } },
      body: { task: { path: 'a[]' } },
    });
    expect(task(workflow, 'b').outputType).toMatchObject({ properties: { n: { type: 'integer' } } });
  });

  it('may give nothing if it has `while`', () => {
    const workflow = read(
      '\n  a: { type: loop, while: round < 2, max_iterations: 5, do: { type: set, values: { n: 1 } } }',
    );
    expect(task(workflow, 'a').outputType).toMatchObject({ type: 'object', 'x-segue-optional': expect.any(String) });
  });

  it('needs what its condition and its body name outside', () => {
    const workflow = read(
      '\n  a: { type: set, values: { n: 1 } }\n  b: { type: set, values: { n: 1 } }\n  c: { type: loop, until: tasks.a.output.n == 1, max_iterations: 5, do: { type: set, values: { n: "${{ tasks.b.output.n }}" } } }',
    );
    expect(needs(workflow)).toEqual({ a: [], b: [], c: ['a', 'b'], 'c[]': [] });
  });
});

describe('planOf', () => {
  it('names every task with its place, bodies by their type', () => {
    const text = `segue: "1"\nagents: { one: { model: mock/x } }\ntasks:\n  list:\n    type: for_each\n    items: [1]\n    do: { agent: one, with: { prompt: Go. } }\n    on_error: { fallback: { tasks: { mend: { type: set, values: { v: 1 } } } } }\n`;
    const { workflow } = checkWorkflow({ file: 'flows/a.segue.yaml', text });
    expect(planOf(workflow, text)).toMatchObject({
      name: 'a',
      tasks: [
        {
          path: 'list',
          label: 'list',
          range: { startLine: 3, startColumn: 2 },
          children: [
            { path: 'list[]', label: 'agent', type: 'agent', agent: 'one', model: 'mock/x', children: [] },
            { path: 'list/fallback/mend', label: 'mend', type: 'set' },
          ],
        },
      ],
    });
  });
});

describe('planOf a parallel', () => {
  it('has its branches in their order, small graphs as such, and who fuses after them', () => {
    const text = `segue: "1"\nagents: { one: { model: mock/x } }\ntasks:\n  fan:\n    type: parallel\n    branches:\n      left: { tasks: { in: { type: set, values: { v: 1 } } } }\n      right: { agent: one, with: { prompt: Go. } }\n    fusion: { strategy: synthesize, agent: one }\n    on_error: { fallback: { type: set, values: { v: 1 } } }\n`;
    const { workflow } = checkWorkflow({ file: 'a.segue.yaml', text });
    const [fan] = planOf(workflow, text).tasks;
    expect(fan?.children.map(({ path, type, label }) => [path, type, label])).toEqual([
      ['fan/left', 'graph', 'left'],
      ['fan/right', 'agent', 'right'],
      ['fan/fusion', 'agent', 'fusion'],
      ['fan/fallback', 'set', 'set'],
    ]);
    expect(fan?.children[0]?.children.map(({ path }) => path)).toEqual(['fan/left/in']);
  });
});

describe('uses', () => {
  it('say where a name is declared', () => {
    const text =
      'segue: "1"\nagents: { one: { model: mock/x } }\ntasks:\n  a: { agent: one, with: { prompt: Go. } }\n  b: { type: set, values: { v: "${{ tasks.a.output }}" } }\n';
    const { uses } = checkWorkflow({ file: 'a', text });
    const found = uses.map((use) => [
      use.kind,
      use.by,
      use.declared && text.slice(use.declared.start - 2, use.declared.end + 1),
      use.candidates(),
    ]);
    expect(found).toEqual([
      ['agent', 'agent', '{ one:', ['one']],
      ['task', 'expression', '  a:', ['a', 'b']],
    ]);
  });
});

function read(tasks: string): Workflow {
  const checked = checkWorkflow({
    file: 'a',
    text: `segue: "1"\nagents: { one: { model: mock/x } }\ntasks:${tasks}\n`,
  });
  expect(checked.diagnostics.filter((diagnostic) => diagnostic.severity === 'error')).toEqual([]);
  return checked.workflow;
}

function task(workflow: Workflow, path: string): Task {
  const found = allTasks(workflow.root.tasks).find((each) => each.path === path);
  if (!found) throw new Error(`no task ${path}`);
  return found;
}

function needs(workflow: Workflow): { [path: string]: readonly string[] } {
  return Object.fromEntries(allTasks(workflow.root.tasks).map((each) => [each.path, each.needs]));
}
