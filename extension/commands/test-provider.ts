// One small real call, to know that key, address and model work before a run depends on them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { l10n, ProgressLocation, window, workspace } from 'vscode';
import { type DataDir, defaultSecrets, findDataDirOfFolder } from '../../client/index.ts';
import { formatCost, formatDuration, type ProviderTest } from '../../run/index.ts';
import type { App } from '../app.ts';
import { baseUrlsOfEnvironment, offerOf } from '../keys/offers.ts';
import { remedyFor } from '../keys/remedies.ts';
import { mayRun, placesOfWorkspace } from '../processes/place.ts';

/** Small models for the known providers; the person may choose another. */
const suggested: { readonly [provider: string]: string } = {
  openai: 'openai/gpt-5-nano',
  anthropic: 'anthropic/claude-haiku-4-5',
};
const configPath = '.segue/config.yaml';

export async function testProvider(app: App): Promise<void> {
  if (!(await mayRun())) return;
  const model = await chooseModel();
  if (model === undefined) return;
  const place = await testPlace(app);
  const engine = app.engines.of(place);
  for (;;) {
    const test: ProviderTest = {
      model,
      sources: await configOf(place),
      baseUrls: baseUrlsOfEnvironment(),
      trusted: workspace.isTrusted,
      offer: await offerOf(app.keys),
    };
    const answer = await window.withProgress(
      { location: ProgressLocation.Notification, title: l10n.t('Segue: asking {0}…', model) },
      async () => (await (await engine.connect()).connection()).testProvider(test),
    );
    if (answer.ok) {
      const took = formatDuration(answer.durationMs);
      const cost = formatCost(answer.costNanoUsd);
      const who = answer.responseModel ?? model;
      void window.showInformationMessage(
        l10n.t('{0} at {1} answered in {2}. The test cost {3}.', who, answer.origin, took, cost),
      );
      return;
    }
    if ((await remedyFor(answer.refused, app.keys, false)) !== 'retry') return;
  }
}

async function chooseModel(): Promise<string | undefined> {
  const items = [
    ...Object.keys(defaultSecrets).map((provider) => ({
      label: provider,
      model: suggested[provider] ?? `${provider}/`,
    })),
    { label: l10n.t('Another…'), description: l10n.t('one that .segue/config.yaml names'), model: '' },
  ];
  const provider = await window.showQuickPick(items, { title: l10n.t('Test which provider?') });
  if (!provider) return undefined;
  return window.showInputBox({
    title: l10n.t('Test Provider'),
    prompt: l10n.t('The model to ask, as provider/model. One short call is made with your key, and costs as much.'),
    value: provider.model,
    validateInput: (text) => (/^[A-Za-z_][\w-]*\/\S+$/.test(text) ? undefined : l10n.t('Write it as provider/model.')),
  });
}

/** The first open folder; without one, a folder of the extension's own. */
async function testPlace(app: App): Promise<DataDir> {
  const [first] = placesOfWorkspace();
  if (first) return first;
  const own = app.context.globalStorageUri;
  await workspace.fs.createDirectory(own);
  return findDataDirOfFolder(own.fsPath, { workspace: own.fsPath });
}

async function configOf({ workspace: folder }: DataDir): Promise<ProviderTest['sources']> {
  try {
    return { [configPath]: await readFile(join(folder, configPath), 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
