// From a text to a model and everything that is wrong with it. Pure: the same texts give the same answer.
import { builtinTools, configSchema, type ToolSchema, workflowSchema } from '../schemas/index.ts';
import { checkExpression } from './expressions/index.ts';
import { FilesInCheck, type OtherFiles } from './files.ts';
import { agentChecker } from './check-agent.ts';
import { isLibraryFile } from './library/agents.ts';
import { type AgentFiles, nameOfAgentFile } from './model/agent-files.ts';
import { openAgents } from './model/build.ts';
import { declaredNames } from './model/declared-names.ts';
import { type ProviderDraft, readProviders, readRetention } from './model/config.ts';
import { Library, type LibraryEntry } from './model/library.ts';
import type { Checked, Diagnostic, Range, Severity, WorkspaceConfig } from './model/model.ts';
import { agentFile } from './rules/agent-file.ts';
import { checkProviders } from './rules/config.ts';
import { rules } from './rules/index.ts';
import { type Facts, overlaps } from './rules/rule.ts';
import { secretInFile } from './rules/secret-in-file.ts';
import { checkShape, type Report } from './shape/check-shape.ts';
import { finished, type Steps } from './steps.ts';
import { parseDocument, type SyntaxDocument } from './syntax/document.ts';

/** A text, and what stands around it. */
export interface CheckRequest {
  /** The name used in places and diagnostics, usually the path relative to the workspace. */
  readonly file: string;
  readonly text: string;
  /** The tree of this file and text, where somebody has read it already. */
  readonly document?: SyntaxDocument;
  /** `.segue/config.yaml`, if there is one. */
  readonly config?: { readonly file: string; readonly text: string };
  /** Tools that the caller's engine has beyond the builtin ones. */
  readonly tools?: readonly ToolSchema[];
  /** Other files that the workflow may name. What it names and is not known here, nothing is said about. */
  readonly files?: OtherFiles;
}

/**
 * Reads and checks a workflow. Never throws: whatever the text, there is a model, and diagnostics say what is wrong.
 * A workflow may run if no diagnostic (of the workflow or of the configuration) is an error.
 */
export function checkWorkflow(request: CheckRequest): Checked {
  return finished(checkSteps(request));
}

/** The same, a step at a time: a text of a megabyte takes seconds. */
export function* checkSteps(request: CheckRequest): Steps<Checked> {
  const tools = [...builtinTools, ...(request.tools ?? [])];
  const config = request.config ? readConfig(request.config.file, request.config.text) : undefined;
  const providers = config?.providers ?? [];
  const files = new FilesInCheck(request.files);
  const library = new Library(files, tools);
  const entry = yield* library.readSteps(documentOf(request));
  const { built } = entry;
  const found = new Map<LibraryEntry, readonly Diagnostic[]>();
  const around = { library, engineTools: tools, providers, found };
  // What is called comes first: its errors are errors of those that call it.
  for (const each of library.entries) found.set(each, yield* findingSteps(each, around));
  const others = library.entries.filter((each) => each !== entry).toReversed();
  const diagnostics = [entry, ...others].flatMap((each) => found.get(each) ?? []);
  return {
    workflow: built.workflow,
    config: config?.config ?? { file: '', providers: [], retention: {} },
    diagnostics: [...diagnostics, ...(config?.diagnostics ?? [])],
    uses: [...built.context.uses, ...built.context.mentions],
    names: declaredNames(entry.document.root, built.tasks),
    expressions: built.expressions.map((use) => use.expression),
    library: libraryOf(library.entries.map((each) => each.built.agentFiles)),
    files: files.asked,
    wanted: files.wanted,
  };
}

function documentOf({ document, file, text }: CheckRequest): SyntaxDocument {
  return document ?? parseDocument(file, text);
}

const expressionsAtOnce = 200;

