// What a task may be given under `with`, where that is said elsewhere: the input of a tool, the inputs of a called file.
import {
  allTasks,
  type Json,
  type JsonObject,
  type JsonSchema,
  nodeAt,
  type Path,
  valueOf,
} from '../../workflow/index.ts';
import { type Question, toolsAt } from './question.ts';

/** A field that can be given. */
export interface GivenField {
  readonly key: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** @param path of the map that is given: `with` of a task, or `arguments` of a mocked call */
export function fieldsGivenAt(question: Question, path: Path): readonly GivenField[] {
  const [last, around] = [path.at(-1), nodeAt(question.root, path.slice(0, -1))];
  if (last === 'arguments') return inputOf(question, textAt(around, 'name'));
  if (last !== 'with') return [];
  const tool = textAt(around, 'tool');
  return tool === undefined ? inputsOf(question, textAt(around, 'workflow')) : inputOf(question, tool);
}

/** @param path of what is given @returns its field, if it is one */
export function fieldGivenAt(question: Question, path: Path): GivenField | undefined {
  const key = path.at(-1);
  return fieldsGivenAt(question, path.slice(0, -1)).find((field) => field.key === key);
}

function textAt(node: ReturnType<typeof nodeAt>, key: string): string | undefined {
  const value = valueOf(node, key);
  return value?.kind === 'scalar' ? value.text : undefined;
}

function inputOf(question: Question, tool: string | undefined): readonly GivenField[] {
  const schema = toolsAt(question).find(({ name }) => name === tool)?.input;
  const properties = schema?.['properties'];
  const required = Array.isArray(schema?.['required']) ? schema['required'] : [];
  return Object.entries(isJsonObject(properties) ? properties : {}).map(([key, property]) => ({
    key,
    schema: isJsonObject(property) ? property : {},
    required: required.includes(key),
  }));
}

/** A file that is called is known once the caller has been checked. */
function inputsOf({ document }: Question, reference: string | undefined): readonly GivenField[] {
  const workflow = document.latestChecked()?.checked.workflow;
  if (!workflow || reference === undefined) return [];
  const task = allTasks(workflow.root.tasks).find((one) => one.type === 'workflow' && one.reference === reference);
  const inputs = task?.type === 'workflow' ? task.called?.workflow.inputs : undefined;
  return (inputs ?? []).map(({ name, schema, required }) => ({ key: name, schema, required }));
}

function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
