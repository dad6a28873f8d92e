// What the parts of the extension share. Built once, in `main.ts`; nobody looks anything up anywhere else.
import type { ExtensionContext } from 'vscode';
import type { KeyStore } from './keys/key-store.ts';
import type { RunPanels } from './panels/run-panels.ts';
import type { Engines } from './processes/engines.ts';
import type { LanguageProcess } from './processes/language-process.ts';
import type { Logs } from './processes/logs.ts';
import type { RunList } from './views/run-list.ts';

export interface App {
  readonly context: ExtensionContext;
  /** The extension's own version. */
  readonly version: string;
  readonly logs: Logs;
  readonly language: LanguageProcess;
  readonly engines: Engines;
  readonly keys: KeyStore;
  readonly runs: RunList;
  readonly panels: RunPanels;
}