function* findingSteps(
  entry: LibraryEntry,
  around: Pick<Facts, 'library' | 'engineTools' | 'providers' | 'found'>,
): Steps<readonly Diagnostic[]> {
  const { document, built } = entry;
  const facts: Facts = { ...built, ...around, entry, document };
  const findings = new Findings(document);
  checkFileShape(document, findings.report);
  // What takes longest in a large file: done bit by bit, so that the rules find it done.
  for (const [at, { expression }] of built.expressions.entries()) {
    checkExpression(expression);
    if (at % expressionsAtOnce === 0) yield;
  }
  for (const rule of rules) {
    yield;
    rule(facts, findings.report);
  }
  yield;
  secretInFile(document, new Set(), findings.report);
  yield;
  agentFile(facts, agentChecker(facts, findingsIn), findings.report);
  return findings.all();
}

/**
 * Checks an agent in a file of its own, as the editor shows it: what it names of a workflow – inputs, tools – may be
 * anything. Never throws.
 * @returns the names and expressions of the agent; the workflow in it is empty
 */
export function checkAgent(request: CheckRequest): Checked {
  const tools = [...builtinTools, ...(request.tools ?? [])];
  const config = request.config ? readConfig(request.config.file, request.config.text) : undefined;
  const files = new FilesInCheck(request.files);
  const library = new Library(files, tools);
  const entry = library.read(parseDocument(request.file, ''));
  const { built, document } = entry;
  const providers = config?.providers ?? [];
  const agentFiles = openAgents(built);
  const around = { library, entry, document, engineTools: tools, providers, found: new Map() };
  const facts: Facts = { ...built, ...around, agentFiles };
  const agent = agentFiles.read(nameOfAgentFile(request.file), documentOf(request));
  return {
    workflow: built.workflow,
    config: config?.config ?? { file: '', providers: [], retention: {} },
    diagnostics: agentChecker(facts, findingsIn)(agent),
    uses: [...agent.context.uses, ...agent.context.mentions],
    names: [],
    expressions: agent.context.templates.expressions.map((use) => use.expression),
    library: libraryOf([agentFiles]),
    files: files.asked,
    wanted: files.wanted,
  };
}

function libraryOf(agents: readonly AgentFiles[]): ReadonlyMap<string, string> {
  const used = agents.flatMap(({ all }) => all.filter(({ document }) => isLibraryFile(document.file)));
  return new Map(used.map(({ document }) => [document.file, document.text]));
}

/** A configuration and what is wrong with it. */
export interface CheckedConfig {
  readonly config: WorkspaceConfig;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads and checks a configuration by itself. Never throws. */
export function checkConfig(file: string, text: string): CheckedConfig {
  const { config, diagnostics } = readConfig(file, text);
  return { config, diagnostics };
}

function readConfig(file: string, text: string): CheckedConfig & { providers: readonly ProviderDraft[] } {
  const document = parseDocument(file, text);
  const providers = readProviders(document);
  const diagnostics = findingsIn(document, (report) => {
    // An empty configuration is one that sets nothing.
    if (document.root && document.root.range.end > document.root.range.start)
      checkShape(document.root, configSchema, report);
    checkProviders(providers, report);
    const told = providers.flatMap(({ apiKey, baseUrl }) => [
      ...(apiKey ? [apiKey] : []),
      ...(baseUrl?.text.includes('@') ? [baseUrl] : []),
    ]);
    secretInFile(document, new Set(told), report);
  });
  const config = { file, providers: providers.map((draft) => draft.config), retention: readRetention(document) };
  return { config, providers, diagnostics };
}

function checkFileShape(document: SyntaxDocument, report: Report): void {
  const unread = document.diagnostics.some(({ code }) => code === 'file-too-large' || code === 'too-deep');
  if (unread) return;
  if (document.root?.kind === 'map') return checkShape(document.root, workflowSchema, report);
  const message = 'A workflow is a map with `segue`, `name` and `tasks`. Begin with `segue: "1"`.';
  const range = document.root?.range ?? { start: 0, end: 0 };
  const edits = [{ range: { start: 0, end: 0 }, newText: 'segue: "1"\n' }];
  const isEmpty = document.root === undefined || range.start === range.end;
  report({
    code: 'not-a-workflow',
    severity: 'error',
    message,
    range,
    fixes: isEmpty ? [{ title: 'Add segue: "1"', preferred: true, edits }] : [],
  });
}

function findingsIn(document: SyntaxDocument, find: (report: Report) => void): readonly Diagnostic[] {
  const findings = new Findings(document);
  find(findings.report);
  return findings.all();
}

/** Gathers findings, those of the syntax first; sorted by place, each once, none about what YAML misread. */
class Findings {
  readonly #document: SyntaxDocument;
  readonly #broken: boolean;
  readonly #seen = new Set<string>();
  /** Of very many findings only those are held that may be told in the end. */
  #found: Diagnostic[] = [];

