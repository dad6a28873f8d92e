// Tools whose code is a file of the workspace, in a real engine: whatever that code does, only its own call fails, and
// nothing of it outlives the call, a cancel or the engine.
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { EngineConnection } from '../../client/index.ts';
import type { Failure, FollowMessage, RunEvent, RunId, StartRequest } from '../../run/index.ts';
import { attach, isRunning, kill, killEngine, newDataDir, newFolder, scripts, until } from './engines.ts';
import { startRequest, startRun, summaryOf, untilStatus } from './workflows.ts';

// Every call starts two programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 });

const actor = { kind: 'program', via: 'test' } as const;
const product = { engineScript: scripts.product, version: '0.0.1' };

/** A workflow with one toolset of a module. @param tools lines of the toolset's `tools`, @param tasks of `tasks` */
function workflowOf(tools: readonly string[], tasks: readonly string[], more = ''): string {
  return `segue: "1"
name: modules
toolsets:
  own:
    module: ./tools/own.ts
    tools:
${tools.map((line) => `      ${line}`).join('\n')}
${more}
tasks:
${tasks.map((line) => `  ${line}`).join('\n')}
`;
}

const tool = (name: string, more = 'effect: none'): string =>
  `${name}: { description: The tool ${name}., input: { type: object }, ${more} }`;

interface Stage {
  readonly workspace: string;
  readonly dataDir: string;
  readonly client: EngineConnection;
  readonly request: StartRequest;
}

async function stage(workflow: string, code: string, more: Partial<StartRequest> = {}): Promise<Stage> {
  const workspace = newFolder();
  const dataDir = newDataDir(workspace);
  const request = await startRequest(workspace, { 'a.segue.yaml': workflow, 'tools/own.ts': code }, more);
  return { workspace, dataDir, client: await attach(dataDir, product), request };
}

async function eventsOf(client: EngineConnection, runId: RunId): Promise<readonly RunEvent[]> {
  const answer = await client.ask({ type: 'events', runId, fromSeq: 1, limit: 1000 });
  return answer.type === 'events' ? answer.events : [];
}

async function errorsOf(client: EngineConnection, runId: RunId): Promise<{ readonly [task: string]: Failure }> {
  const ends = (await eventsOf(client, runId)).filter((event) => event.type === 'task-ended');
  return Object.fromEntries(ends.flatMap(({ path, error }) => (error ? [[path, error] as const] : [])));
}

/** Code that notes its process and a program that it starts, and then never comes to an end. */
const busy = `
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
export function busy() {
  const sleeper = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  appendFileSync('pids', \`\${process.pid}\\n\${sleeper.pid}\\n\`);
  for (;;);
}
`;

/** Whatever a test finds out: no process stays behind. */
const noted = new Set<number>();
afterEach(() => {
  for (const pid of noted) kill(pid, 'SIGKILL');
  noted.clear();
});

/** The processes that `busy` has noted. */
async function pidsIn(workspace: string, count = 2): Promise<readonly number[]> {
  const read = (): readonly number[] => {
    const path = join(workspace, 'pids');
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').map(Number) : [];
  };
  await until(() => read().length >= count, 120_000);
  for (const pid of read()) noted.add(pid);
  return read();
}

async function untilGone(pids: readonly number[]): Promise<void> {
  await until(() => !pids.some(isRunning));
}

const badTools = {
  exits: 'process.exit(3);',
  throws_late:
    "setTimeout(() => { throw new Error('late'); }, 10); return new Promise((end) => setTimeout(end, 60_000));",
  rejects:
    "void Promise.reject(new TypeError('nobody listens')); return new Promise((end) => setTimeout(end, 60_000));",
  never: 'return new Promise(() => {});',
  fills_heap: 'const all = []; for (;;) all.push(new Array(1e6).fill({}));',
  fills_buffers: 'const all = []; for (;;) all.push(Buffer.alloc(5e7, 1));',
  is_huge: "return 'x'.repeat(50 * 1024 * 1024);",
  is_no_json: 'return { when: [new Date()] };',
  breaks_promise: "return { price: 'much' };",
  fails: "throw new RangeError('out of stock');",
  is_killed: "process.kill(process.pid, 'SIGKILL');",
  floods: "for (let line = 0; line < 100_000; line++) console.log('x'.repeat(100)); return 'flooded';",
};

