/**
 * The `segue` command as it is built, used like a script would: exit codes, JSON, answers, a key that is missing, and
 * an engine that leaves when the terminal has.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Stage } from '../host/stage.ts';
import { startCountingServer } from './counting-server.ts';

const root = join(import.meta.dirname, '../..');
const stage = new Stage('terminal');
const folder = stage.path('w');

beforeAll(() => {
  cpSync(join(root, 'examples'), folder, { recursive: true, filter: (from) => !from.includes('.segue/') });
});

afterAll(async () => {
  await stage.close();
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `segue …` to its end. */
async function segue(
  args: readonly string[],
  env: Record<string, string> = {},
  interruptOn?: RegExp,
  cwd = folder,
): Promise<Ended> {
  const child = stage.start(process.execPath, [join(root, 'dist/segue.cjs'), ...args], {
    cwd,
    env: stage.env({ NO_COLOR: '1', ...env }),
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    texts.stdout += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    texts.stderr += chunk;
    if (interruptOn?.test(texts.stderr)) {
      interruptOn = undefined;
      child.kill('SIGINT');
    }
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...texts };
}

/** Waits until no engine of the stage is alive. */
async function engineGone(): Promise<void> {
  await expect.poll(() => stage.survivors().map(({ commandLine }) => commandLine)).toEqual([]);
  expect(existsSync(join(folder, '.segue/data/engine.lock'))).toBe(false);
}

test('an agent in a file of its own is checked as one, and is not run', async () => {
  mkdirSync(join(folder, 'agents'), { recursive: true });
  writeFileSync(join(folder, 'agents/writer.agent.yaml'), 'model: mock/a\n');
  const checked = await segue(['check', 'agents/writer.agent.yaml', '--plan']);
  expect([checked.code, checked.stdout]).toEqual([0, '✓ agents/writer.agent.yaml: an agent\n']);
  const run = await segue(['run', 'agents/writer.agent.yaml']);
  expect([run.code, run.stderr]).toEqual([6, expect.stringContaining('not_a_workflow')]);
});

test('an example runs without a key, prints its output, and leaves no process behind', async () => {
  const ended = await segue(['run', 'hello/hello.segue.yaml', '-i', 'name=Ada']);
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stdout).toMatch(/✓ completed {2}hello[\s\S]*greeting\n[\s\S]*model +calls +in +out +cost/);
  await engineGone();
});

test('an example with tools of its own runs them, and their types are written without running anything', async () => {
  const { code, stdout } = await segue(['run', 'delivery/delivery.segue.yaml', '--no-input', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
    status: 'completed',
    outputs: { arrives: '2026-12-24', letter: expect.stringContaining('7 January') },
  });
  const typesFile = join(folder, 'delivery/calendar.tools.d.ts');
  const types = readFileSync(typesFile, 'utf8');
  writeFileSync(typesFile, '');
  const written = await segue(['types', 'delivery/delivery.segue.yaml']);
  expect(written).toMatchObject({ code: 0, stdout: 'delivery/calendar.tools.d.ts\n' });
  expect(readFileSync(typesFile, 'utf8')).toBe(types);
  await engineGone();
});

test('with --json each event is a line and the result is the last', async () => {
  const { code, stdout } = await segue(['run', 'hello/hello.segue.yaml', '--json']);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(code).toBe(0);
  expect(lines[0]).toMatchObject({ type: 'event', event: { seq: 1, type: 'run-started' } });
  expect(lines.at(-1)).toMatchObject({
    type: 'result',
    status: 'completed',
    outputs: { greeting: expect.any(String) },
  });
});

test('a question ends a script with the code for waiting; its answer finishes the run', async () => {
  const waiting = await segue(['run', 'research/research.segue.yaml', '--no-input']);
  expect(waiting.code).toBe(3);
  const line = /segue answer (\S+) (\S+) publish\|discard/.exec(waiting.stdout);
  const [, run = '', question = ''] = line ?? [];
  expect(await segue(['answer', run, question, 'burn'])).toMatchObject({ code: 6 });
  expect(await segue(['answer', run, question, 'publish'])).toMatchObject({ code: 0 });
  const shown = JSON.parse((await segue(['show', run, '--json'])).stdout);
  expect(shown).toMatchObject({ status: 'completed', outputs: { decision: 'publish' } });
  await engineGone();
});

test('Ctrl-C cancels and waits for the recorded end; resume does not repeat what is finished', async () => {
  const cancelled = await segue(['run', 'research/research.segue.yaml', '--no-input'], {}, /✓ gather/);
  expect(cancelled.code).toBe(5);
  const { stdout, code } = await segue(['resume', '--no-input', '--json']);
  expect(code).toBe(3);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const begun = lines.filter(({ event }) => event?.type === 'call-started' && event.task === 'gather');
  expect(begun).toHaveLength(1);
  expect(await segue(['cancel'])).toMatchObject({ code: 0 });
});

