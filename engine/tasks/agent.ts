// An agent: it answers, or calls tools and is asked again. Turns and the calls inside them are slots; the conversation
// is what the record says was sent, so that a replay says the same.
import type {
  Failure,
  Json,
  JsonSchema,
  Message,
  ModelReply,
  ModelRequest,
  Omitted,
  ToolCall,
  ToolDescriptor,
} from '../../run/index.ts';
import { failure, sentOf } from '../../run/index.ts';
import { modelsOf, validateJson } from '../../workflow/index.ts';
import type { Agent, AgentTask } from '../../workflow/model/model.ts';
import type { CallCommon, ModelCall } from '../ports/index.ts';
import { fit } from './context.ts';
import {
  type Delegating,
  delegationTools,
  handOver,
  handoffIn,
  isHandoff,
  lookAtDelegation,
  lookAtHandedOver,
  whyNotHandedOn,
} from './delegation.ts';
import { completeTask, failTask } from './ending.ts';
import { lookAtEngineTool } from './engine-tools.ts';
import { messagesOfInput } from './input.ts';
import { jsonBytes } from './json-bytes.ts';
import { recalled } from './memory.ts';
import { lookAtSlot, type SlotResult } from './slot.ts';
import type { CoreState, Draft, TaskNode } from './state.ts';
import { expressionFailure, resolveForAgent } from './values.ts';

interface Look {
  readonly state: CoreState;
  readonly node: TaskNode;
  readonly task: AskingTask;
  readonly agent: Agent;
  readonly draft: Draft;
  readonly finish: Finish;
}

/** What a task that asks an agent says of it: an agent task, or a router. */
type AskingTask = Pick<
  AgentTask,
  'path' | 'range' | 'agentName' | 'agent' | 'retry' | 'timeoutMs' | 'outputSchema' | 'cacheMaxAgeMs'
>;

/** What becomes of the final answer. */
type Finish = (answer: Json) => void;

/** Looks at a task that asks an agent and has begun. @param finish left out, the answer is the output */
export function lookAtAgent(
  state: CoreState,
  node: TaskNode,
  task: AskingTask,
  draft: Draft,
  finish: Finish = (answer) => completeTask(state, node, answer, draft),
): void {
  const { agent } = task;
  if (!agent) return failTask(state, node, unknownAgent(task), draft);
  const handed = node.parts?.get('handoff');
  if (handed) return lookAtHandedOver(state, node, handed, draft, finish);
  const look: Look = { state, node, task, agent, draft, finish };
  const asked = new Map<string, number>();
  let tail: readonly Message[] | Failure = firstMessages(look);
  for (let turn = turnToLookAt(look); ; turn += 1) {
    if ('code' in tail) return failTask(state, node, tail, draft);
    const result = lookAtTurn(look, turn, tail);
    if (result.type !== 'replied') return endUnless(look, result);
    const problem = problemOfReply(look, result.reply);
    if (problem) return failTask(state, node, problem, draft);
    if (result.reply.toolCalls.length === 0 || turn >= agent.maxIterations) return answer(look, turn, result.reply);
    const handoff = handoffIn(agent, result.reply.toolCalls);
    const limit = handoff && whyNotHandedOn(node, handoff);
    if (limit) return failTask(state, node, limit, draft);
    const isTold = (node.slots?.get(`turn[${turn + 1}]`)?.ordinal ?? 0) > 0;
    const results = lookAtTools(look, turn, result.reply.toolCalls, { handoff, asked, isTold });
    if (!results) return;
    tail = [assistantMessage(result.reply), ...results];
    if (handoff) return handOver(state, node, task, handoff, [...talkOf(look), ...tail], draft);
  }
}

/**
 * The last turn that was asked for: what came before it is told, and nothing about it is open. Those who ask sub-agents are
 * looked at from the beginning, for these are counted over all turns.
 */
function turnToLookAt({ node, agent }: Look): number {
  let turn = 1;
  if (agent.subAgents.length > 0) return turn;
  while ((node.slots?.get(`turn[${turn + 1}]`)?.ordinal ?? 0) > 0) turn += 1;
  return turn;
}

/** What an agent was sent last, without its own instructions. */
function talkOf({ node, agent }: Look): readonly Message[] {
  return sentOf(node.sent ?? [], node.omitted).slice(agent.instructions ? 1 : 0);
}