describe('whatever the code of a tool does', () => {
  test('only its own call fails, with what to do about it; the engine and other runs go on', async () => {
    const names = Object.keys(badTools);
    const price = 'effect: none, output: { type: object, properties: { price: { type: number } } }';
    const tools = [...names.map((name) => tool(name, name === 'breaks_promise' ? price : undefined)), tool('good')];
    const tasks = [...names, 'good'].map((name) => `${name}: { tool: ${name}, on_error: continue }`);
    const loops = `  looping:\n    module: ./tools/loop.js\n    timeout: 2s\n    tools:\n      ${tool('loops')}`;
    const bodies = Object.entries(badTools).map(([name, body]) => `export async function ${name}() { ${body} }`);
    const code = `${bodies.join('\n')}\nexport const good = () => ({ well: true });\n`;
    const workflow = workflowOf(tools, [...tasks, 'loops: { tool: loops, on_error: continue }'], loops);
    const { workspace, dataDir, client } = await stage('', '');
    const files = {
      'a.segue.yaml': workflow,
      'tools/own.ts': code,
      'tools/loop.js': 'exports.loops = () => { for (;;); };',
    };
    const { pid } = await client.status();
    const request = await startRequest(workspace, files);
    const runId = await startRun(client, request);
    const quick = workflowOf([tool('good')], ['good: { tool: good }'], 'outputs: { good: "${{ tasks.good.output }}" }');
    const other = newFolder();
    const beside = await startRequest(other, { 'b.segue.yaml': quick, 'tools/own.ts': code });
    const otherRun = await startRun(client, beside);
    await untilStatus(client, otherRun, 'completed');
    await untilStatus(client, runId, 'completed');
    const errors = await errorsOf(client, runId);
    const codes = Object.fromEntries(Object.entries(errors).map(([task, error]) => [task, error.code]));
    expect(codes).toEqual({
      exits: 'tool_ended',
      throws_late: 'tool_failed',
      rejects: 'tool_failed',
      never: 'tool_ended',
      fills_heap: expect.stringMatching(/^tool_(out_of_memory|crashed)$/),
      fills_buffers: 'tool_out_of_memory',
      is_huge: 'output_too_large',
      is_no_json: 'invalid_output',
      breaks_promise: 'invalid_output',
      fails: 'tool_failed',
      is_killed: 'tool_crashed',
      loops: 'timeout',
    });
    expect(errors['fails']?.message).toBe('The tool fails failed: RangeError: out of stock (tools/own.ts:10).');
    expect(errors['is_no_json']?.message).toContain('result.when[0] is a Date');
    expect(errors['exits']?.message).toContain('exit code 3');
    expect((await client.status()).pid).toBe(pid);
    expect(existsSync(dataDir)).toBe(true);
  });

  test('what it prints is shown while it runs, in bounds, and is not recorded', async () => {
    const code =
      "export async function talks() { console.log('halfway'); await new Promise((end) => setTimeout(end, 50)); return 1; }";
    const { client, request } = await stage(workflowOf([tool('talks')], ['talk: { tool: talks }']), code);
    const runId = await startRun(client, request);
    const messages: FollowMessage[] = [];
    for await (const message of client.follow(runId, 1, new AbortController().signal)) messages.push(message);
    const said = messages.flatMap((message) => (message.type === 'progress' ? [message.progress.text] : []));
    expect(said.join('')).toBe('halfway\n');
    expect(JSON.stringify((await eventsOf(client, runId)).slice(1))).not.toContain('halfway');
  });

  test('its environment holds what the workflow lists, and nothing else', async () => {
    const code = 'export const look = () => ({ env: { ...process.env }, folder: process.cwd() });';
    const workflow = workflowOf(
      [tool('look')],
      ['look: { tool: look }'],
      'env: [SHOP]\noutputs: { seen: "${{ tasks.look.output }}" }',
    );
    const env = { SHOP: 'corner', OPENAI_API_KEY: 'sk-secret', HOME: 'there' };
    const { workspace, client, request } = await stage(workflow, code, { env });
    const runId = await startRun(client, request);
    await untilStatus(client, runId, 'completed');
    const end = (await eventsOf(client, runId)).at(-1);
    const seen = end?.type === 'run-ended' ? JSON.stringify(end.outputs) : '';
    expect(seen).toBe(JSON.stringify({ seen: { env: { SHOP: 'corner' }, folder: workspace } }));
  });
});

