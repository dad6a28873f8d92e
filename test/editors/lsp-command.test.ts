// `segue lsp` as a program: what it takes, what it says where, and that it never outlives the editor that started it.
import { type ChildProcess, execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import packageJson from '../../package.json' with { type: 'json' };
import { Stage } from '../host/stage.ts';

const script = join(import.meta.dirname, '../../dist/segue.cjs');
const stage = new Stage('lsp');
afterAll(async () => {
  await stage.close();
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(...args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = stage.start(process.execPath, [script, 'lsp', ...args], { stdio: 'pipe' });
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (said.stdout += chunk));
  child.stderr?.on('data', (chunk: Buffer) => (said.stderr += chunk));
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, ...said })));
  return { child, ended };
}

/** Starts a server and introduces a client to it. @param processId of the editor */
async function startClient(processId: number | null) {
  const { child, ended } = start('--stdio');
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('the server has no streams');
  const client = createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
  client.listen();
  const answer = await client.sendRequest('initialize', { processId, rootUri: null, capabilities: {} });
  expect(answer).toMatchObject({ serverInfo: { name: 'segue' } });
  await client.sendNotification('initialized', {});
  return { client, child, ended };
}

test('after shutdown and exit it ends with 0, and has said nothing but the protocol', async () => {
  const { client, ended } = await startClient(process.pid);
  await client.sendRequest('shutdown');
  await client.sendNotification('exit');
  const { code, stdout, stderr } = await ended;
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^(Content-Length: \d+\r\n\r\n\{[^\r]*)+$/);
});

test('exit without shutdown is 1', async () => {
  const { client, ended } = await startClient(null);
  await client.sendNotification('exit');
  expect(await ended).toMatchObject({ code: 1, stderr: '' });
});

test.each(['segue lsp', 'segue lsp --stdio'])('%s without anybody on stdin ends', async (command) => {
  const { child, ended } = start(...command.split(' ').slice(2));
  child.stdin?.end();
  expect(await ended).toMatchObject({ code: 1, stdout: '', stderr: '' });
});

test('it ends when its editor is gone, although stdin is still open', async () => {
  const editor = stage.start(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
  const { ended } = await startClient(editor.pid ?? 0);
  await stage.end(editor);
  expect(await ended).toMatchObject({ code: 1, stderr: '' });
});

test('who ends the command has ended all of it, even while stdin is held open', async () => {
  const pipe = stage.path('pipe');
  execFileSync('mkfifo', [pipe]);
  const held = openSync(pipe, 'r+');
  const child = stage.start(process.execPath, [script, 'lsp'], { stdio: [held, 'pipe', 'inherit'] });
  const params = { processId: null, rootUri: null, capabilities: {} };
  const message = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
  writeSync(held, `Content-Length: ${message.length}\r\n\r\n${message}`);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
  expect(stage.survivors()).toEqual([]);
  closeSync(held);
});

test.each(['--socket=1', '--pipe=x', '--bogus', 'file.segue.yaml'])('%s is refused', async (arg) => {
  const { code, stdout, stderr } = await start(arg).ended;
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(arg.startsWith('--') ? `unknown option '${arg}'` : 'too many arguments');
});

test('--version is that of the package', async () => {
  const { ended } = start('--version');
  expect(await ended).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' });
});
