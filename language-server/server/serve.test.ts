// The server as a client sees it: over streams, in this process.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type CodeLens,
  createConnection,
  createMessageConnection,
  type MessageConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { serve } from './serve.ts';

const text = `segue: "1"
agents:
  writer: { model: local/small }
tasks:
  draft:
    agent: wrtier
    with: { prompt: hi }
`;

let folder: string;
let client: MessageConnection;
let uri: string;
let logged: string[];
let published: PublishDiagnosticsParams[];
let announce: () => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segue-lsp-'));
  uri = pathToFileURL(join(folder, 'a b.segue.yaml')).href;
  logged = [];
  published = [];
  announce = () => undefined;
  const [up, down] = [new PassThrough(), new PassThrough()];
  serve(createConnection(new StreamMessageReader(up), new StreamMessageWriter(down)));
  client = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  client.onNotification('window/logMessage', ({ message }: { message: string }) => {
    logged.push(message);
  });
  client.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
    published.push(params);
    announce();
  });
  client.listen();
  await client.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} });
  await client.sendNotification('initialized', {});
});

afterEach(async () => {
  await client.sendRequest('shutdown');
  client.dispose();
  rmSync(folder, { recursive: true });
});

/** Waits for the findings about a document that `isWanted` accepts. */
function findings(ofUri: string, isWanted: (codes: readonly unknown[]) => boolean): Promise<PublishDiagnosticsParams> {
  return new Promise((resolve) => {
    announce = () => {
      const last = published.findLast((params) => params.uri === ofUri);
      if (last && isWanted(last.diagnostics.map(({ code }) => code))) resolve(last);
    };
    announce();
  });
}

function open(ofUri: string, languageId: string, ofText: string): Promise<void> {
  return client.sendNotification('textDocument/didOpen', {
    textDocument: { uri: ofUri, languageId, version: 1, text: ofText },
  });
}

function change(version: number, line: number, from: number, to: number, newText: string): Promise<void> {
  const range = { start: { line, character: from }, end: { line, character: to } };
  return client.sendNotification('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges: [{ range, text: newText }],
  });
}

test('findings follow the text, for its newest version only', async () => {
  await open(uri, 'segue', text);
  const first = await findings(uri, (codes) => codes.includes('unknown-agent'));
  expect(first.version).toBe(1);
  await change(2, 5, 11, 17, 'w');
  await change(3, 5, 12, 12, 'riter');
  const last = await findings(uri, (codes) => !codes.includes('unknown-agent'));
  expect(last.version).toBe(3);
  expect(published.map(({ version }) => version)).not.toContain(2);
});

test('the configuration of the workspace counts: as saved, as changed on disk, as open in an editor', async () => {
  const path = join(folder, '.segue', 'config.yaml');
  // Written as an editor might: with escapes that nobody needs.
  const configUri = pathToFileURL(path).href.replace('config', '%63onfig');
  await open(uri, 'segue', text);
  await findings(uri, (codes) => codes.includes('unknown-provider'));
  mkdirSync(join(folder, '.segue'));
  writeFileSync(path, 'providers: { local: { base_url: "http://localhost:1/v1", api_key: none } }\n');
  await client.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: configUri, type: 1 }] });
  await findings(uri, (codes) => !codes.includes('unknown-provider'));
  await open(configUri, 'yaml', 'providers: { other: { base_url: nowhere } }\n');
  await findings(uri, (codes) => codes.includes('unknown-provider'));
  await findings(configUri, (codes) => codes.includes('wrong-value'));
  await client.sendNotification('textDocument/didClose', { textDocument: { uri: configUri } });
  await findings(uri, (codes) => !codes.includes('unknown-provider'));
});

test('a closed document has no findings', async () => {
  await open(uri, 'segue', text);
  await findings(uri, (codes) => codes.length > 0);
  await client.sendNotification('textDocument/didClose', { textDocument: { uri } });
  await findings(uri, (codes) => codes.length === 0);
  const hover = await client.sendRequest('textDocument/hover', {
    textDocument: { uri },
    position: { line: 0, character: 0 },
  });
  expect(hover).toBeNull();
});

