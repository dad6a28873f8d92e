import { type ConfigurationScope, workspace } from 'vscode';
import type { SettingName } from './names.ts';

interface SettingTypes extends Record<SettingName, boolean | string> {
  'run.onMock': boolean;
  'run.openPanel': boolean;
  'notifications.questions': boolean;
  'engine.logLevel': 'error' | 'warn' | 'info' | 'debug';
}

/** A setting of `segue.*`. Its default stands in the manifest. @param scope a file or folder whose settings count */
export function setting<N extends SettingName>(name: N, scope?: ConfigurationScope): SettingTypes[N] {
  const value = workspace.getConfiguration('segue', scope).get<SettingTypes[N]>(name);
  if (value === undefined) throw new Error(`The manifest has no default for segue.${name}.`);
  return value;
}
