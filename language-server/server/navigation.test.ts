// Navigation and renames as a client sees them: over streams, with files that nobody has open.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  createConnection,
  createMessageConnection,
  LSPErrorCodes,
  type Location,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type SymbolInformation,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { serve } from './serve.ts';

const text = `segue: "1"
inputs:
  topic: { type: string }
tasks:
  draft:
    agent: poet
    with: { prompt: "\${{ inputs.topic }}" }
`;
const caller =
  'segue: "1"\ntasks: { call: { workflow: ./a.segue.yaml, with: { topic: x } }, other: { agent: poet, with: { prompt: p } } }\n';

let folder: string;
let client: MessageConnection;
let uri: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segue-lsp-'));
  const agents = join(folder, '.segue', 'agents');
  mkdirSync(agents, { recursive: true });
  writeFileSync(join(agents, 'poet.agent.yaml'), 'model: mock/small\n');
  writeFileSync(join(folder, 'a.segue.yaml'), text);
  writeFileSync(join(folder, 'b.segue.yaml'), caller);
  uri = uriOf('a.segue.yaml');
  const [up, down] = [new PassThrough(), new PassThrough()];
  serve(createConnection(new StreamMessageReader(up), new StreamMessageWriter(down)));
  client = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  client.listen();
  const capabilities = { workspace: { workspaceEdit: { documentChanges: true, resourceOperations: ['rename'] } } };
  const workspaceFolders = [{ uri: pathToFileURL(folder).href, name: 'w' }];
  await client.sendRequest('initialize', { processId: null, rootUri: null, capabilities, workspaceFolders });
  await client.sendNotification('initialized', {});
  await client.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'segue', version: 1, text },
  });
});

afterEach(async () => {
  await client.sendRequest('shutdown');
  client.dispose();
  rmSync(folder, { recursive: true });
});

function uriOf(name: string): string {
  return pathToFileURL(join(folder, name)).href;
}

const atTopic = { line: 2, character: 3 };
const atAgent = { line: 5, character: 12 };

test('places in files that nobody has open are found at once, be the agent in a folder further up', async () => {
  const found = await client.sendRequest<Location[]>('textDocument/references', {
    textDocument: { uri },
    position: atAgent,
    context: { includeDeclaration: true },
  });
  expect(found.map((place) => place.uri)).toEqual([uriOf('.segue/agents/poet.agent.yaml'), uri, uriOf('b.segue.yaml')]);
});

test('a rename changes open files in their version, and others as they are on the disk; files move last', async () => {
  const ask = (position: object, newName: string) =>
    client.sendRequest<WorkspaceEdit>('textDocument/rename', { textDocument: { uri }, position, newName });
  expect((await ask(atTopic, 'theme')).documentChanges).toMatchObject([
    { textDocument: { uri, version: 1 }, edits: [{ newText: 'theme' }, { newText: 'theme' }] },
    { textDocument: { uri: uriOf('b.segue.yaml'), version: null }, edits: [{ newText: 'theme' }] },
  ]);
  expect((await ask(atAgent, 'bard')).documentChanges).toMatchObject([
    { textDocument: { uri } },
    { textDocument: { uri: uriOf('b.segue.yaml') } },
    { kind: 'rename', oldUri: uriOf('.segue/agents/poet.agent.yaml'), newUri: uriOf('.segue/agents/bard.agent.yaml') },
  ]);
});

test('the reason of a refusal is told as an error of the request', async () => {
  const asked = client.sendRequest('textDocument/rename', { textDocument: { uri }, position: atTopic, newName: '1st' });
  await expect(asked).rejects.toMatchObject({ code: LSPErrorCodes.RequestFailed, message: /`1st` can not be a name/ });
});

test('symbols of all files are found by some of their letters', async () => {
  const found = await client.sendRequest<SymbolInformation[]>('workspace/symbol', { query: 'CL' });
  expect(found.map(({ name, location }) => [name, location.uri])).toEqual([['call', uriOf('b.segue.yaml')]]);
});
