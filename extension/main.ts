// The extension's main: builds its parts with plain constructors and connects them to VS Code.
import { join } from 'node:path';
import { commands, type ExtensionContext, window, workspace } from 'vscode';
import type { EngineProgram } from '../client/index.ts';
import type { App } from './app.ts';
import { registerCommands } from './commands/register.ts';
import { askAndAnswer, runAgain, setKeyForRun } from './commands/run-commands.ts';
import { answerRun, cancelRun, resumeRun } from './commands/send.ts';
import { KeyStore } from './keys/key-store.ts';
import { KeyGiver } from './keys/offers.ts';
import { contextKeys } from './names.ts';
import { isWorkflow } from './our-documents.ts';
import type { PanelActions } from './panels/run-panel.ts';
import { RunPanels } from './panels/run-panels.ts';
import { Engines } from './processes/engines.ts';
import { registerCostPage } from './commands/explain-cost.ts';
import { LanguageProcess } from './processes/language-process.ts';
import { Logs } from './processes/logs.ts';
import { PastRuns } from './processes/past-runs.ts';
import { isVirtualWorkspace } from './processes/place.ts';
import { equipTerminals } from './processes/terminals.ts';
import { setting } from './settings.ts';
import { type NoticeActions, QuestionNotices } from './views/question-notices.ts';
import { RunList } from './views/run-list.ts';
import { RunsView } from './views/runs-view.ts';
import { reportTo, showFailure } from './views/show-failure.ts';
import { StatusBar } from './views/status-bar.ts';

let language: LanguageProcess | undefined;

/** Called by VS Code when the extension is needed first. */
export function activate(context: ExtensionContext): void {
  const logs = new Logs();
  const report = reportTo(logs);
  const version: string = context.extension.packageJSON.version;
  const engines = new Engines(version, () => engineProgram(context));
  const keys = new KeyStore(context.secrets);
  const runs = new RunList(engines, report);
  language = new LanguageProcess(context);
  // The panels' buttons need the app, and the app holds the panels: they are looked up when pressed.
  const panels = new RunPanels({
    extension: context.extensionUri,
    memory: context.workspaceState,
    engines,
    actions: panelActions(() => app),
    report,
  });
  const app: App = { context, version, logs, language, engines, keys, runs, panels };
  engines.onSeen((engine) => followLog(app, engine));
  context.subscriptions.push(
    logs,
    engines,
    runs,
    panels,
    ...registerCommands(app, report),
    new RunsView(runs, report),
    new StatusBar(runs),
    new QuestionNotices(runs, noticeActions(app), report),
    new KeyGiver(keys, runs, report),
    equipTerminals(context),
  );
  markContext();
  context.subscriptions.push(
    workspace.onDidChangeWorkspaceFolders(markContext),
    window.onDidChangeActiveTextEditor(markContext),
  );
  engines.watchWorkspace();
  const started = language;
  const past = new PastRuns(engines, () => void started.historyChanged().catch(report));
  started.answerHistory((uri) => past.of(uri));
  context.subscriptions.push(past, ...registerCostPage(report));
  started.start().catch(report);
}

/** Called by VS Code at the end. Engines stay: their runs go on. */
export async function deactivate(): Promise<void> {
  await language?.stop();
}

function engineProgram(context: ExtensionContext): EngineProgram {
  return {
    engineScript: context.asAbsolutePath(join('dist', 'engine.cjs')),
    execPath: process.execPath,
    logLevel: setting('engine.logLevel'),
  };
}

const followed = new WeakSet<object>();

/** Each engine's log file goes to the channel from its first connection on. */
function followLog({ logs }: App, engine: ReturnType<Engines['all']>[number]): void {
  if (followed.has(engine)) return;
  followed.add(engine);
  engine.onConnected(() => logs.followEngine(engine.place.dataDir));
}

function panelActions(app: () => App): PanelActions {
  return {
    answer: (engine, runId, question, answer) => answerRun(app(), engine, runId, question, answer),
    cancel: cancelRun,
    resume: (engine, runId) => resumeRun(app(), engine, runId),
    runAgain: (engine, runId) => runAgain(app(), engine, runId),
    setKey: (runId) => setKeyForRun(app(), runId),
  };
}

function noticeActions(app: App): NoticeActions {
  return {
    isInView: ({ run }) => app.panels.isVisible(run.runId),
    answer: async ({ engine, run }, question, answer) => {
      const refused = await answerRun(app, engine, run.runId, question.id, answer);
      if (refused) await showFailure(refused);
    },
    ask: (entry, question) => askAndAnswer(app, entry, question),
    show: async ({ engine, run }) => app.panels.open(engine, run.runId, run.name, false),
  };
}

/** What `when` clauses of the manifest ask for. The view, unlike an editor's title, can not ask for the editor's language. */
function markContext(): void {
  const document = window.activeTextEditor?.document;
  void commands.executeCommand('setContext', contextKeys.isVirtual, isVirtualWorkspace());
  void commands.executeCommand('setContext', contextKeys.workflowOpen, document !== undefined && isWorkflow(document));
}