/** Instructions, what the agent remembers, and prompt. Once a call has left, its recorded messages hold them. */
function firstMessages({ state, node, agent }: Look): readonly Message[] | Failure {
  if (node.sent) return [];
  const { window } = agent.memory ?? {};
  const earlier = window === undefined || isHandoff(node) ? [] : recalled(node.file, agent.name, window);
  const prompt = [...earlier, ...messagesOfInput(node.input)];
  if (!agent.instructions) return prompt;
  const resolved = resolveForAgent(state, node.file, agent.instructions);
  if (!resolved.ok) {
    return expressionFailure(`The instructions of ${agent.name}`, agent.instructions.place, resolved.message);
  }
  const content = typeof resolved.value === 'string' ? resolved.value : JSON.stringify(resolved.value);
  return [{ role: 'system', content }, ...prompt];
}

function lookAtTurn(look: Look, turn: number, tail: readonly Message[]): SlotResult {
  const isLast = turn >= look.agent.maxIterations;
  return ask(look, `turn[${turn}]`, tail, { tools: toolsOf(look), toolChoice: isLast ? 'none' : 'auto' });
}

/** What a model may do in a call. */
interface Leave {
  readonly tools: readonly ToolDescriptor[];
  readonly toolChoice: 'auto' | 'none';
  readonly firstAttempt?: number;
}

/** Goes on with the conversation. @param tail what the call adds to it */
function ask(look: Look, key: string, tail: readonly Message[], leave: Leave): SlotResult {
  const fresh = unsent(look.node, key, tail);
  const bounds = boundedBy(look, key, fresh, leave);
  if (bounds.type !== 'bounded') return bounds;
  const { omitted } = bounds;
  const { firstAttempt } = leave;
  const build = (place: CallCommon, model: string) => modelCall(look, place, model, { fresh, omitted, ...leave });
  return lookAtModelSlot(look, key, build, firstAttempt === undefined ? {} : { firstAttempt });
}

function lookAtModelSlot(
  look: Look,
  key: string,
  build: (place: CallCommon, model: string) => ModelCall,
  more: { readonly firstAttempt?: number } = {},
): SlotResult {
  const { state, node, task, draft } = look;
  const plan = { node, key, effect: 'repeatable', retry: task.retry, models: modelsLeft(look), build } as const;
  return lookAtSlot(state, { ...plan, ...timeoutOf(task), ...more }, draft);
}

/** What a call is not sent of the conversation; where a summary is wanted first, its result as long as there is none. */
function boundedBy(
  look: Look,
  key: string,
  fresh: readonly Message[],
  { tools }: Leave,
): { readonly type: 'bounded'; readonly omitted: Omitted | undefined } | SlotResult {
  const { node, task, agent } = look;
  if (!agent.context || !mayLeave(node, key)) return { type: 'bounded', omitted: node.omitted };
  const fitting = fit(node, agent.context, fresh, bytesBeside(tools, schemaOf(task, agent)));
  if (fitting.type === 'fits') return { type: 'bounded', omitted: fitting.omitted };
  if (fitting.type === 'fails') return { type: 'failed', error: fitting.error };
  const { request, use } = fitting;
  const result = lookAtModelSlot(look, `${key}/summary`, (place, model) => summaryCall(look, place, model, request));
  if (result.type !== 'replied') return result;
  const problem = problemOfReply(look, result.reply);
  return problem ? { type: 'failed', error: problem } : { type: 'bounded', omitted: use(result.reply.text) };
}

function bytesBeside(tools: readonly ToolDescriptor[], schema: JsonSchema | undefined): number {
  return jsonBytes([...tools, schema ?? null] as unknown as Json, Infinity);
}

function mayLeave(node: TaskNode, key: string): boolean {
  const slot = node.slots?.get(key);
  return !slot || slot.phase === 'idle' || (slot.phase === 'ended' && slot.outcome?.status !== 'completed');
}

function summaryCall({ agent }: Look, place: CallCommon, model: string, messages: readonly Message[]): ModelCall {
  const request = { model, messages, tools: [], toolChoice: 'auto' } as const;
  return { ...place, kind: 'model', agent: agent.name, unsent: messages, request };
}

/** The models that a turn may ask: the one that answered the turn before, and those after it in the list. */
function modelsLeft({ node, agent }: Look): readonly string[] {
  const models = modelsOf(agent);
  return models.slice(Math.max(0, models.indexOf(node.answeredBy ?? '')));
}

/** The messages after those recorded as sent: a call that is made again adds nothing. */
function unsent(node: TaskNode, key: string, tail: readonly Message[]): readonly Message[] {
  const slot = node.slots?.get(key);
  return slot && slot.ordinal > 0 ? [] : tail;
}

