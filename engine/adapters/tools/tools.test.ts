import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { Json, Outcome } from '../../../run/index.ts';
import { builtinTools } from '../../../schemas/builtin-tools.ts';
import { validateJson } from '../../../workflow/index.ts';
import type { Tool, ToolContext } from '../../ports/index.ts';
import { createWorkspaceFiles } from '../files/index.ts';
import { callTool, createBuiltinTools } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'segue-tools-'));
const builtin = createBuiltinTools({
  descriptors: builtinTools,
  calculatorWorker: new URL('./calculator-worker.ts', import.meta.url),
});
afterAll(async () => {
  await builtin.close();
  rmSync(root, { recursive: true });
});

function contextWith(more: Partial<ToolContext> = {}): ToolContext {
  const { signal } = new AbortController();
  return { runId: 'run', call: 'sum/call#1', files: createWorkspaceFiles(root), signal, trusted: true, ...more };
}

function call(name: string, input: Json, more: Partial<ToolContext> = {}): Promise<Outcome> {
  const tool = builtin.tools.find(({ descriptor }) => descriptor.name === name);
  return callTool({ name, tool, input, context: contextWith(more), validate: validateJson });
}

function callOwn(code: Tool['call'], more: Partial<ToolContext> = {}): Promise<Outcome> {
  const descriptor = { name: 'own', description: '', input: {}, effect: 'none', asks: 'never' } as const;
  return callTool({
    name: 'own',
    tool: { descriptor, call: code },
    input: 1,
    context: contextWith(more),
    validate: validateJson,
  });
}

describe('the gate', () => {
  test('refuses an unknown tool and an input that breaks the schema', async () => {
    expect(await call('delete_all', {})).toMatchObject({ error: { code: 'unknown_tool' } });
    expect(await call('calculator', { expression: 1 })).toMatchObject({ error: { code: 'invalid_input' } });
    expect(await call('calculator', { expression: '1', more: true })).toMatchObject({
      error: { code: 'invalid_input' },
    });
    expect(await call('calculator', 'text that was no JSON')).toMatchObject({ error: { code: 'invalid_input' } });
  });

  test('makes an outcome of whatever a tool does', async () => {
    const boom = () => {
      throw new Error('boom');
    };
    expect(await callOwn(boom)).toMatchObject({ error: { code: 'tool_failed', message: 'The tool own failed: boom' } });
    expect(await callOwn(() => Promise.reject(new Error('boom')))).toMatchObject({ error: { code: 'tool_failed' } });
    const cycle: { self?: Json } = {};
    cycle.self = cycle;
    expect(await callOwn(() => Promise.resolve({ status: 'completed', output: cycle }))).toMatchObject({
      error: { code: 'invalid_output' },
    });
  });

  test('lets 16 MB pass, and not a byte more', async () => {
    const text = (bytes: number) => () =>
      Promise.resolve<Outcome>({ status: 'completed', output: 'x'.repeat(bytes - 2) });
    expect(await callOwn(text(16 * 1024 * 1024))).toMatchObject({ status: 'completed' });
    expect(await callOwn(text(16 * 1024 * 1024 + 1))).toMatchObject({ error: { code: 'output_too_large' } });
  });

  test('calls nothing after a cancel', async () => {
    const signal = AbortSignal.abort();
    expect(await callOwn(() => Promise.reject(new Error('was called')), { signal })).toEqual({ status: 'cancelled' });
  });
});

