// docs/language.md, "Tasks" and "Bodies and scopes": `for_each`.
import { describe, expect, it } from 'vitest';
import { tell } from './stage.ts';

describe('for_each', () => {
  it('gives the outputs in the order of the items, whoever is faster', async () => {
    const run = await tell(`
mock:
  - { tool: echo, when: input.n == 1, delay: 9s, reply: { got: 1 } }
  - { tool: echo, when: input.n == 2, delay: 1s, reply: { got: 2 } }
  - { tool: echo, delay: 5s, reply: { got: 0 } }
tasks:
  all: { type: for_each, items: [1, 2, 3], do: { tool: echo, with: { n: "\${{ item }}" } } }
`);
    expect(run.output('all')).toEqual([{ got: 1 }, { got: 2 }, { got: 0 }]);
  });

  it('names element and place `item` and `index`, or by `as`', async () => {
    const run = await tell(`
tasks:
  plain: { type: for_each, items: [a, b], do: { type: set, values: { is: "\${{ index }}\${{ item }}" } } }
  named:
    type: for_each
    items: [{ id: x }, { id: y }]
    as: order
    do: { type: set, values: { is: "\${{ order.id }}\${{ order_index }}" } }
`);
    expect(run.output('plain')).toEqual([{ is: '0a' }, { is: '1b' }]);
    expect(run.output('named')).toEqual([{ is: 'x0' }, { is: 'y1' }]);
  });

  it('nests, the inner one seeing the outer names', async () => {
    const run = await tell(`
tasks:
  base: { type: set, values: { sep: "-" } }
  rows:
    type: for_each
    items: [[1, 2], [], [3]]
    as: row
    do:
      type: for_each
      items: \${{ row }}
      as: cell
      do: { type: set, values: { at: "\${{ row_index }}\${{ tasks.base.output.sep }}\${{ cell_index }}=\${{ cell }}" } }
`);
    expect(run.output('rows')).toEqual([[{ at: '0-0=1' }, { at: '0-1=2' }], [], [{ at: '2-0=3' }]]);
    expect(run.begun).toContain('rows[2][0]');
  });

  it('waits for what its body names outside', async () => {
    const run = await tell(`
tasks:
  all: { type: for_each, items: [1], do: { type: set, values: { n: "\${{ item + tasks.base.output.n }}" } } }
  base: { type: set, values: { n: 40 } }
`);
    expect(run.begun).toEqual(['base', 'all', 'all[0]']);
    expect(run.output('all')).toEqual([{ n: 41 }]);
  });

  it('runs a graph, and gives its `output`, or that of its last task in the file', async () => {
    const run = await tell(`
tasks:
  with_output:
    type: for_each
    items: [1, 2]
    do:
      tasks:
        twice: { type: set, values: { n: "\${{ item * 2 }}" } }
        more: { type: set, values: { n: "\${{ tasks.twice.output.n + 1 }}" } }
      output: \${{ [tasks.twice.output.n, tasks.more.output.n] }}
  without:
    type: for_each
    items: [1, 2]
    do:
      tasks:
        b: { type: set, values: { n: "\${{ tasks.a.output.n + 10 }}" } }
        a: { type: set, values: { n: "\${{ item }}" } }
`);
    expect(run.output('with_output')).toEqual([
      [2, 3],
      [4, 5],
    ]);
    expect(run.output('without')).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('may choose inside a graph', async () => {
    const run = await tell(`
tasks:
  all:
    type: for_each
    items: [1, 20]
    do:
      tasks:
        choose: { type: condition, cases: [{ when: item > 10, to: [big] }], else: [small] }
        big: { type: set, values: { is: big } }
        small: { type: set, values: { is: small } }
      output: \${{ tasks.big.output.is.orValue(tasks.small.output.is.orValue('?')) }}
`);
    expect(run.output('all')).toEqual(['small', 'big']);
  });

  it('gives an absent element where the `when` of the body was false', async () => {
    const run = await tell(`
tasks:
  all: { type: for_each, items: [1, 2, 3], do: { type: set, when: item != 2, values: { n: "\${{ item }}" } } }
  graph:
    type: for_each
    items: [1, 2]
    do: { when: item == 1, tasks: { a: { type: set, values: { n: 1 } } } }
  sum: { type: set, values: { n: "\${{ sum(tasks.all.output.map(one, one.n.orValue(0))) }}" } }
`);
    expect(run.output('all')).toEqual([{ n: 1 }, null, { n: 3 }]);
    expect(run.output('graph')).toEqual([{ n: 1 }, null]);
    expect(run.output('sum')).toEqual({ n: 4 });
    expect(run.tasks['all[1]']).toBe('skipped when_false');
  });

  it('of an empty list gives an empty list', async () => {
    const run = await tell(`
inputs: { list: { type: array, items: { type: string }, default: [] } }
tasks:
  all: { type: for_each, items: "\${{ inputs.list }}", do: { tool: echo } }
  after: { type: set, values: { n: "\${{ size(tasks.all.output) }}", errors: "\${{ size(tasks.all.errors) }}" } }
`);
    expect(run.output('all')).toEqual([]);
    expect(run.output('after')).toEqual({ n: 0, errors: 0 });
  });

  const items = (policy: string): string => `
mock:
  - { tool: echo, when: input.n == 2, delay: 1s, error: { code: broken } }
  - { tool: echo, when: input.n == 3, delay: 5s, reply: { got: 3 } }
  - { tool: echo, reply: { got: 1 } }
tasks:
  all:
    type: for_each
    items: [1, 2, 3, 4]
    max_parallel: 3
    ${policy}
    do: { tool: echo, with: { n: "\${{ item }}" } }
  after:
    type: set
    trigger_rule: all_done
    values:
      status: \${{ tasks.all.status }}
      errors: \${{ tasks.all.errors.orValue([]).map(one, string(one.index) + one.error.code) }}
      partial: \${{ tasks.all.partial }}
`;

  it('stops at the first failure by default: cuts what runs, starts no more, fails', async () => {
    const run = await tell(items('description: The default.'));
    expect(run.tasks).toMatchObject({
      'all[0]': 'completed',
      'all[1]': 'failed broken',
      'all[2]': 'cancelled',
      all: 'failed item_failed',
    });
    expect(run.end('all')).toMatchObject({
      errors: [{ index: 1, error: { code: 'broken' } }],
      partial: [{ got: 1 }, null, null, expect.anything()],
    });
  });

  it('with `finish` runs all, then fails', async () => {
    const run = await tell(items('on_item_error: finish'));
    expect(run.tasks).toMatchObject({ 'all[2]': 'completed', 'all[3]': 'completed', all: 'failed item_failed' });
    expect(run.end('all').error?.message).toContain('Item 1 of all failed');
    expect(run.end('all').partial).toEqual([{ got: 1 }, null, { got: 3 }, { got: 1 }]);
  });

  it('with `continue` runs all and succeeds, the failed element absent', async () => {
    const run = await tell(items('on_item_error: continue'));
    expect(run.tasks).toMatchObject({ 'all[2]': 'completed', all: 'completed' });
    expect(run.output('all')).toEqual([{ got: 1 }, null, { got: 3 }, { got: 1 }]);
    expect(run.end('all').errors).toMatchObject([{ index: 1, error: { code: 'broken' } }]);
    expect(run.status).toBe('completed');
  });

  it.each([
    ['stop', { status: 'failed', errors: ['1broken'], partial: [{ got: 1 }, null, null, { got: 1 }] }],
    ['finish', { status: 'failed', errors: ['1broken'], partial: [{ got: 1 }, null, { got: 3 }, { got: 1 }] }],
    ['continue', { status: 'completed', errors: ['1broken'], partial: [{ got: 1 }, null, { got: 3 }, { got: 1 }] }],
  ])('tells others of its `.errors` and `.partial` with `%s`', async (policy, seen) => {
    const run = await tell(items(`on_item_error: ${policy}`));
    expect(run.output('after')).toEqual(seen);
  });

  it('with `on_error: continue` on the body has absent elements', async () => {
    const run = await tell(`
mock:
  - { tool: fetch, nth: 2, error: { code: broken } }
  - { tool: fetch, reply: 5 }
tasks:
  all: { type: for_each, items: [1, 2, 3], max_parallel: 1, do: { tool: fetch, on_error: continue } }
`);
    expect(run.output('all')).toEqual([5, null, 5]);
    expect(run.tasks['all[1]']).toBe('completed recovered');
  });

  it('is bounded as a whole by its `timeout`', async () => {
    const run = await tell(`
mock: [{ tool: echo, delay: 4s, reply: 1 }]
tasks:
  all: { type: for_each, items: [1, 2, 3], max_parallel: 1, timeout: 10s, do: { tool: echo } }
`);
    expect(run.tasks).toMatchObject({
      'all[0]': 'completed',
      'all[1]': 'completed',
      'all[2]': 'cancelled',
      all: 'failed timeout',
    });
    expect(run.end('all')).toMatchObject({
      error: { message: 'all did not end within 10.0 s.', remedy: expect.stringContaining('timeout') },
      partial: [1, 1, null],
    });
  });

  it('fails when `items` are no list at run time', async () => {
    const run = await tell(`
tasks:
  what: { tool: echo, with: { n: 1 } }
  all: { type: for_each, items: "\${{ tasks.what.output }}", do: { tool: echo } }
`);
    expect(run.tasks['all']).toBe('failed not_a_list');
    expect(run.end('all').error).toMatchObject({ message: 'The `items` of all are not a list.' });
  });

  it('has a fallback for the whole of it, that sees the error', async () => {
    const run = await tell(`
mock: [{ tool: fetch, error: { code: broken } }]
tasks:
  all:
    type: for_each
    items: [1, 2]
    do: { tool: fetch }
    on_error: { fallback: { type: for_each, items: [1], do: { type: set, values: { why: "\${{ error.code }}" } } } }
`);
    expect(run.tasks['all']).toBe('completed recovered');
    expect(run.output('all')).toEqual([{ why: 'item_failed' }]);
  });

  it('stops what is inside it at any depth', async () => {
    const run = await tell(`
mock: [{ tool: fetch, when: input.n == 2, error: { code: broken } }, { tool: fetch, delay: 1s, reply: 1 }]
tasks:
  outer:
    type: for_each
    items: [[1, 2], [3, 4]]
    as: row
    do: { type: for_each, items: "\${{ row }}", as: n, do: { tool: fetch, with: { n: "\${{ n }}" } } }
`);
    expect(run.tasks).toEqual({
      'outer[0][0]': 'cancelled',
      'outer[0][1]': 'failed broken',
      'outer[0]': 'failed item_failed',
      'outer[1][0]': 'cancelled',
      'outer[1][1]': 'cancelled',
      'outer[1]': 'cancelled',
      outer: 'failed item_failed',
    });
  });

  it('in a graph whose task fails, fails the item with that failure', async () => {
    const run = await tell(`
mock: [{ tool: fetch, error: { code: broken } }]
tasks:
  all:
    type: for_each
    items: [1]
    do: { tasks: { a: { tool: fetch }, b: { type: set, values: {}, needs: [a] } } }
`);
    expect(run.tasks).toEqual({
      'all[0]/a': 'failed broken',
      'all[0]/b': 'skipped upstream_failed',
      'all[0]': 'failed broken',
      all: 'failed item_failed',
    });
    expect(run.error?.message).toBe(
      'Task all failed: Item 0 of all failed: The tool fetch failed with broken, as its mock says.',
    );
  });
});

describe('shared values', () => {
  it('have their default, and are written with the end of a `set`', async () => {
    const run = await tell(`
shared:
  count: { type: integer, default: 0 }
tasks:
  before: { type: set, values: { n: "\${{ shared.count }}" } }
  write: { type: set, needs: [before], values: { n: 1 }, shared: { count: "\${{ shared.count + 5 }}" } }
  again: { type: set, needs: [write], shared: { count: "\${{ shared.count * 2 }}" } }
  after: { type: set, needs: [again], values: { n: "\${{ shared.count }}" } }
`);
    expect(run.output('before')).toEqual({ n: 0 });
    expect(run.output('after')).toEqual({ n: 10 });
    expect(run.end('write').shared).toEqual({ count: 5 });
    expect(run.output('again')).toBeNull();
  });

  it('refuse what does not meet their schema', async () => {
    const run = await tell(`
shared:
  count: { type: integer, maximum: 3, default: 0 }
tasks:
  what: { tool: echo, with: { n: 4 } }
  write: { type: set, shared: { count: "\${{ tasks.what.output.n }}" } }
`);
    expect(run.tasks['write']).toBe('failed invalid_shared');
    expect(run.end('write').error?.message).toContain('The shared value count in write: value must be <= 3');
  });

  it('can be gathered item by item', async () => {
    const run = await tell(`
shared: { sum: { type: integer, default: 0 } }
tasks:
  all: { type: for_each, items: [1, 2, 3], max_parallel: 1, do: { type: set, shared: { sum: "\${{ shared.sum + item }}" } } }
  after: { type: set, needs: [all], values: { n: "\${{ shared.sum }}" } }
`);
    expect(run.output('after')).toEqual({ n: 6 });
  });
});
