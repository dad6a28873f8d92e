// The table of commands, each behind one wrapper that shows what goes wrong.
import { commands, type Disposable } from 'vscode';
import type { App } from '../app.ts';
import { askForKey, askToRemoveKey } from '../keys/ask-key.ts';
import { type CommandId, commandIds } from '../names.ts';
import { restartEngines, showLogs, stopEngines } from './engine-commands.ts';
import { openConfig } from './open-config.ts';
import { reportIssue } from './report-issue.ts';
import {
  answerOne,
  cancelAll,
  cancelOne,
  copyId,
  resumeOne,
  runAgainOne,
  runWorkflow,
  showOne,
} from './run-commands.ts';
import { createSample, newWorkflow } from './templates.ts';
import { testProvider } from './test-provider.ts';

type Handler = (argument: unknown) => unknown;

/** @param report told of every error that a command ends with */
export function registerCommands(app: App, report: (error: unknown) => void): Disposable[] {
  const handlers = handlersFor(app);
  return commandIds.map((id) =>
    commands.registerCommand(id, async (argument: unknown) => {
      try {
        return await handlers[id](argument);
      } catch (error) {
        report(error);
        return undefined;
      }
    }),
  );
}

function handlersFor(app: App): Record<CommandId, Handler> {
  return {
    'segue.run': (argument) => runWorkflow(app, argument, false),
    'segue.runOnMock': (argument) => runWorkflow(app, argument, true),
    'segue.runAgain': (argument) => runAgainOne(app, argument),
    'segue.cancelRun': (argument) => cancelOne(app, argument),
    'segue.cancelAllRuns': () => cancelAll(app),
    'segue.resumeRun': (argument) => resumeOne(app, argument),
    'segue.answerQuestion': (argument) => answerOne(app, argument),
    'segue.showRun': (argument) => showOne(app, argument),
    'segue.copyRunId': (argument) => copyId(app, argument),
    'segue.refreshRuns': () => app.runs.refresh(),
    'segue.loadMoreRuns': () => app.runs.loadMore(),
    'segue.newWorkflow': (argument) => newWorkflow(app, argument),
    'segue.createSample': () => createSample(app),
    'segue.openConfig': () => openConfig(),
    'segue.checkWorkspace': () => app.language.checkWorkspace(),
    'segue.openWalkthrough': () => openWalkthrough(app),
    'segue.setApiKey': (argument) => askForKey(app.keys, typeof argument === 'string' ? argument : undefined),
    'segue.removeApiKey': () => askToRemoveKey(app.keys),
    'segue.testProvider': () => testProvider(app),
    'segue.showLogs': () => showLogs(app),
    'segue.stopEngine': () => stopEngines(app),
    'segue.restartEngine': () => restartEngines(app),
    'segue.restartLanguageServer': () => app.language.restart(),
    'segue.reportIssue': () => reportIssue(app),
  };
}

function openWalkthrough({ context }: App): Thenable<unknown> {
  return commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#start`, false);
}
