// `segue check FILE…`: everything that can be known before a token is spent.
import { relative } from 'node:path';
import { findDataDir, readOtherSource, readSources } from '../client/index.ts';
import {
  allTasks,
  type Checked,
  checkWithFiles,
  type Diagnostic,
  isAgentFile,
  lineMap,
  planOf,
  positionAt,
  type Severity,
  type Workflow,
} from '../workflow/index.ts';
import { type CommandContext, existingFile } from './engine-access.ts';
import { exitCodes } from './exit-codes.ts';
import { planLines } from './terminal/plan-lines.ts';
import { print, printJson } from './terminal/output.ts';
import { harmless, harmlessLine, type Painter } from './terminal/style.ts';

/** The workspace's config, as sources name it. */
export const configFile = '.segue/config.yaml';

export interface CheckOptions {
  readonly plan?: boolean;
  readonly format?: string;
  readonly json?: boolean;
}

/** A checked file with its texts, by the paths that diagnostics name. */
export interface CheckedFile {
  readonly file: string;
  readonly workspace: string;
  readonly path: string;
  readonly sources: { readonly [path: string]: string };
  readonly checked: Checked;
}

/** Reads and checks one workflow file, or one agent in a file of its own, with the workspace's config and all files that it names. */
export async function checkFile(context: CommandContext, file: string): Promise<CheckedFile> {
  const { workspace } = findDataDir(file, { cwd: context.terminal.cwd, env: context.terminal.env });
  const read = await readSources(file, workspace);
  const path = relative(read.workspace, read.file).replaceAll('\\', '/');
  const config = read.sources[configFile];
  const { checked, files } = await checkWithFiles(
    {
      file: path,
      text: read.sources[path] ?? '',
      ...(config !== undefined && { config: { file: configFile, text: config } }),
    },
    (other) => readOtherSource(read.workspace, other),
  );
  const others = [...files].flatMap(([other, found]) => ('text' in found ? [[other, found.text] as const] : []));
  const sources = { ...read.sources, ...Object.fromEntries(others) };
  return { file, workspace: read.workspace, path, sources, checked };
}

/** Names of secrets that the config's providers ask for. */
export function secretNames(checked: Checked): string[] {
  return checked.config.providers.flatMap(({ secret }) => (secret ? [secret] : []));
}

/** The command. @returns the exit code: 1 when a file has errors */
export async function check(context: CommandContext, files: readonly string[], options: CheckOptions): Promise<number> {
  const results: CheckedFile[] = [];
  for (const file of files) results.push(await checkFile(context, existingFile(context, file)));
  if (options.json || options.format === 'json')
    printJson(
      context.terminal,
      results.map((result) => asJson(result, options)),
    );
  else for (const result of results) print(context.terminal, linesOf(context, result, options));
  return results.some(hasErrors) ? exitCodes.failed : exitCodes.ok;
}

/** Whether the engine would refuse the file. */
export function hasErrors({ checked }: CheckedFile): boolean {
  return checked.diagnostics.some(({ severity }) => severity === 'error');
}

function asJson({ file, checked, sources, path }: CheckedFile, options: CheckOptions) {
  return {
    file,
    diagnostics: checked.diagnostics.map((diagnostic) => ({
      ...locate(diagnostic, sources),
      code: diagnostic.code,
      severity: diagnostic.severity,
      message: diagnostic.message,
      fixes: (diagnostic.fixes ?? []).map(({ title }) => title),
    })),
    ...(options.plan && !isAgentFile(path) && { plan: planOf(checked.workflow, sources[path] ?? '') }),
  };
}

function linesOf(context: CommandContext, result: CheckedFile, options: CheckOptions): string[] {
  const { terminal } = context;
  const { checked } = result;
  const name = relative(terminal.cwd, result.file) || result.file;
  const lines = diagnosticLines(result, terminal.cwd, terminal.painter);
  const isAgent = isAgentFile(result.path);
  const what = isAgent ? 'an agent' : describe(checked.workflow);
  if (!hasErrors(result)) lines.push(`${terminal.painter.paint('green', '✓')} ${harmlessLine(name)}: ${what}`);
  if (options.plan && !isAgent) lines.push('', ...planLines(checked.workflow, terminal.painter));
  return lines;
}

function describe(workflow: Workflow): string {
  const tasks = allTasks(workflow.root.tasks).length;
  const agents = workflow.agents.length;
  return `${tasks} ${tasks === 1 ? 'task' : 'tasks'}, ${agents} ${agents === 1 ? 'agent' : 'agents'}`;
}

const looks: Record<Severity, Parameters<Painter['paint']>[0]> = {
  error: 'red',
  warning: 'yellow',
  information: 'blue',
  hint: 'dim',
};

/** One line per finding, `file:line:column` first, so that terminals and editors can jump to it. */
export function diagnosticLines({ checked, sources, workspace }: CheckedFile, cwd: string, painter: Painter): string[] {
  return checked.diagnostics.map((diagnostic) => {
    const { line, column } = locate(diagnostic, sources);
    const path = relative(cwd, `${workspace}/${diagnostic.file}`);
    const fix = diagnostic.fixes?.[0]
      ? painter.paint('dim', `  (fix: ${harmlessLine(diagnostic.fixes[0].title)})`)
      : '';
    const severity = painter.paint(looks[diagnostic.severity], diagnostic.severity);
    return `${harmlessLine(path)}:${line}:${column} ${severity} ${harmless(diagnostic.message)} ${painter.paint('dim', diagnostic.code)}${fix}`;
  });
}

/** Lines and columns from 1, as people and other tools count. */
function locate(diagnostic: Diagnostic, sources: CheckedFile['sources']) {
  const lines = lineMap(sources[diagnostic.file] ?? '');
  const start = positionAt(lines, diagnostic.range.start);
  const end = positionAt(lines, diagnostic.range.end);
  return {
    path: diagnostic.file,
    line: start.line + 1,
    column: start.column + 1,
    endLine: end.line + 1,
    endColumn: end.column + 1,
  };
}