test('models have their price at once, files are listed, and signatures are shown', async () => {
  writeFileSync(join(folder, 'tool.ts'), '');
  const written = `segue: "1"
agents: { w: { model: openai/gpt-5-mini } }
toolsets: { t: { module: ./x.ts, tools: { f: { description: F. } } } }
tasks: { a: { agent: w, when: size('a') > 0, with: { prompt: Hi. } } }
`;
  await open(uri, 'segue', written);
  const at = (line: number, character: number) => ({ textDocument: { uri }, position: { line, character } });
  const hover = await client.sendRequest('textDocument/hover', at(1, 28));
  expect(JSON.stringify(hover)).toMatch(/input \$[\d.]+/);
  await vi.waitFor(async () => {
    const found = await client.sendRequest<{ items: { label: string }[] }>('textDocument/completion', at(2, 25));
    expect(found.items.map(({ label }) => label)).toContain('./tool.ts');
  });
  expect(await client.sendRequest('textDocument/signatureHelp', at(3, 36))).toMatchObject({ activeParameter: 0 });
});

test('documents of others are left alone', async () => {
  const other = pathToFileURL(join(folder, 'compose.yaml')).href;
  await open(other, 'yaml', 'services: [');
  await open(uri, 'segue', text);
  await findings(uri, (codes) => codes.length > 0);
  expect(published.map((params) => params.uri)).not.toContain(other);
});

test('requests are answered, and suggestions described when one is looked at', async () => {
  await open(uri, 'segue', text);
  const textDocument = { uri };
  const position = { line: 5, character: 4 };
  const { items } = await client.sendRequest<{ items: { label: string }[] }>('textDocument/completion', {
    textDocument,
    position,
  });
  const item = items.find(({ label }) => label === 'agent');
  expect(await client.sendRequest('completionItem/resolve', item)).toHaveProperty('documentation');
  expect(await client.sendRequest('textDocument/hover', { textDocument, position })).toHaveProperty('contents');
  expect(await client.sendRequest('textDocument/documentSymbol', { textDocument })).toHaveLength(2);
  expect(await client.sendRequest('textDocument/definition', { textDocument, position })).toBeNull();
  const range = { start: { line: 5, character: 12 }, end: { line: 5, character: 12 } };
  const actions = (only?: string[]) =>
    client.sendRequest('textDocument/codeAction', {
      textDocument,
      range,
      context: { diagnostics: [], ...(only && { only }) },
    });
  // An agent may stand in a file of its own: that it does not is known when the disk was asked.
  await findings(uri, (codes) => codes.includes('unknown-agent'));
  expect(await actions()).toHaveLength(1);
  expect(await actions(['refactor'])).toEqual([]);
  expect(await client.sendRequest('segue/workflowInfo', { uri })).toHaveProperty('errors', 2);
  expect(await client.sendRequest('segue/workflowInfo', { uri: 'file:///nowhere.segue.yaml' })).toBeNull();
});

test('a fault of ours is logged with its place, and the server goes on', async () => {
  // A path with a NUL can not be read: nobody has foreseen that.
  const strange = `${pathToFileURL(folder).href}/%00/a.segue.yaml`;
  await open(strange, 'segue', text);
  await open(uri, 'segue', text);
  await findings(uri, (codes) => codes.length > 0);
  expect(logged.join('\n')).toMatch(/reading a change failed: .*\n +at /);
});

const caller = `segue: "1"
name: caller
tasks:
  ask: { workflow: ./lib/called.segue.yaml, with: { nmae: Ann } }
  use: { type: set, values: { a: "\${{ tasks.ask.output.txt }}" } }
`;
const called = `segue: "1"
name: called
inputs: { name: { type: string } }
tasks: { greet: { type: set, values: { text: "Hello \${{ inputs.name }}" } } }
outputs: { text: "\${{ tasks.greet.output.text }}" }
`;