function modelCall(
  { state, node, task, agent }: Look,
  place: CallCommon,
  model: string,
  {
    fresh,
    omitted,
    tools,
    toolChoice,
  }: Leave & {
    readonly fresh: readonly Message[];
    readonly omitted: Omitted | undefined;
  },
): ModelCall {
  const maxAgeMs = maxAgeOf(state, task, model);
  const outputSchema = schemaOf(task, agent);
  return {
    ...place,
    kind: 'model',
    agent: agent.name,
    unsent: fresh,
    ...(omitted && { omitted }),
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    request: {
      model,
      messages: sentOf([...(node.sent ?? []), ...fresh], omitted),
      tools,
      toolChoice: tools.length > 0 ? toolChoice : 'auto',
      ...(outputSchema && { outputSchema }),
      ...(agent.temperature !== undefined && { temperature: agent.temperature }),
      ...(agent.topP !== undefined && { topP: agent.topP }),
      ...(agent.maxOutputTokens !== undefined && { maxOutputTokens: agent.maxOutputTokens }),
    },
  };
}

/** Mock models are asked each time: they cost nothing, and their list may have changed. */
function maxAgeOf(state: CoreState, { cacheMaxAgeMs }: AskingTask, model: string): number | undefined {
  return state.started?.mock || model.startsWith('mock/') ? undefined : cacheMaxAgeMs;
}

/**
 * Tells whether a reply may answer the same request again: it was whole, and led on to the end of its task – its answer
 * met the schema, and the tools that it called have no effect.
 */
export function mayBeReused(request: ModelRequest, reply: ModelReply): boolean {
  const { toolCalls, text } = reply;
  if (isBadReply(reply)) return false;
  if (toolCalls.length > 0)
    return request.toolChoice === 'auto' && toolCalls.every((call) => isHarmless(request, call));
  return request.outputSchema === undefined || parseAnswer(request.outputSchema, text).ok;
}

function isHarmless({ tools }: ModelRequest, { name, invalid }: ToolCall): boolean {
  return invalid === undefined && tools.some((tool) => tool.name === name && tool.effect === 'none');
}

/** The results of a turn's tool calls, in their order; undefined while one is open. They run side by side. */
function lookAtTools(
  look: Look,
  turn: number,
  calls: readonly ToolCall[],
  delegating: Delegating,
): readonly Message[] | undefined {
  const { state, node, task, draft } = look;
  const ofTool = (call: ToolCall, index: number) => lookAtTool(look, `turn[${turn}]/tool[${index + 1}]`, call);
  // Of a hundred that the engine answers one after the other each is looked at a few times, not a hundred times.
  const answered = node.slots?.get(`turn[${turn}]`)?.answered ?? 0;
  const later: SlotResult[] = [];
  for (const call of calls.slice(answered)) {
    const delegated = lookAtDelegation(state, node, task, call, delegating, draft);
    later.push(delegated ?? ofTool(call, answered + later.length));
    // The task is looked at again when that is recorded.
    if (draft.facts.at(-1)?.type === 'call-answered') return undefined;
  }
  if (later.some((result) => result.type === 'open')) return undefined;
  const results = [...calls.slice(0, answered).map(ofTool), ...later];
  return results.map((result, index) => toolMessage(calls[index]?.id ?? '', result));
}

function lookAtTool(look: Look, key: string, call: ToolCall): SlotResult {
  const { state, node, task, agent, draft } = look;
  const tool = agent.tools.includes(call.name) ? state.tools.get(call.name) : undefined;
  if (!tool) return { type: 'failed', error: unknownTool(look, call.name) };
  if (call.invalid !== undefined) {
    return { type: 'failed', error: failure('invalid_arguments', `The arguments are not JSON: ${call.invalid}`) };
  }
  if (tool.answeredBy === 'engine') {
    const use = { node, key, tool, input: call.arguments, toolCallId: call.id, ...timeoutOf(task) };
    return lookAtEngineTool(state, use, draft);
  }
  return lookAtSlot(
    state,
    {
      node,
      key,
      effect: tool.effect,
      ...timeoutOf(task),
      tool: { name: tool.name, input: call.arguments, asks: tool.asks === 'first' },
      build: (place) => ({
        ...place,
        kind: 'tool',
        tool: tool.name,
        input: call.arguments,
        toolCallId: call.id,
      }),
    },
    draft,
  );
}

function toolMessage(toolCallId: string, result: SlotResult): Message {
  if (result.type === 'done') {
    const { output } = result;
    return { role: 'tool', toolCallId, content: typeof output === 'string' ? output : JSON.stringify(output) };
  }
  const content = result.type === 'failed' ? `${result.error.code}: ${result.error.message}` : '';
  return { role: 'tool', toolCallId, content, isError: true };
}

