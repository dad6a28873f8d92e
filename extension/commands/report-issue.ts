// Collects what a report of a mistake needs: versions and states. No prompts, no file names, no keys, no logs.
import { arch, platform, release } from 'node:os';
import { env, l10n, version as editorVersion, window, workspace } from 'vscode';
import type { App } from '../app.ts';
import { settingNames } from '../names.ts';
import type { Engine } from '../processes/engine.ts';
import { setting } from '../settings.ts';

/** Opens the text of a report in an untitled document; it goes nowhere by itself. */
export async function reportIssue(app: App): Promise<void> {
  const content = await reportText(app);
  await window.showTextDocument(await workspace.openTextDocument({ language: 'markdown', content }));
  const copy = l10n.t('Copy');
  const chosen = await window.showInformationMessage(
    l10n.t('Segue: this is what a report needs. Say what happened, look it through, and send it where you got Segue.'),
    copy,
  );
  if (chosen === copy) await env.clipboard.writeText(content);
}

async function reportText(app: App): Promise<string> {
  const engines = await Promise.all(app.engines.all().map((engine) => engineLine(engine)));
  const runs = app.runs.entries();
  const lines = [
    '## What happened',
    '',
    '<!-- What did you do, what did you expect, what came instead? -->',
    '',
    '## Where',
    '',
    `- Segue ${app.version}`,
    `- ${env.appName} ${editorVersion} (${env.appHost}${env.remoteName === undefined ? '' : ', remote'})`,
    `- ${platform()} ${release()} ${arch()}, Node ${process.versions.node}`,
    `- Workspace: ${workspace.workspaceFolders?.length ?? 0} folders, ${workspace.isTrusted ? 'trusted' : 'restricted'}`,
    `- Settings: ${settingNames.map((name) => `${name}=${String(setting(name))}`).join(', ')}`,
    ...engines.map((line) => `- Engine: ${line}`),
    `- Runs listed: ${runs.length}, live ${app.runs.live().length}`,
    ...runs.flatMap(({ run }) => (run.failure ? [`- A run ${run.status}: ${run.failure.code}`] : [])).slice(0, 5),
    '',
    'The logs (Segue: Show Logs) may help; look them through before you add them.',
    '',
  ];
  return lines.join('\n');
}

async function engineLine(engine: Engine): Promise<string> {
  const status = engine.seemsToRun() ? await engine.status() : undefined;
  if (!status) return `not running (${engine.state})`;
  const upMinutes = Math.round((Date.now() - status.startedAt) / 60_000);
  const residentMb = Math.round(status.residentBytes / 1e6);
  return `${status.version}, ${engine.state}, up ${upMinutes} min, ${status.clients} clients, ${status.runsActive} active runs, ${status.callsInFlight} calls, ${residentMb} MB`;
}