  constructor(document: SyntaxDocument) {
    this.#document = document;
    this.#broken = document.diagnostics.some(({ code }) => code === 'yaml-syntax');
    for (const diagnostic of document.diagnostics) this.#add(diagnostic);
  }

  readonly report: Report = (finding) => {
    const { text, file, damaged } = this.#document;
    const range = clipped(finding.range, text.length);
    // What seems to be missing may stand in what could not be read.
    const isMeant = !(this.#broken && finding.code.startsWith('missing-'));
    if (isMeant && !damaged.some((damage) => overlaps(damage, range))) this.#add({ ...finding, range, file });
  };

  #add(diagnostic: Diagnostic): void {
    const { code, range } = diagnostic;
    const key = `${code} ${range.start} ${range.end}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#found.push(diagnostic);
    if (this.#found.length > 4 * maxFindings) this.#found = foremost(this.#found);
  }

  all(): readonly Diagnostic[] {
    return bounded(this.#document.file, this.#found, this.#seen.size).map(brief);
  }
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return a.range.start - b.range.start || a.range.end - b.range.end;
}

/** More findings than anybody reads: editors and terminals would choke on them. */
export const maxFindings = 1_000;

const ranks: { readonly [severity in Severity]: number } = { error: 0, warning: 1, information: 2, hint: 3 };

/** The first findings, errors before others. */
function foremost(findings: readonly Diagnostic[]): Diagnostic[] {
  return findings.toSorted((a, b) => ranks[a.severity] - ranks[b.severity] || byPlace(a, b)).slice(0, maxFindings);
}

/** The foremost findings in the order of their places; one more says how many are left out. @param all how many there were */
function bounded(file: string, findings: readonly Diagnostic[], all: number): readonly Diagnostic[] {
  if (all <= maxFindings) return findings.toSorted(byPlace);
  const kept = foremost(findings);
  const more = all - kept.length;
  const { severity, range } = kept[kept.length - 1] ??
    findings[0] ?? { severity: 'error', range: { start: 0, end: 0 } };
  const message = `There ${more === 1 ? 'is 1 more finding' : `are ${more} more findings`}. Mend some of these first.`;
  return [...kept, { code: 'more-findings', severity, message, file, range } satisfies Diagnostic].sort(byPlace);
}

const maxNameLength = 200;
const maxMessageLength = 2_000;

/** A message names what was written, which may be a million characters. */
function brief(finding: Diagnostic): Diagnostic {
  if (finding.message.length <= maxNameLength) return finding;
  const message = cut(
    finding.message.replace(/`([^`]*)`/g, (_, name: string) => `\`${cut(name, maxNameLength)}\``),
    maxMessageLength,
  );
  return { ...finding, message };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…`;
}

function clipped(range: Range, length: number): Range {
  const start = Math.min(Math.max(range.start, 0), length);
  return { start, end: Math.min(Math.max(range.end, start), length) };
}
