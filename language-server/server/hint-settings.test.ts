import { expect, test } from 'vitest';
import { ClientInTests } from './client-in-tests.ts';
import { hintKindsOf } from './hint-settings.ts';

type Client = Parameters<typeof hintKindsOf>[0];

function client(given: Partial<Client>): Client {
  return {
    capabilities: {},
    initializationOptions: undefined,
    ask: () => Promise.reject(new Error('asked')),
    ...given,
  };
}

test('a client with settings is asked for those of the document', async () => {
  const asked: unknown[] = [];
  const ask = (method: string, params: unknown) => {
    asked.push([method, params]);
    return Promise.resolve([{ outputTypes: false }]);
  };
  const kinds = await hintKindsOf(client({ capabilities: { workspace: { configuration: true } }, ask }), 'file:///a');
  expect(kinds).toEqual({ outputTypes: false, impliedNeeds: true });
  expect(asked).toEqual([
    ['workspace/configuration', { items: [{ scopeUri: 'file:///a', section: 'segue.inlayHints' }] }],
  ]);
});

test('another one has said at the start what it wants; all hints, if it has said nothing', async () => {
  const initializationOptions = { inlayHints: { impliedNeeds: false } };
  expect(await hintKindsOf(client({ initializationOptions }), '')).toEqual({ outputTypes: true, impliedNeeds: false });
  expect(await hintKindsOf(client({}), '')).toEqual({ outputTypes: true, impliedNeeds: true });
});

test('a server shows the hints that are wanted, and says when they are others', async () => {
  const capabilities = {
    workspace: {
      configuration: true,
      didChangeConfiguration: { dynamicRegistration: true },
      inlayHint: { refreshSupport: true },
    },
  };
  const editor = await ClientInTests.start([], capabilities);
  const { connection } = editor;
  const refreshed = new Promise<void>((resolve) => {
    connection.onRequest('workspace/inlayHint/refresh', () => {
      resolve();
      return null;
    });
  });
  let outputTypes = true;
  connection.onRequest('workspace/configuration', () => [{ outputTypes }]);
  await editor.open('file:///a.segue.yaml', 'segue: "1"\ntasks:\n  a: { type: set, values: { b: 1 } }\n');
  const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  const ask = () =>
    connection.sendRequest('textDocument/inlayHint', { textDocument: { uri: 'file:///a.segue.yaml' }, range });
  expect(await ask()).toMatchObject([{ label: '→ {b}', position: { line: 2, character: 4 } }]);
  outputTypes = false;
  await connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
  await refreshed;
  expect(await ask()).toEqual([]);
  await editor.stop();
});