describe('a start is refused', () => {
  test('in a workspace that is not trusted, and nothing is run', async () => {
    const code = "import { writeFileSync } from 'node:fs';\nwriteFileSync('ran', '');\nexport const good = () => 1;";
    const { workspace, client, request } = await stage(workflowOf([tool('good')], ['good: { tool: good }']), code);
    const answer = await client.start({ ...request, trusted: false });
    expect(answer).toMatchObject({ ok: false, refused: { code: 'not_trusted' } });
    expect(existsSync(join(workspace, 'ran'))).toBe(false);
    await untilStatus(client, await startRun(client, request), 'completed');
    expect(existsSync(join(workspace, 'ran'))).toBe(true);
  });

  test.each([
    [
      'export const better = () => 1; export const other = 2;',
      '7:7',
      'exports no function `good`; it exports `better`',
    ],
    ['export const good = 1;', '7:7', 'as `good` is not a function'],
    ['export const good = (', '5:13', 'can not be loaded: SyntaxError'],
    ["throw new Error('not today');", '5:13', 'not today (tools/own.ts:1)'],
    ["import './none.ts';", '5:13', 'can not be loaded'],
    ['enum Colour { red }\nexport const good = () => Colour.red;', '5:13', 'enum'],
    ['process.exit(4);', '5:13', 'exit code 4'],
  ])('if the module is `%s`, at its place', async (code, place, words) => {
    const { client, request } = await stage(workflowOf([tool('good')], ['good: { tool: good }']), code);
    const answer = await client.start(request);
    expect(answer).toMatchObject({ ok: false, refused: { code: 'invalid_workflow' } });
    if (answer.ok) return;
    expect(answer.refused.message).toContain(`a.segue.yaml:${place}: `);
    expect(answer.refused.message).toContain(words);
  });

  test('if only a link in the workspace leads to the module', async () => {
    const away = mkdtempSync(join(tmpdir(), 'segue-away-'));
    try {
      writeFileSync(join(away, 'own.ts'), 'export const good = () => 1;');
      const { workspace, client, request } = await stage(workflowOf([tool('good')], ['good: { tool: good }']), '');
      rmSync(join(workspace, 'tools/own.ts'));
      symlinkSync(join(away, 'own.ts'), join(workspace, 'tools/own.ts'));
      expect(await client.start(request)).toMatchObject({
        refused: { message: expect.stringContaining('leads out of the workspace') },
      });
    } finally {
      rmSync(away, { recursive: true });
    }
  });
});