test('files that are called count: as saved, as changed on disk, as open in an editor', async () => {
  const path = join(folder, 'lib', 'called.segue.yaml');
  const calledUri = pathToFileURL(path).href;
  await open(uri, 'segue', caller);
  await findings(uri, (codes) => codes.includes('unusable-file'));
  mkdirSync(join(folder, 'lib'));
  mkdirSync(join(folder, '.segue'));
  writeFileSync(path, called);
  const changed = () =>
    client.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: calledUri, type: 2 }] });
  await changed();
  await findings(uri, (codes) => codes.includes('unknown-key') && codes.includes('unknown-field'));
  writeFileSync(path, called.replace('{ name:', '{ nmae:').replace('inputs.name', 'inputs.nmae'));
  await changed();
  await findings(uri, (codes) => !codes.includes('unknown-key') && codes.includes('unknown-field'));
  await open(calledUri, 'segue', called.replace('{ text: "${{ tasks', '{ txt: "${{ tasks'));
  await findings(uri, (codes) => codes.includes('unknown-key') && !codes.includes('unknown-field'));
  await client.sendNotification('textDocument/didClose', { textDocument: { uri: calledUri } });
  await findings(uri, (codes) => !codes.includes('unknown-key') && codes.includes('unknown-field'));
  const info = await client.sendRequest('segue/workflowInfo', { uri });
  expect(info).toMatchObject({ files: ['lib/called.segue.yaml'] });
});

test('a file that is called is read before somebody hears what a run needs', async () => {
  mkdirSync(join(folder, 'lib'));
  mkdirSync(join(folder, '.segue'));
  writeFileSync(join(folder, 'lib', 'called.segue.yaml'), called);
  await open(uri, 'segue', caller);
  expect(await client.sendRequest('segue/workflowInfo', { uri })).toMatchObject({ errors: 2 });
});

test('a called file outside the workspace folder is not read, be it through a link', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'segue-lsp-'));
  writeFileSync(join(outside, 'called.segue.yaml'), called);
  mkdirSync(join(folder, '.segue'));
  symlinkSync(outside, join(folder, 'lib'));
  await open(uri, 'segue', caller);
  await findings(uri, (codes) => codes.includes('unusable-file'));
  rmSync(outside, { recursive: true });
});

test('where there is no disk, nothing is said of a called file until it is open', async () => {
  const virtual = 'vscode-vfs://github/me/repo/a.segue.yaml';
  await open(virtual, 'segue', caller);
  await findings(virtual, () => true);
  expect(published.findLast((params) => params.uri === virtual)?.diagnostics).toEqual([]);
  expect(await client.sendRequest('segue/workflowInfo', { uri: virtual })).toMatchObject({ errors: 0 });
  await open('vscode-vfs://github/me/repo/lib/called.segue.yaml', 'segue', called);
  await findings(virtual, (codes) => codes.includes('unknown-key') && codes.includes('unknown-field'));
});

test('agents in files of their own are suggested, found, and looked at again when they change', async () => {
  const agents = join(folder, 'agents');
  mkdirSync(agents);
  writeFileSync(join(agents, 'poet.agent.yaml'), 'model: mock/small\ncolour: red\n');
  const using = text.replace('wrtier', 'poet').replace('local/', 'mock/');
  await open(uri, 'segue', using);
  await findings(uri, (codes) => codes.includes('agent-file'));
  const position = { line: 5, character: 13 };
  const textDocument = { uri };
  const { items } = await client.sendRequest<{ items: { label: string }[] }>('textDocument/completion', {
    textDocument,
    position,
  });
  expect(items.map(({ label }) => label)).toEqual(['writer', 'poet']);
  expect(await client.sendRequest('textDocument/definition', { textDocument, position })).toMatchObject({
    uri: pathToFileURL(join(agents, 'poet.agent.yaml')).href,
  });
  writeFileSync(join(agents, 'poet.agent.yaml'), 'model: mock/small\n');
  await client.sendNotification('workspace/didChangeWatchedFiles', { changes: [] });
  await findings(uri, (codes) => !codes.includes('agent-file'));
  // What an editor shows counts more than what is saved.
  const agentUri = pathToFileURL(join(agents, 'poet.agent.yaml')).href;
  await open(agentUri, 'segue-agent', 'modell: mock/small\n');
  await findings(agentUri, (codes) => codes.includes('unknown-key'));
  await findings(uri, (codes) => codes.includes('agent-file'));
});

