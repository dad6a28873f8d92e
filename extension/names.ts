// The names that the manifest (package.json) and the code share; `test/tidy/manifest.test.ts` compares the two.
// Knows nothing of VS Code, so that the test can read it.

/** The id of the language of `*.segue.yaml`. */
export const languageId = 'segue';
/** The id of the language of `*.agent.yaml`. */
export const agentLanguageId = 'segue-agent';
/** The id of the language of `.segue/config.yaml`. */
export const configLanguageId = 'segue-config';

/** What a person can do from the palette or a menu, in the order of the manifest. */
export const commandIds = [
  'segue.run',
  'segue.runOnMock',
  'segue.runAgain',
  'segue.cancelRun',
  'segue.cancelAllRuns',
  'segue.resumeRun',
  'segue.answerQuestion',
  'segue.showRun',
  'segue.copyRunId',
  'segue.refreshRuns',
  'segue.loadMoreRuns',
  'segue.newWorkflow',
  'segue.createSample',
  'segue.openConfig',
  'segue.checkWorkspace',
  'segue.openWalkthrough',
  'segue.setApiKey',
  'segue.removeApiKey',
  'segue.testProvider',
  'segue.showLogs',
  'segue.stopEngine',
  'segue.restartEngine',
  'segue.restartLanguageServer',
  'segue.reportIssue',
] as const;

/** What a code lens of the language server does: no palette shows these, for they need what the lens gives them. */
export const explainCostCommand = 'segue.explainCost';

export type CommandId = (typeof commandIds)[number];

/** Ids of views, panels and the walkthrough. */
export const viewIds = { container: 'segue', runs: 'segue.runs', panel: 'segue.run', walkthrough: 'start' } as const;

/** Settings, by what stands after `segue.`. */
export const settingNames = [
  'run.onMock',
  'run.openPanel',
  'notifications.questions',
  'engine.logLevel',
  'inlayHints.outputTypes',
  'inlayHints.impliedNeeds',
] as const;

export type SettingName = (typeof settingNames)[number];

/** Context keys that `when` clauses of the manifest ask for. */
export const contextKeys = {
  /** A run has been started or seen in this window. */
  hasRuns: 'segue.hasRuns',
  /** Runs are under way. */
  hasLiveRuns: 'segue.hasLiveRuns',
  /** The editor in use shows a workflow. */
  workflowOpen: 'segue.workflowOpen',
  /** The folder is on a file system that is no disk: editing only. */
  isVirtual: 'segue.isVirtual',
} as const;
