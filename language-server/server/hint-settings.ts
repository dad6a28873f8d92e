// Which inlay hints a person wants: asked of a client that has settings, else what it said when it started us.
import { ConfigurationRequest, type Connection, DidChangeConfigurationNotification } from 'vscode-languageserver';
import type { HintKinds } from '../features/inlay-hints.ts';
import type { Safely } from './guard.ts';
import type { Client } from './requests/request.ts';

const section = 'segue.inlayHints';

type Asked = Pick<Client, 'capabilities' | 'initializationOptions' | 'ask'>;

/**
 * Settings `segue.inlayHints.outputTypes` and `.impliedNeeds`, or what stands in
 * `initializationOptions: { inlayHints: { outputTypes, … } }`.
 * @param uri of a document, for settings may differ from folder to folder
 */
export async function hintKindsOf(client: Asked, uri: string): Promise<HintKinds> {
  const { workspace } = client.capabilities;
  if (!workspace?.configuration) return hintKindsIn(valueOf(client.initializationOptions, 'inlayHints'));
  const items = [{ scopeUri: uri, section }];
  const answer = await client.ask(ConfigurationRequest.method, { items });
  return hintKindsIn(Array.isArray(answer) ? answer[0] : undefined);
}

/** When a person changes what they want to see, the client is told to ask for hints again. */
export function followHintSettings(connection: Connection, { capabilities }: Client, safely: Safely): void {
  const can = capabilities.workspace;
  if (!can?.didChangeConfiguration?.dynamicRegistration || !can.inlayHint?.refreshSupport) return;
  const later = (what: string, work: () => Promise<unknown>) => void safely.later(what, undefined, work);
  const { type } = DidChangeConfigurationNotification;
  later('following settings', () => connection.client.register(type, { section }));
  connection.onDidChangeConfiguration(() =>
    later('showing hints anew', () => connection.languages.inlayHint.refresh()),
  );
}

/** Shown unless it is said that they are not. */
function hintKindsIn(settings: unknown): HintKinds {
  return {
    outputTypes: valueOf(settings, 'outputTypes') !== false,
    impliedNeeds: valueOf(settings, 'impliedNeeds') !== false,
  };
}

function valueOf(settings: unknown, key: keyof HintKinds | 'inlayHints'): unknown {
  if (typeof settings !== 'object' || settings === null) return undefined;
  return Object.entries(settings).find(([name]) => name === key)?.[1];
}
