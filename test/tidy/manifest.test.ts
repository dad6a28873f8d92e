// The manifest and the code agree: VS Code reads the one, and a person presses what the other does.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  agentLanguageId,
  commandIds,
  configLanguageId,
  contextKeys,
  languageId,
  settingNames,
  viewIds,
} from '../../extension/names.ts';
import { collectStrings } from '../../scripts/collect-strings.ts';
import { checkWorkflow } from '../../workflow/index.ts';

const root = join(import.meta.dirname, '../..');
const manifestText = readFileSync(join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(manifestText);
const { contributes } = manifest;
const sources = globSync('extension/**/*.ts', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));

test('commands of the manifest are those of the code', () => {
  expect(ids(contributes.commands, 'command')).toEqual([...commandIds]);
});

test('menus, keys, walkthrough and welcome views name commands and views that are there', () => {
  const known = new Set<string>([...commandIds, `${viewIds.runs}.focus`, viewIds.runs, viewIds.panel]);
  const whole = JSON.stringify(contributes) + readFileSync(join(root, 'package.nls.json'), 'utf8');
  const named = [...whole.matchAll(/"command":"(segue\.[\w.]+)"|command:(segue\.[\w.]+)|onCommand:(segue\.[\w.]+)/g)];
  const names = named.map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  expect(names.length).toBeGreaterThan(commandIds.length);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});

test('settings of the manifest are those of the code, each with a default; restricted ones exist', () => {
  const { properties } = contributes.configuration;
  expect(Object.keys(properties)).toEqual(settingNames.map((name) => `segue.${name}`));
  for (const property of Object.values<Record<string, unknown>>(properties)) expect(property).toHaveProperty('default');
  for (const name of manifest.capabilities.untrustedWorkspaces.restrictedConfigurations) {
    expect(properties).toHaveProperty([name]);
  }
});

test('views, language and context keys are those of the code', () => {
  expect(ids(contributes.viewsContainers.activitybar, 'id')).toEqual([viewIds.container]);
  expect(ids(contributes.views[viewIds.container], 'id')).toEqual([viewIds.runs]);
  expect(ids(contributes.walkthroughs, 'id')).toEqual([viewIds.walkthrough]);
  const languages = [languageId, agentLanguageId, configLanguageId];
  expect(ids(contributes.languages, 'id')).toEqual(languages);
  expect(ids(contributes.grammars, 'language')).toEqual(languages);
  for (const id of languages) expect(manifest.activationEvents).toContain(`onLanguage:${id}`);
  expect(manifest.activationEvents).toContain(`onWebviewPanel:${viewIds.panel}`);
  const asked = new Set(manifestText.match(/\bsegue\.(?:has|is|workflow)[A-Z]\w*/g));
  expect([...asked].sort()).toEqual([...Object.values(contextKeys)].sort());
});

test('every file that the manifest names is there', () => {
  const files = [
    ...manifestText.matchAll(/"(?:\.\/)?((?:media|syntaxes|l10n)\/?[\w./-]*|language-configuration\.json)"/g),
  ];
  expect(files.length).toBeGreaterThan(8);
  expect(files.map((match) => match[1] ?? '').filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('every %string% of the manifest is in package.nls.json, and nothing else is', () => {
  const strings = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8'));
  const used = new Set([...manifestText.matchAll(/%([\w.]+)%/g)].map((match) => match[1] ?? ''));
  expect([...used].sort()).toEqual(Object.keys(strings).sort());
});

test('l10n/bundle.l10n.json holds the strings of the code (node scripts/collect-strings.ts)', () => {
  expect(readFileSync(join(root, 'l10n/bundle.l10n.json'), 'utf8')).toBe(collectStrings());
});

test('every template is offered, checks clean and runs on mock models', () => {
  const files = globSync('templates/*.segue.yaml', { cwd: root }).sort();
  expect(files).toHaveLength(3);
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    const { diagnostics, workflow } = checkWorkflow({ file, text });
    expect(diagnostics, file).toEqual([]);
    expect(workflow.agents.map(({ model }) => model.split('/')[0])).toEqual(workflow.agents.map(() => 'mock'));
    const name = file.slice('templates/'.length, -'.segue.yaml'.length);
    expect(
      sources.some((source) => source.includes(`file: '${name}'`)),
      `${file} is offered`,
    ).toBe(true);
    // What the command replaces with the person's name for it.
    expect(text).toMatch(/^name: .+$/m);
  }
});

function ids(entries: readonly Record<string, unknown>[], key: string): unknown[] {
  return entries.map((entry) => entry[key]);
}