test('who asks while a large text is read is answered before that text is checked', async () => {
  const other = pathToFileURL(join(folder, 'other.segue.yaml')).href;
  await open(other, 'segue', text);
  await findings(other, (codes) => codes.includes('unknown-agent'));
  const tasks = Array.from({ length: 5_000 }, (_, i) => `  t${i}: { agent: writer, with: { prompt: hi } }\n`).join('');
  await open(uri, 'segue', `segue: "1"\nagents: { writer: { model: mock/small } }\ntasks:\n${tasks}`);
  // The schedule waits for a pause in typing; then the reading holds up everything, this timer too.
  await new Promise((resolve) => setTimeout(resolve, 90));
  const at = { textDocument: { uri: other }, position: { line: 5, character: 11 } };
  expect(await client.sendRequest('textDocument/completion', at)).toBeTruthy();
  expect(published.map((params) => params.uri)).not.toContain(uri);
  await findings(uri, (codes) => codes.length === 0);
});

test('lenses are titled when they are shown; past runs are asked of a client that offers them, and told when they come', async () => {
  const [up, down] = [new PassThrough(), new PassThrough()];
  serve(createConnection(new StreamMessageReader(up), new StreamMessageWriter(down)));
  const rich = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  const asked: unknown[] = [];
  const spent = { inputTokens: 1_000, outputTokens: 200, costNanoUsd: 2_100_000, durationMs: 3_400 };
  rich.onRequest('segue/taskHistory', (params: unknown) => {
    asked.push(params);
    const last = { ...spent, runId: 'r1', status: 'completed', endedAt: 0 };
    return { runs: 1, mockRuns: 0, tasks: { draft: { runs: 1, last, mean: spent } } };
  });
  const refreshed = new Promise<void>((resolve) => {
    rich.onRequest('workspace/codeLens/refresh', () => resolve());
  });
  rich.listen();
  const commands = ['segue.run', 'segue.showRun', 'segue.explainCost'];
  await rich.sendRequest('initialize', {
    processId: null,
    rootUri: null,
    capabilities: { workspace: { codeLens: { refreshSupport: true } } },
    initializationOptions: { taskHistory: true, commands },
  });
  await rich.sendNotification('initialized', {});
  const mended = text.replace('wrtier', 'writer');
  const textDocument = { uri, languageId: 'segue', version: 1, text: mended };
  await rich.sendNotification('textDocument/didOpen', { textDocument });
  const lenses = () => rich.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
  expect((await lenses()).map(({ command }) => command?.title)).toEqual(['Run', undefined, undefined]);
  await refreshed;
  expect(asked).toEqual([{ uri }]);
  const shown = await lenses();
  expect(shown[2]?.command).toEqual({
    title: 'last $0.0021 · 1.2k tokens · 3.4 s',
    command: 'segue.showRun',
    arguments: ['r1'],
  });
  const resolved = await rich.sendRequest<CodeLens>('codeLens/resolve', shown[3] ?? {});
  expect(resolved.command).toMatchObject({
    title: 'worst case unknown: no price is known for local/small',
    command: 'segue.explainCost',
    arguments: [expect.stringContaining('## How it comes about')],
  });
  await rich.sendRequest('shutdown');
  rich.dispose();
});

test('a client that knows no commands is shown words alone, and is not asked', async () => {
  const textDocument = { uri, languageId: 'segue', version: 1, text: text.replace('wrtier', 'writer') };
  await client.sendNotification('textDocument/didOpen', { textDocument });
  const lenses = await client.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
  const titled = await Promise.all(lenses.map((lens) => client.sendRequest<CodeLens>('codeLens/resolve', lens)));
  const title = 'worst case unknown: no price is known for local/small';
  expect(titled.map(({ command }) => command)).toEqual([
    { title, command: '' },
    { title, command: '' },
  ]);
});

test('a file that is deleted while it is open is served as the editor shows it, and forgotten when it is closed', async () => {
  const path = join(folder, 'a b.segue.yaml');
  writeFileSync(path, text);
  await open(uri, 'segue', text);
  await findings(uri, (codes) => codes.includes('unknown-agent'));
  rmSync(path);
  await client.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 3 }] });
  const position = { line: 5, character: 12 };
  const hover = await client.sendRequest('textDocument/hover', { textDocument: { uri }, position });
  expect(hover).not.toBeUndefined();
  await change(2, 5, 11, 17, 'writer');
  await findings(uri, (codes) => !codes.includes('unknown-agent'));
  await client.sendNotification('textDocument/didClose', { textDocument: { uri } });
  await findings(uri, (codes) => codes.length === 0);
  const after = await client.sendRequest('textDocument/hover', { textDocument: { uri }, position });
  expect(after).toBeNull();
});