/** The final answer: the text, or the value that the schema asks for, after one repair if need be. */
function answer(look: Look, turn: number, reply: ModelReply): void {
  const { state, node, task, agent, draft, finish } = look;
  if (reply.toolCalls.length > 0 && reply.text === '') return failTask(state, node, tooManyTurns(look), draft);
  const schema = schemaOf(task, agent);
  if (!schema) return finish(reply.text);
  const first = parseAnswer(schema, reply.text);
  if (first.ok) return finish(first.value);
  const result = lookAtRepair(look, turn, reply, first.problem);
  if (result.type !== 'replied') return endUnless(look, result);
  const problem = problemOfReply(look, result.reply);
  if (problem) return failTask(state, node, problem, draft);
  const second = parseAnswer(schema, result.reply.text);
  if (second.ok) finish(second.value);
  else failTask(state, node, invalidOutput(look, second.problem), draft);
}

/** Of a list with a thousand mistakes the first few are enough to mend them all. */
const longestProblem = 2_000;

/** One more call without tools, in the same attempt, that shows the model what is wrong. */
function lookAtRepair(look: Look, turn: number, reply: ModelReply, problem: string): SlotResult {
  const { node } = look;
  const words = problem.length > longestProblem ? `${problem.slice(0, longestProblem)}…` : problem;
  const content = `Your answer does not fit the JSON schema: ${words}. Answer again with the corrected JSON value and nothing else.`;
  const tail: readonly Message[] = [
    { role: 'assistant', content: reply.text },
    { role: 'user', content },
  ];
  const firstAttempt = Math.max(1, node.slots?.get(`turn[${turn}]`)?.attempt ?? 1);
  return ask(look, `turn[${turn}]/repair`, tail, { tools: [], toolChoice: 'auto', firstAttempt });
}

function parseAnswer(
  schema: NonNullable<Agent['outputSchema']>,
  text: string,
): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problem: string } {
  let value: Json;
  try {
    value = JSON.parse(withoutFence(text)) as Json;
  } catch (error) {
    return { ok: false, problem: `it is not JSON (${error instanceof Error ? error.message : String(error)})` };
  }
  const problems = validateJson(schema, value);
  if (problems.length === 0) return { ok: true, value };
  return { ok: false, problem: problems.map(({ path, message }) => `${path || 'value'} ${message}`).join('; ') };
}

/** Models like to wrap JSON in a Markdown fence; what it wraps is meant. */
function withoutFence(text: string): string {
  const fenced = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/.exec(text);
  return fenced?.[1] ?? text;
}

function endUnless({ state, node, draft }: Look, result: SlotResult): void {
  if (result.type === 'failed') failTask(state, node, result.error, draft);
}

/** A stop that is no answer; its usage is kept, and it is not tried again. */
function problemOfReply({ node }: Look, reply: ModelReply): Failure | undefined {
  if (reply.finishReason === 'length') {
    return failure(
      'output_truncated',
      `The answer of the model in ${node.path} was cut off at the limit of its output.`,
      {
        remedy: 'Raise `max_output_tokens` of the agent, or ask for less.',
      },
    );
  }
  if (reply.finishReason === 'content_filter') {
    return failure('content_filtered', `The provider's filter stopped the answer in ${node.path}.`);
  }
  return undefined;
}

/** True for a recorded reply that made its task fail: a resume asks again. */
export function isBadReply(reply: ModelReply): boolean {
  return reply.finishReason === 'length' || reply.finishReason === 'content_filter';
}

function assistantMessage(reply: ModelReply): Message {
  return { role: 'assistant', content: reply.text, toolCalls: reply.toolCalls };
}

function toolsOf({ state, agent }: Look): readonly ToolDescriptor[] {
  return [...agent.tools.flatMap((name) => state.tools.get(name) ?? []), ...delegationTools(agent)];
}

function schemaOf(task: AskingTask, agent: Agent): Agent['outputSchema'] {
  return task.outputSchema ?? agent.outputSchema;
}

function timeoutOf(task: AskingTask): { readonly timeoutMs?: number } {
  return task.timeoutMs === undefined ? {} : { timeoutMs: task.timeoutMs };
}

function unknownAgent(task: AskingTask): Failure {
  return failure('unknown_agent', `The task ${task.path} names the agent ${task.agentName}, which does not exist.`);
}

function unknownTool(look: Look, name: string): Failure {
  const known = [...look.agent.tools, ...delegationTools(look.agent).map((tool) => tool.name)].join(', ') || 'none';
  return failure('unknown_tool', `There is no tool ${name}. Tools: ${known}.`);
}

function tooManyTurns({ node, agent }: Look): Failure {
  return failure(
    'max_iterations',
    `The agent ${agent.name} in ${node.path} still called tools in the last of its ${agent.maxIterations} iterations.`,
    { remedy: 'Raise `max_iterations` of the agent, or make its task smaller.' },
  );
}

function invalidOutput({ node }: Look, problem: string): Failure {
  return failure(
    'invalid_output',
    `The answer in ${node.path} does not fit its schema, nor does the repair: ${problem}.`,
  );
}
