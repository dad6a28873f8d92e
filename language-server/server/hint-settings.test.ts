import { expect, test } from 'vitest';
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