describe('calculator', () => {
  test.each([
    ['(3 + 4) * 12', 84],
    ['0.1 + 0.2', 0.3],
    ['sqrt(2)', Math.SQRT2],
    ['1/3', 1 / 3],
    ['2^53 + 1', '9007199254740993'],
    ['12.5 cm to inch', '4.92125984251969 inch'],
    ['[1, 2] * 2', '[2, 4]'],
    ['f(x) = x^2; f(7)', '[49]'],
    ['1 > 2', 'false'],
    ['factorial(20)', '2432902008176640000'],
    ['sqrt(-4)', '2i'],
  ])('%s is %j', async (expression, result) => {
    expect(await call('calculator', { expression })).toEqual({ status: 'completed', output: { result } });
  });

  test.each([
    '1 +',
    'unknown + 1',
    '1/0',
    'f(x) = x',
    'import({a: 1})',
    'createUnit("foo")',
    'evaluate("1")',
    'parse("1").constructor',
    'simplify("x + x")',
    'derivative("x^2", "x")',
    'config({})',
    'compile("1")',
    'random()',
    'cos.constructor("return process")()',
    '"a".constructor',
    '[].map.constructor("return 1")()',
    '{}.__proto__',
  ])('%s is refused', async (expression) => {
    expect(await call('calculator', { expression })).toMatchObject({ error: { code: 'invalid_expression' } });
  });

  test('what one expression defines is gone for the next', async () => {
    expect(await call('calculator', { expression: 'a = 5; a' })).toMatchObject({ status: 'completed' });
    expect(await call('calculator', { expression: 'a' })).toMatchObject({ error: { code: 'invalid_expression' } });
  });

  test('what takes too long or too much is ended, and the next question is answered', async () => {
    const long = await call('calculator', { expression: 'range(1, 1e7)[1]' });
    expect(long).toMatchObject({ error: { code: expect.stringMatching(/^calculation_too_l/) } });
    const large = await call('calculator', { expression: 'zeros(1e5, 1e5)' });
    expect(large).toMatchObject({ error: { code: expect.stringMatching(/^calculation_too_l/) } });
    expect(await call('calculator', { expression: '1 + 1' })).toMatchObject({ output: { result: 2 } });
  });

  test('a thread that runs out of memory when nobody waits any more takes nobody along', async () => {
    const terminate: unknown = Reflect.get(Worker.prototype, 'terminate');
    // What the runtime does when the limit is hit just after the deadline: the error comes while the thread is ended.
    const ending = vi.spyOn(Worker.prototype, 'terminate').mockImplementation(function (this: Worker) {
      this.emit('error', new Error('Worker terminated due to reaching memory limit'));
      if (typeof terminate !== 'function') throw new Error('there is nothing to end a thread with');
      return Reflect.apply(terminate, this, []);
    });
    const outcome = await call('calculator', { expression: 'range(1, 1e7)[1]' }, { signal: AbortSignal.timeout(100) });
    expect(outcome).toEqual({ status: 'cancelled' });
    expect(ending).toHaveBeenCalledOnce();
    ending.mockRestore();
    expect(await call('calculator', { expression: '1 + 1' })).toMatchObject({ output: { result: 2 } });
  });

  test('a cancel ends a calculation under way', async () => {
    const abort = new AbortController();
    const outcome = call('calculator', { expression: 'range(1, 1e7)[1]' }, { signal: abort.signal });
    abort.abort();
    expect(await outcome).toEqual({ status: 'cancelled' });
  });
});

describe('files', () => {
  test('what was written can be read', async () => {
    expect(await call('write_file', { path: 'notes/a.md', text: 'hello ä' })).toEqual({
      status: 'completed',
      output: { bytes: 8 },
    });
    expect(await call('read_file', { path: 'notes/a.md' })).toEqual({
      status: 'completed',
      output: { text: 'hello ä' },
    });
  });

  test('nothing is written in a workspace that is not trusted', async () => {
    const outcome = await call('write_file', { path: 'b.md', text: 'x' }, { trusted: false });
    expect(outcome).toMatchObject({ error: { code: 'not_trusted' } });
    expect(readdirSync(root)).not.toContain('b.md');
  });

  test('nothing outside is reached', async () => {
    expect(await call('read_file', { path: '../x' })).toMatchObject({ error: { code: 'path_outside' } });
    expect(await call('write_file', { path: '.git/hooks/x', text: '' })).toMatchObject({
      error: { code: 'path_closed' },
    });
  });
});