test('a run keeps to the code that it began with', async () => {
  const tasks = ['before: { type: human, message: Go?, options: [go] }', 'good: { tool: good, needs: [before] }'];
  const { workspace, client, request } = await stage(workflowOf([tool('good')], tasks), 'export const good = () => 1;');
  const runId = await startRun(client, request);
  const [started] = await eventsOf(client, runId);
  expect(started).toMatchObject({
    sources: { 'tools/own.ts': 'export const good = () => 1;' },
    tools: [
      { name: 'good', effect: 'none', module: { file: 'tools/own.ts', hash: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    ],
  });
  await untilStatus(client, runId, 'waiting');
  writeFileSync(join(workspace, 'tools/own.ts'), "export const good = () => 'planted';");
  const answer = { type: 'answer', actor, question: 'before:question', answer: 'go', offer: { secrets: [] } } as const;
  expect(await client.send(runId, answer)).toEqual({ ok: true });
  await untilStatus(client, runId, 'failed');
  expect(await errorsOf(client, runId)).toMatchObject({ good: { code: 'module_changed' } });
});

test('a tool that may act only once asks a person first', async () => {
  const { client, request } = await stage(
    workflowOf([tool('pay', 'effect: once')], ['pay: { tool: pay }']),
    'export const pay = () => 1;',
  );
  const runId = await startRun(client, request);
  await untilStatus(client, runId, 'waiting');
  const [question] = (await summaryOf(client, runId)).questions;
  expect(question?.question).toMatchObject({ kind: 'approve_tool', tool: 'pay' });
  const allow = {
    type: 'answer',
    actor,
    question: question?.id ?? '',
    answer: 'allow',
    offer: { secrets: [] },
  } as const;
  expect(await client.send(runId, allow)).toEqual({ ok: true });
  await untilStatus(client, runId, 'completed');
});

describe('nothing is left of a call', () => {
  const workflow = workflowOf([tool('busy')], ['work: { tool: busy }']);

  test('after a cancel', async () => {
    const { workspace, client, request } = await stage(workflow, busy);
    const runId = await startRun(client, request);
    const pids = await pidsIn(workspace);
    expect(pids.every(isRunning)).toBe(true);
    await client.send(runId, { type: 'cancel', actor });
    await untilStatus(client, runId, 'cancelled');
    await untilGone(pids);
  });

  test('after the `timeout` of its task', async () => {
    const { workspace, client, request } = await stage(
      workflowOf([tool('busy')], ['work: { tool: busy, timeout: 5s }']),
      busy,
    );
    const runId = await startRun(client, request);
    const pids = await pidsIn(workspace);
    await untilStatus(client, runId, 'failed');
    expect(await errorsOf(client, runId)).toMatchObject({ work: { code: 'timeout' } });
    await untilGone(pids);
  });

  test('when the engine leaves', async () => {
    const { workspace, client, request } = await stage(workflow, busy);
    await startRun(client, request);
    const pids = await pidsIn(workspace);
    await client.shutdown({ force: true, reason: 'the test' });
    await untilGone(pids);
  });

  test('when the engine is killed; a call that may be repeated is, by the next one', async () => {
    const { workspace, dataDir, client, request } = await stage(workflow, busy);
    const runId = await startRun(client, request);
    const pids = await pidsIn(workspace);
    await killEngine(dataDir);
    await untilGone(pids);
    const next = await attach(dataDir, product);
    const again = await pidsIn(workspace, 4);
    await next.send(runId, { type: 'cancel', actor });
    await untilStatus(next, runId, 'cancelled');
    await untilGone(again);
  });

  test('when the engine is killed; about a call that must happen only once a person is asked', async () => {
    const once = workflowOf([tool('busy', 'effect: once')], ['work: { tool: busy }']);
    const { workspace, dataDir, client, request } = await stage(once, busy);
    const runId = await startRun(client, request);
    await untilStatus(client, runId, 'waiting');
    const allow = {
      type: 'answer',
      actor,
      question: 'work/call#1:approve',
      answer: 'allow',
      offer: { secrets: [] },
    } as const;
    expect(await client.send(runId, allow)).toEqual({ ok: true });
    const pids = await pidsIn(workspace);
    await killEngine(dataDir);
    await untilGone(pids);
    const next = await attach(dataDir, product);
    await untilStatus(next, runId, 'waiting');
    const [question] = (await summaryOf(next, runId)).questions;
    expect(question?.question).toMatchObject({ kind: 'lost_call', tool: 'busy' });
    const fail = {
      type: 'answer',
      actor,
      question: question?.id ?? '',
      answer: 'fail',
      offer: { secrets: [] },
    } as const;
    expect(await next.send(runId, fail)).toEqual({ ok: true });
    await untilStatus(next, runId, 'failed');
    expect(await pidsIn(workspace)).toHaveLength(2);
  });
});
