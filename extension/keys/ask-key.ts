// Asks for keys: which one, and its value. What is typed goes to the secret storage and nowhere else.
import { l10n, type QuickPickItem, window } from 'vscode';
import { defaultSecrets, readGrants, removeGrant } from '../../client/index.ts';
import type { KeyStore } from './key-store.ts';

/** As `${{ secrets.X }}` in the config names it. */
const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Asks for the value of a key and stores it.
 * @param name left out: asks which
 * @returns whether a key was stored
 */
export async function askForKey(keys: KeyStore, name?: string): Promise<boolean> {
  const chosen = name ?? (await chooseName(keys));
  if (chosen === undefined) return false;
  const value = await window.showInputBox({
    title: l10n.t('Set API Key: {0}', chosen),
    prompt: l10n.t('Kept in the editor’s secret storage. It is sent only to the provider, for your runs.'),
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? l10n.t('Paste the key, or press Escape.') : undefined),
  });
  if (value === undefined) return false;
  await keys.set(chosen, value.trim());
  void window.setStatusBarMessage(l10n.t('Segue: {0} is set.', chosen), 5_000);
  return true;
}

/** Asks which key to remove, and removes it with its granted origins. */
export async function askToRemoveKey(keys: KeyStore): Promise<void> {
  const names = await keys.names();
  if (names.length === 0) {
    void window.showInformationMessage(l10n.t('Segue: no API key is set.'));
    return;
  }
  const grants = await readGrants();
  const items = names.map((name) => ({ label: name, description: (grants[name] ?? []).join(', ') }));
  const chosen = await window.showQuickPick(items, { title: l10n.t('Remove API Key') });
  if (!chosen) return;
  await keys.remove(chosen.label);
  await removeGrant(chosen.label);
  void window.setStatusBarMessage(l10n.t('Segue: {0} is removed.', chosen.label), 5_000);
}

async function chooseName(keys: KeyStore): Promise<string | undefined> {
  const stored = new Set(await keys.names());
  const known = Object.entries(defaultSecrets).map(([provider, name]) => ({ name, provider }));
  const others = [...stored].filter((name) => !known.some((one) => one.name === name));
  const items: (QuickPickItem & { readonly name?: string })[] = [
    ...known.map(({ name, provider }) => ({ label: provider, description: described(name, stored), name })),
    ...others.map((name) => ({ label: name, description: described('', stored, true), name })),
    { label: l10n.t('Another…'), description: l10n.t('a name that .segue/config.yaml uses, as in secrets.NAME') },
  ];
  const chosen = await window.showQuickPick(items, { title: l10n.t('Set API Key: for which provider?') });
  if (!chosen) return undefined;
  return chosen.name ?? window.showInputBox({ title: l10n.t('Name of the key'), validateInput: nameProblem });
}

function described(name: string, stored: ReadonlySet<string>, isSet = stored.has(name)): string {
  return [name, isSet ? l10n.t('set; will be replaced') : ''].filter(Boolean).join(' · ');
}

function nameProblem(text: string): string | undefined {
  return namePattern.test(text) ? undefined : l10n.t('Letters, digits and _ only, such as MY_API_KEY.');
}
