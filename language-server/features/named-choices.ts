// The names that may stand where a name is wanted: of agents, tools, tasks, models, files …
import { CompletionItemKind } from 'vscode-languageserver';
import {
  allTasks,
  type Json,
  type KeyInfo,
  libraryAgents,
  libraryText,
  nameOfAgentFile,
  plainPath,
  triedPaths,
} from '../../workflow/index.ts';
import { modelInMarkdown, modelInOneLine } from './model-facts-text.ts';
import { modelNames } from './model-names.ts';
import { capabilitiesIn, namesIn, type Question, siblingTasks, toolsAt } from './question.ts';
import { relativePath } from './relative-path.ts';

/** A value that may stand somewhere, and what is known of it. */
export interface Choice {
  readonly value: Json;
  readonly kind: CompletionItemKind;
  readonly detail?: string;
  /** Markdown; written only when somebody looks at the suggestion. */
  readonly documentation?: () => string | undefined;
  /** It is a beginning: more is to be written behind it. */
  readonly goesOn?: boolean;
}

export type NamedKind = KeyInfo['kind'] | 'shared';

/** @returns what may be named at a place; nothing where the kind of value is not a name */
export function namedChoices(question: Question, kind: NamedKind): readonly Choice[] {
  switch (kind) {
    case 'agent':
      return agentChoices(question);
    case 'tool':
      return toolsAt(question).map(({ name, description, effect, asks }) => ({
        value: name,
        kind: CompletionItemKind.Function,
        detail: effectInWords(effect, asks),
        documentation: () => description,
      }));
    case 'toolset':
      return toolsetChoices(question);
    case 'capability':
      return capabilitiesIn(question).map(named(CompletionItemKind.Keyword, 'capability'));
    case 'shared':
      return namesIn(question, 'shared').map(named(CompletionItemKind.Variable, 'shared value'));
    case 'task':
      return siblingTasks(question).map(({ id, type, description }) => ({
        value: id,
        kind: CompletionItemKind.Event,
        detail: type === undefined ? 'task' : `${type} task`,
        ...(description === undefined ? {} : { documentation: () => description }),
      }));
    case 'task-path':
      return taskPaths(question).map(named(CompletionItemKind.Event, 'task'));
    case 'model':
      return modelChoices(question);
    case 'workflow-file':
      return fileChoices(question, /\.segue\.(ya?ml|json)$/, 'workflow');
    case 'module':
      return fileChoices(question, /(?<!\.d)\.[cm]?[jt]s$/, 'module');
    case 'duration':
      return durations(question);
    default:
      return [];
  }
}

/** @returns what a call of a tool does to the world, and whether a person is asked */
export function effectInWords(effect: string, asks: string): string {
  const words = effect === 'none' ? 'no effect' : effect === 'once' ? 'effect once' : 'effect repeatable';
  return asks === 'first' ? `${words} · asks first` : words;
}

function named(kind: CompletionItemKind, detail: string): (value: string) => Choice {
  return (value) => ({ value, kind, detail });
}

/** The agents of the file, those in files of their own, and what can be extended of Segue; an agent does not extend itself. */
function agentChoices(question: Question): readonly Choice[] {
  const { document, place, file } = question;
  const own = namesIn(question, 'agents').filter((name) => !(place.path[0] === 'agents' && place.path[1] === name));
  const inFiles = (document.facts.agents?.() ?? []).filter(
    (name) => file !== 'agent' || name !== nameOfAgentFile(document.file),
  );
  const inLibrary = place.path.at(-1) === 'extends' ? libraryAgents : [];
  return [...new Set([...own, ...inFiles, ...inLibrary])].map((name) => agentChoice(question, name, inFiles));
}

function agentChoice({ document }: Question, name: string, inFiles: readonly string[]): Choice {
  const known = document.latestChecked()?.checked.workflow.agents.find((agent) => agent.name === name);
  const choice = { value: name, kind: CompletionItemKind.Class };
  if (known) return { ...choice, detail: known.model, documentation: () => known.description };
  if (inFiles.includes(name)) return { ...choice, detail: `${name}.agent.yaml` };
  const text = libraryText(name);
  if (text === undefined) return choice;
  return { ...choice, detail: 'comes with Segue', documentation: () => `\`\`\`yaml\n${text}\`\`\`` };
}

function toolsetChoices(question: Question): readonly Choice[] {
  const toolsets = question.document.latestChecked()?.checked.workflow.toolsets ?? [];
  return namesIn(question, 'toolsets').map((value) => {
    const tools = toolsets.find(({ name }) => name === value)?.tools ?? [];
    return { value, kind: CompletionItemKind.Module, detail: tools.length > 0 ? tools.join(', ') : 'toolset' };
  });
}

function modelChoices({ document }: Question): readonly Choice[] {
  const book = document.facts.models?.();
  const providers = document.latestChecked()?.checked.config.providers ?? [];
  return modelNames(
    providers.map(({ name }) => name),
    book,
  ).map(({ value, provider }) => {
    const isProvider = provider !== undefined;
    const facts = isProvider ? undefined : book?.factsOf(value);
    return {
      value,
      kind: isProvider ? CompletionItemKind.Module : CompletionItemKind.Constant,
      detail: isProvider ? `provider in .segue/config.yaml` : facts ? modelInOneLine(facts) : '',
      ...(facts ? { documentation: () => modelInMarkdown(facts).join('\n\n') } : {}),
      goesOn: isProvider,
    };
  });
}

/** They make no calls, and hold nobody who does. */
const callsNobody: ReadonlySet<string> = new Set(['set', 'condition', 'wait', 'terminate', 'human']);

/** Every task that makes calls, and those inside others, as a mock names them. */
function taskPaths({ document }: Question): readonly string[] {
  const { workflow, uses } = (document.latestChecked() ?? document).checked;
  const tasks = allTasks(workflow.root.tasks);
  const silent = new Set(tasks.filter(({ type }) => callsNobody.has(type)).map(({ path }) => path));
  const written = uses.find(({ kind, by }) => kind === 'task-path' && by === 'task');
  const tried = triedPaths(workflow);
  const paths = written?.candidates() ?? tasks.map(({ path }) => plainPath(tried, path));
  return [...new Set(paths)].filter((path) => !silent.has(path));
}

/** Files near the document, by their way from it; those beside and below it first. */
function fileChoices({ document }: Question, ends: RegExp, detail: string): readonly Choice[] {
  const found = (document.facts.nearby?.() ?? []).filter((path) => ends.test(path) && path !== document.file);
  const ways = found.map((path) => relativePath(document.file, path));
  return ways
    .map((way) => (way.startsWith('../') ? way : `./${way}`))
    .sort((a, b) => Number(a.startsWith('../')) - Number(b.startsWith('../')) || (a < b ? -1 : 1))
    .map((value) => ({ value, kind: CompletionItemKind.File, detail }));
}

/** Usual ones; of a number that is already written, in each unit. */
function durations({ place: { prefix } }: Question): readonly Choice[] {
  const isNumber = /^\d+(\.\d+)?$/.test(prefix);
  const texts = isNumber
    ? ['ms', 's', 'm', 'h'].map((unit) => `${prefix}${unit}`)
    : ['500ms', '1s', '10s', '30s', '2m', '1h'];
  return texts.map((value) => ({ value, kind: CompletionItemKind.Unit }));
}
