// What a task takes, resolved once, when it begins.
import type { Failure, Json, JsonObject, Message } from '../../run/index.ts';
import { failure, isJsonObject } from '../../run/index.ts';
import { momentMs } from '../../workflow/index.ts';
import type {
  AgentTask,
  ForEachTask,
  ParallelTask,
  ReflectTask,
  RouterTask,
  Template,
  WorkflowTask,
} from '../../workflow/model/model.ts';
import { resolveInputs } from './inputs.ts';
import { routerPrompt } from './routes.ts';
import type { CoreState, TaskNode } from './state.ts';
import { expressionFailure, resolveTemplate, textOf } from './values.ts';

export type ResolvedInput =
  | { readonly ok: true; readonly input?: Json }
  | { readonly ok: false; readonly error: Failure };

/** Resolves the input of a task; composites that only hold others, `set` and `condition` take none. `error` is visible in a fallback. */
export function resolveInput(state: CoreState, node: TaskNode, error?: Failure): ResolvedInput {
  const { task } = node;
  if (node.given !== undefined) return { ok: true, input: node.given };
  const resolve = (what: string, template: Template): ResolvedInput => {
    const resolved = resolveTemplate(state, node, template, error && { error });
    if (resolved.ok) return { ok: true, input: resolved.value };
    return { ok: false, error: expressionFailure(`${what} of ${node.path}`, template.place, resolved.message) };
  };
  switch (task.type) {
    case 'agent':
    case 'reflect':
      return agentInput(node, task, resolve);
    case 'parallel':
      return promptInput(task, resolve);
    case 'router':
      return routerInput(task, resolve);
    case 'tool':
      return task.with ? resolve('The input `with`', task.with) : { ok: true, input: {} };
    case 'workflow':
      return workflowInput(node, task, resolve);
    case 'for_each':
      return itemsInput(node, task, resolve);
    case 'human':
      return textInput(resolve('The `message`', task.message));
    case 'terminate':
      return task.message ? textInput(resolve('The `message`', task.message)) : { ok: true };
    case 'wait':
      return task.until ? momentInput(node, resolve('The moment `until`', task.until)) : { ok: true };
    case 'planner':
    case 'supervisor':
      return goalInput(textInput(resolve('The `goal`', task.goal)));
    case 'loop':
    case 'gated':
    case 'pipeline':
    case 'set':
    case 'condition':
    case 'graph':
      return { ok: true };
  }
}

/** The messages that an agent's recorded input stands for, without the instructions. */
export function messagesOfInput(input: Json | undefined): readonly Message[] {
  if (!isJsonObject(input)) return [];
  const { prompt, messages } = input;
  if (Array.isArray(messages)) return messages as unknown as readonly Message[];
  return typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : [];
}

type Resolve = (what: string, template: Template) => ResolvedInput;

/** `{prompt}` or `{messages}`. */
function agentInput(node: TaskNode, task: AgentTask | ReflectTask, resolve: Resolve): ResolvedInput {
  if (task.messages) {
    const resolved = resolve('The `messages`', task.messages);
    if (!resolved.ok) return resolved;
    if (isConversation(resolved.input)) return { ok: true, input: { messages: resolved.input } };
    const message = `The \`messages\` of ${node.path} are not a list of {role: system | user | assistant, content: text}.`;
    return { ok: false, error: failure('invalid_messages', message) };
  }
  const resolved = task.prompt ? textInput(resolve('The `prompt`', task.prompt)) : { ok: true as const, input: '' };
  return resolved.ok ? { ok: true, input: { prompt: resolved.input } } : resolved;
}

/** `{prompt}` for the agents of a `parallel`; branches that are written out see to themselves. */
function promptInput({ prompt }: ParallelTask, resolve: Resolve): ResolvedInput {
  if (!prompt) return { ok: true };
  const resolved = textInput(resolve('The `prompt`', prompt));
  return resolved.ok ? { ok: true, input: { prompt: resolved.input ?? '' } } : resolved;
}

/** `{prompt}`, the routes in it. */
function routerInput(task: RouterTask, resolve: Resolve): ResolvedInput {
  const resolved = task.prompt ? textInput(resolve('The `prompt`', task.prompt)) : { ok: true as const, input: '' };
  return resolved.ok ? { ok: true, input: { prompt: routerPrompt(task, textOf(resolved.input ?? '')) } } : resolved;
}

/** The inputs of the called file, its defaults included. */
function workflowInput(node: TaskNode, task: WorkflowTask, resolve: Resolve): ResolvedInput {
  const given: JsonObject = {};
  for (const [name, template] of task.with) {
    const resolved = resolve(`The input \`${name}\``, template);
    if (!resolved.ok) return resolved;
    given[name] = resolved.input ?? null;
  }
  const inputs = resolveInputs(task.called?.workflow.inputs ?? [], given);
  if (inputs.ok) return { ok: true, input: inputs.inputs };
  return { ok: false, error: { ...inputs.refused, message: `${node.path}: ${inputs.refused.message}` } };
}

function itemsInput(node: TaskNode, task: ForEachTask, resolve: Resolve): ResolvedInput {
  const resolved = resolve('The `items`', task.items);
  if (!resolved.ok || Array.isArray(resolved.input)) return resolved;
  const message = `The \`items\` of ${node.path} are not a list.`;
  return {
    ok: false,
    error: failure('not_a_list', message, { remedy: 'Give `items` an expression that yields a list.' }),
  };
}

/** RFC 3339 text, as it was given. */
function momentInput(node: TaskNode, resolved: ResolvedInput): ResolvedInput {
  if (!resolved.ok || (typeof resolved.input === 'string' && momentMs(resolved.input) !== undefined)) return resolved;
  const message = `The moment \`until\` of ${node.path} is none: ${JSON.stringify(resolved.input)}.`;
  return {
    ok: false,
    error: failure('not_a_time', message, { remedy: 'Give RFC 3339 text, such as 2026-01-31T12:00:00Z.' }),
  };
}

/** `{goal}`. */
function goalInput(resolved: ResolvedInput): ResolvedInput {
  return resolved.ok ? { ok: true, input: { goal: resolved.input ?? '' } } : resolved;
}

/** A value that is not a string is written as JSON, as inside text. */
function textInput(resolved: ResolvedInput): ResolvedInput {
  if (!resolved.ok || typeof resolved.input === 'string') return resolved;
  return { ok: true, input: JSON.stringify(resolved.input) };
}

function isConversation(value: Json | undefined): value is Json[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (message) =>
        isJsonObject(message) &&
        (message['role'] === 'system' || message['role'] === 'user' || message['role'] === 'assistant') &&
        typeof message['content'] === 'string',
    )
  );
}
