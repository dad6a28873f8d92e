import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver';
import { commands } from '../protocol/index.ts';
import { ClientInTests } from './client-in-tests.ts';
import type { CheckedWorkspace } from './workspace-check.ts';

const good = 'segue: "1"\nname: good\ntasks: { a: { type: set, values: { b: 1 } } }\n';
const bad = good.replace('set,', 'sett,');

let folder: string;
let client: ClientInTests;
let told: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segue-check-'));
  client = await ClientInTests.start([pathToFileURL(folder).href], { window: { workDoneProgress: true } });
  told = [];
  client.connection.onNotification('window/showMessage', ({ message }: { message: string }) => {
    told.push(message);
  });
});
afterEach(async () => {
  await client.stop();
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return pathToFileURL(path).href;
}

function check(cancelling = new CancellationTokenSource()): Promise<CheckedWorkspace> {
  const params = { command: commands.checkWorkspace };
  return client.connection.sendRequest('workspace/executeCommand', params, cancelling.token);
}

function codesOf(uri: string): readonly unknown[] | undefined {
  return client.published.findLast((params) => params.uri === uri)?.diagnostics.map(({ code }) => code);
}

test('every file that is not open is checked, with all that it calls, and what came of it is said', async () => {
  const caller = 'segue: "1"\nname: caller\ntasks: { ask: { workflow: ./b/called.segue.yaml, with: { nmae: Ann } } }\n';
  const uris = [write('caller.segue.yaml', caller), write('bad.segue.yaml', bad), write('b/called.segue.yaml', good)];
  const config = write('.segue/config.yaml', 'providers: { other: { base_url: nowhere } }\n');
  const open = write('open.segue.yaml', bad);
  await client.open(open, good);
  await client.until(() => client.newest(open) !== undefined);
  expect(await check()).toEqual({ files: 4, filesWithFindings: 3, wasCancelled: false });
  expect(uris.map(codesOf)).toEqual([['unknown-key'], ['wrong-value'], []]);
  expect(codesOf(config)).toContain('wrong-value');
  expect(codesOf(open)).toEqual([]);
  expect(told).toEqual(['Segue: 4 files were checked, those open in an editor aside: there are findings in 3.']);
});

test('what was told of a file stays true: when it changes, when what it calls changes, when it is opened, closed, deleted', async () => {
  const caller = write(
    'caller.segue.yaml',
    'segue: "1"\nname: caller\ntasks: { ask: { workflow: ./called.segue.yaml } }\n',
  );
  const called = write('called.segue.yaml', bad);
  await check();
  expect([codesOf(caller), codesOf(called)]).toEqual([['called-file'], ['wrong-value']]);
  const changed = (uri: string, type: number) =>
    client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri, type }] });
  write('called.segue.yaml', good);
  await changed(called, 2);
  await client.until(() => codesOf(caller)?.length === 0 && codesOf(called)?.length === 0);
  await client.open(called, bad);
  await client.until(() => codesOf(called)?.length === 1);
  await client.close(called);
  await client.until(() => codesOf(called)?.length === 0);
  rmSync(join(folder, 'called.segue.yaml'));
  await changed(called, 3);
  await client.until(() => codesOf(caller)?.includes('unusable-file') ?? false);
  expect(codesOf(called)).toEqual([]);
});

test.each(['the progress', 'the request'])('after a cancel of %s at most one more file is begun', async (what) => {
  for (let count = 0; count < 20; count += 1) write(`${count}.segue.yaml`, bad);
  const cancelling = new CancellationTokenSource();
  let token: unknown;
  client.connection.onNotification('$/progress', (params: { token: unknown }) => {
    token = params.token;
  });
  let atCancel = 0;
  await client.until(() => true);
  client.onPublished = () => {
    if (client.published.length !== 3) return;
    atCancel = client.published.length;
    if (what === 'the request') cancelling.cancel();
    else void client.connection.sendNotification('window/workDoneProgress/cancel', { token });
  };
  const checked = await check(cancelling);
  expect(atCancel).toBe(3);
  expect(checked.wasCancelled).toBe(true);
  expect(client.published.length).toBeLessThanOrEqual(atCancel + 1);
  expect(told.join()).toMatch(/^Segue: Stopped\. [34] files were checked/);
});

test('who asks while the workspace is checked is answered before it has ended', async () => {
  for (let count = 0; count < 20; count += 1) write(`${count}.segue.yaml`, bad);
  const open = write('open.segue.yaml', good);
  await client.open(open, good);
  await client.until(() => client.newest(open) !== undefined);
  const order: string[] = [];
  const checking = check().then(() => order.push('check'));
  await client.until(() => client.published.length >= 3);
  const at = { textDocument: { uri: open }, position: { line: 1, character: 2 } };
  await client.connection.sendRequest('textDocument/hover', at).then(() => order.push('hover'));
  await checking;
  expect(order).toEqual(['hover', 'check']);
});