test('a missing key refuses the run, says what to do, and nothing was recorded', async () => {
  const text =
    'segue: "1"\nname: paid\nagents:\n  a: { model: openai/gpt-5-mini }\ntasks:\n  t: { agent: a, with: { prompt: hi } }\n';
  writeFileSync(join(folder, 'paid.segue.yaml'), text);
  const refused = await segue(['run', 'paid.segue.yaml', '--json']);
  expect(refused.code).toBe(6);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    error: { code: 'missing_key', details: { secret: 'OPENAI_API_KEY' } },
  });
  const runs = JSON.parse((await segue(['runs', '--json'])).stdout) as { name: string }[];
  expect(runs.map(({ name }) => name)).not.toContain('paid');
  expect(await segue(['run', 'paid.segue.yaml', '--mock'])).toMatchObject({ code: 0 });
});

test.each([
  [['run', 'nowhere.segue.yaml'], 2, /There is no file/],
  [['run', 'hello/hello.segue.yaml', '-i', 'nobody=1'], 2, /no input "nobody"/],
  [['show', 'ffffffff'], 6, /no run "ffffffff"/],
  [['fly'], 2, /unknown command/],
])('segue %j exits with %i', async (args, code, message) => {
  const ended = await segue(args);
  expect(ended.code).toBe(code);
  expect(ended.stderr).toMatch(message);
  expect(ended.stderr).not.toMatch(/\n +at /);
});

test('a broken file is refused with its places before any engine starts', async () => {
  writeFileSync(
    join(folder, 'broken.segue.yaml'),
    'segue: "1"\nname: b\ntasks:\n  t: { agent: nobody, with: { prompt: hi } }\n',
  );
  const ended = await segue(['run', 'broken.segue.yaml']);
  expect(ended.code).toBe(6);
  expect(ended.stderr).toMatch(/broken\.segue\.yaml:4:\d+ error .*nobody.* unknown-agent/);
});

test('doctor finds nothing wrong here', async () => {
  const { code, stdout } = await segue(['doctor', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ check: 'engine', state: 'ok' }));
});

test('where nothing was run, asking for runs starts no engine and creates nothing', async () => {
  const empty = stage.path('e');
  mkdirSync(empty);
  expect(await segue(['runs', '--json'], {}, undefined, empty)).toMatchObject({ code: 0, stdout: '[]\n' });
  for (const args of [['show'], ['cancel'], ['resume'], ['answer', 'x', 'yes']]) {
    const ended = await segue(args, {}, undefined, empty);
    expect(ended).toMatchObject({ code: 6, stderr: expect.stringContaining('unknown_run') });
  }
  expect(existsSync(join(empty, '.segue'))).toBe(false);
});

test('outputs that are kept by hash are printed whole', async () => {
  const text = `segue: "1"
name: large
tasks:
  list: { type: set, values: { numbers: "\${{ range(30000) }}" } }
outputs: { numbers: "\${{ tasks.list.output.numbers }}", last: "\${{ tasks.list.output.numbers[29999] }}" }
`;
  writeFileSync(join(folder, 'large.segue.yaml'), text);
  const { stdout, code } = await segue(['run', 'large.segue.yaml', '--json']);
  expect(code).toBe(0);
  const whole = { numbers: Array.from({ length: 30_000 }, (_, at) => at), last: 29_999 };
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ type: 'result', outputs: whole });
  expect(JSON.parse((await segue(['show', '--json'])).stdout)).toMatchObject({ outputs: whole });
  expect((await segue(['show'])).stdout).toContain('29998,\n  29999\n]');
});

test('a key is given again to the engine that comes after one that died', async () => {
  const server = await startCountingServer();
  try {
    // The first answer never comes; meanwhile the engine dies.
    let isHeld = false;
    server.onMoment = (moment) => {
      if (moment !== 'done-unanswered' || isHeld) return false;
      isHeld = true;
      process.kill(JSON.parse(readFileSync(join(folder, '.segue/data/engine.lock'), 'utf8')).pid, 'SIGKILL');
      return true;
    };
    const env = { OPENAI_API_KEY: 'sk-canary-of-the-terminal', OPENAI_BASE_URL: `${server.url}/v1` };
    const ended = await segue(['run', 'paid.segue.yaml'], env);
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('✓ completed') });
    expect(isHeld).toBe(true);
    expect([...server.authorizations]).toEqual(['Bearer sk-canary-of-the-terminal']);
  } finally {
    await server.close();
  }
});

test('a reader that leaves early is no error', async () => {
  const program = [process.execPath, join(root, 'dist/segue.cjs')];
  const command = '"$0" "$1" run hello/hello.segue.yaml 2>&1 | head -1; exit ${PIPESTATUS[0]}';
  const child = stage.start('bash', ['-c', command, ...program], { cwd: folder, env: stage.env() });
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
});
