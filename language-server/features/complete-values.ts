// Suggests values: words of the schema, and names that the file declares.
import { CompletionItemKind } from 'vscode-languageserver';
import {
  describeKey,
  type Json,
  type KeyInfo,
  libraryAgents,
  libraryText,
  nameOfAgentFile,
  nodeAt,
  type Path,
  valueOf,
} from '../../workflow/index.ts';
import { below, scalarText, type Suggestion } from './completion-item.ts';
import { schemaValuesAt } from './json-schema-words.ts';
import { modelNames } from './model-names.ts';
import { capabilitiesIn, elementsOf, namesIn, pathInSchema, type Question, siblingTasks, toolsAt } from './question.ts';

/** A value that may stand somewhere, and what is known of it. */
interface Choice {
  readonly value: Json;
  readonly kind: CompletionItemKind;
  readonly detail?: string;
  readonly documentation?: () => string | undefined;
}

/** @returns the values that may stand at a place; where a list is wanted, a list with one of its elements */
export function suggestValues(question: Question): readonly Suggestion[] {
  const { place, root, file } = question;
  const { path } = place;
  const inSchema = pathInSchema(question, path);
  if (inSchema && inSchema.length > 0)
    return schemaValuesAt(inSchema).map((value) => suggestion(question, word(value), 'is'));
  const info = describeKey(root, path, file);
  if (!info) return [];
  const given = givenToTool(question, path);
  const own = given ? named(question, given) : choicesFor(question, info, path);
  if (own.length > 0) return own.map((choice) => suggestion(question, choice, 'is'));
  if (!info.types.includes('array') || place.quote) return [];
  const elementPath = [...path, 0];
  const element = describeKey(root, elementPath, file);
  return element
    ? choicesFor(question, element, elementPath).map((choice) => suggestion(question, choice, 'element'))
    : [];
}

function choicesFor(question: Question, info: KeyInfo, path: Path): readonly Choice[] {
  const listed: readonly Choice[] = info.values.map(word);
  const bools =
    info.types.includes('boolean') && info.kind !== 'expression' && listed.length === 0 ? [true, false].map(word) : [];
  return [...listed, ...bools, ...withoutWritten(question, named(question, info.kind), path)];
}

/** A list names things once. */
function withoutWritten(question: Question, choices: readonly Choice[], path: Path): readonly Choice[] {
  if (typeof path.at(-1) !== 'number') return choices;
  const written = new Set(elementsOf(question, path.slice(0, -1)));
  return choices.filter(({ value }) => !(typeof value === 'string' && written.has(value)));
}

/** What tools that the engine answers are given, where it names something of the file. */
const givenToTools: { readonly [tool: string]: { readonly [key: string]: NamedKind } } = {
  send_message: { to: 'agent' },
  read_messages: { wait: 'duration' },
  find_agents: { capability: 'capability' },
  get_shared: { name: 'shared', wait: 'duration' },
  set_shared: { name: 'shared' },
};

function givenToTool({ root }: Question, path: Path): NamedKind | undefined {
  const [around, key] = path.slice(-2);
  const tool = around === 'with' ? valueOf(nodeAt(root, path.slice(0, -2)), 'tool') : undefined;
  return tool?.kind === 'scalar' ? givenToTools[tool.text]?.[String(key)] : undefined;
}

type NamedKind = KeyInfo['kind'] | 'shared';

function named(question: Question, kind: NamedKind): readonly Choice[] {
  const { document } = question;
  const model = document.latestChecked()?.checked;
  switch (kind) {
    case 'agent':
      return agentNames(question).map((value) => {
        const agent = model?.workflow.agents.find(({ name }) => name === value);
        return {
          value,
          kind: CompletionItemKind.Class,
          ...(agent ? { detail: agent.model, documentation: () => agent.description } : aboutLibraryAgent(value)),
        };
      });
    case 'tool':
      return toolsAt(question).map(({ name, description }) => ({
        value: name,
        kind: CompletionItemKind.Function,
        detail: 'tool',
        documentation: () => description,
      }));
    case 'toolset':
      return namesIn(question, 'toolsets').map((value) => ({
        value,
        kind: CompletionItemKind.Module,
        detail: 'toolset',
      }));
    case 'capability':
      return capabilitiesIn(question).map((value) => ({
        value,
        kind: CompletionItemKind.Keyword,
        detail: 'capability',
      }));
    case 'shared':
      return namesIn(question, 'shared').map((value) => ({
        value,
        kind: CompletionItemKind.Variable,
        detail: 'shared value',
      }));
    case 'task':
      return siblingTasks(question).map((value) => ({ value, kind: CompletionItemKind.Event, detail: 'task' }));
    case 'task-path': {
      const paths =
        question.document.checked.uses.find((use) => use.kind === 'task-path')?.candidates() ?? siblingPaths(question);
      return paths.map((value) => ({ value, kind: CompletionItemKind.Event, detail: 'task' }));
    }
    case 'model':
      return modelNames(model?.config.providers.map(({ name }) => name) ?? []).map(({ value, detail }) => ({
        value,
        kind: CompletionItemKind.Constant,
        detail,
      }));
    case 'duration':
      return ['500ms', '1s', '10s', '30s', '2m', '1h'].map(word);
    default:
      return [];
  }
}

function aboutLibraryAgent(name: string): Pick<Choice, 'detail' | 'documentation'> {
  const text = libraryText(name);
  return text === undefined ? {} : { detail: 'comes with Segue', documentation: () => `\`\`\`yaml\n${text}\`\`\`` };
}

/** The agents of the file, those in files of their own, and what can be extended of Segue; an agent does not extend itself. */
function agentNames(question: Question): readonly string[] {
  const { document, place, file } = question;
  const own = namesIn(question, 'agents').filter((name) => !(place.path[0] === 'agents' && place.path[1] === name));
  const inFiles = (document.facts.agents?.() ?? []).filter(
    (name) => file !== 'agent' || name !== nameOfAgentFile(document.file),
  );
  const inLibrary = place.path.at(-1) === 'extends' ? libraryAgents : [];
  return [...new Set([...own, ...inFiles, ...inLibrary])];
}

function siblingPaths(question: Question): readonly string[] {
  return question.document.checked.workflow.root.tasks.map((task) => task.path);
}

function word(value: Json): Choice {
  const isWord = typeof value === 'string';
  return { value, kind: isWord ? CompletionItemKind.EnumMember : CompletionItemKind.Constant };
}

/** @param as whether the value is what is wanted, or an element of the list that is wanted */
function suggestion({ place }: Question, choice: Choice, as: 'is' | 'element'): Suggestion {
  const { value, kind, detail, documentation } = choice;
  const scalar = scalarText(value, place.quote);
  const isBelow = as === 'element' && place.wants === 'key' && !place.flow;
  const asElement = isBelow ? below(place, `- ${scalar}`) : `[${scalar}]`;
  return {
    label: typeof value === 'string' ? value : JSON.stringify(value),
    kind,
    ...(detail === undefined ? {} : { detail }),
    ...(documentation ? { documentation } : {}),
    text: (place.needsSpace ? ' ' : '') + (as === 'is' ? scalar : asElement),
    isSnippet: false,
    range: place.range,
    rank: 'required',
  };
}
