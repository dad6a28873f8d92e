// Agents that ask other agents, and hand their conversation over. Both are tools that a model is offered, and nothing
// leaves the engine for them: whom it asks is a part of its task, `draft/researcher[1]`, and so is who goes on in its
// place, `draft/handoff`. Invariants:
//   H1. A conversation is handed on once by each of its agents, and only so often as the first of them allows.
//   H2. What was said of a part is not asked again: after a resume only those begin anew whose result nobody has heard.
import { type Failure, failure, type Json, type Message, type ToolCall, type ToolDescriptor } from '../../run/index.ts';
import { isJsonObject } from '../../run/index.ts';
import type { Agent, AgentLink, AgentTask } from '../../workflow/model/model.ts';
import { type Delegable, handoffTask, subAgentTask } from '../../workflow/index.ts';
import { beginOrSkip } from './begin.ts';
import { failTask } from './ending.ts';
import { beginPart, numberInKey, type PartPlan } from './parts.ts';
import type { SlotResult } from './slot.ts';
import { asksAgent } from './nodes.ts';
import type { CoreState, Draft, TaskNode } from './state.ts';

/** What a task that asks an agent says of it. */
type Asking = Delegable & Pick<AgentTask, 'agentName'>;

/** How deep agents may ask agents. */
export const maxSubAgentDepth = 5;

const handoffKey = 'handoff';
const handoffPrefix = 'handoff_to_';

/** Tells whether an agent may ask others, or hand over to them. */
export function delegates({ subAgents, handoffs }: Agent): boolean {
  return subAgents.length > 0 || handoffs.length > 0;
}

/** The tools by which an agent reaches others. */
export function delegationTools({ subAgents, handoffs }: Agent): readonly ToolDescriptor[] {
  return [...subAgents.map(askTool), ...handoffs.map(handoffTool)];
}

function askTool({ name, agent }: AgentLink): ToolDescriptor {
  const description = `Asks the agent ${name}, which sees nothing of this conversation. ${aboutAgent(agent())}`.trim();
  return delegationTool(name, description, 'prompt', 'What it is to do, with all that it needs to know for that.');
}

function handoffTool({ name, agent }: AgentLink): ToolDescriptor {
  const description = `Hands this conversation over to the agent ${name}, which then answers in your place. ${aboutAgent(agent())}`;
  return delegationTool(
    `${handoffPrefix}${name}`,
    description.trim(),
    'message',
    'What it should know at once: why you hand over.',
  );
}

function aboutAgent(agent: Agent | undefined): string {
  const { description = '', capabilities = [] } = agent ?? {};
  const skills = capabilities.length > 0 ? `It is good at: ${capabilities.join(', ')}.` : '';
  return [description, skills].filter((words) => words !== '').join(' ');
}

/** What comes of it may have an effect, so an answer that asks for it is not used again. */
function delegationTool(name: string, description: string, field: string, about: string): ToolDescriptor {
  const properties = { [field]: { type: 'string', description: about } };
  const input = { type: 'object', required: [field], properties, additionalProperties: false };
  return { name, description, input, effect: 'repeatable', asks: 'never' };
}

/** The part of an agent's task with a key, as far as it follows from the key alone. */
export function delegatedPart(node: TaskNode, task: Asking, key: string): PartPlan | undefined {
  const { subAgents = [] } = task.agent ?? {};
  if (key === handoffKey) {
    const agent = handedTo(node, task);
    return agent && { key, task: handoffTask(task, agent), place: 0 };
  }
  for (const [index, link] of subAgents.entries()) {
    const number = numberInKey(key, link.name);
    // Each has a place of its own, whoever else is asked.
    if (number !== undefined)
      return { key, task: subAgentTask(task, link), place: number * subAgents.length + index + 1 };
  }
  return undefined;
}

/** To whom the last answer of an agent hands over. */
function handedTo(node: TaskNode, { agent }: Asking): Agent | undefined {
  for (let turn = agent?.maxIterations ?? 0; turn > 0; turn -= 1) {
    const outcome = node.slots?.get(`turn[${turn}]`)?.outcome;
    if (outcome?.status !== 'completed' || !('reply' in outcome) || !agent) continue;
    return handoffIn(agent, outcome.reply.toolCalls)?.link.agent();
  }
  return undefined;
}

/** A call by which a model hands over. */
interface Handoff {
  readonly call: ToolCall;
  readonly link: AgentLink;
  readonly message: string;
}

/** The first of a turn's calls that hands over; the others are told so. */
export function handoffIn({ handoffs }: Agent, calls: readonly ToolCall[]): Handoff | undefined {
  if (handoffs.length === 0) return undefined;
  for (const call of calls) {
    const link = handoffs.find(({ name }) => call.name === `${handoffPrefix}${name}`);
    const message = textIn(call, 'message');
    if (link && message !== undefined) return { call, link, message };
  }
  return undefined;
}

function textIn({ arguments: given, invalid }: ToolCall, field: string): string | undefined {
  const text = invalid === undefined && isJsonObject(given) ? given[field] : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** Why a conversation may not be handed on any more. */
export function whyNotHandedOn(node: TaskNode, { link }: Handoff): Failure | undefined {
  let first = node;
  let count = 0;
  for (; first.owner && isHandoff(first); first = first.owner) count += 1;
  const { task, path } = first;
  const agent = asksAgent(task) ? task.agent : undefined;
  if (!agent || count < agent.maxHandoffs) return undefined;
  const times = agent.maxHandoffs === 1 ? 'once' : `${agent.maxHandoffs} times`;
  return failure(
    'handoff_limit',
    `The conversation of ${path} was handed on ${times}, and is to go to ${link.name} now.`,
    {
      remedy: `Raise \`max_handoffs\` of ${agent.name}, or tell its agents when to answer themselves.`,
      details: { handoffs: count, agent: link.name },
    },
  );
}

/** True for an agent that goes on with the conversation of another one. */
export function isHandoff({ role, owner, path }: TaskNode): boolean {
  return role === 'part' && owner !== undefined && asksAgent(owner.task) && path === `${owner.path}/${handoffKey}`;
}

/** Begins the part that goes on. @param talk the conversation, the answer that hands over and the results of its tools included */
export function handOver(
  state: CoreState,
  node: TaskNode,
  task: Asking,
  { call, message, link }: Handoff,
  talk: readonly Message[],
  draft: Draft,
): void {
  const agent = link.agent();
  const { agentName } = task;
  const last: Message = { role: 'user', content: `${agentName} has handed this conversation over to you: ${message}` };
  const messages = [...inWords(talk, call), last];
  const plan: PartPlan = { key: handoffKey, task: handoffTask(task, agent), place: 0 };
  beginPart(state, node, { ...plan, given: { messages: messages as unknown as Json } }, draft);
}

/**
 * A conversation without calls of tools, for who goes on may have none, and some providers refuse calls of tools that a
 * request does not name.
 */
function inWords(talk: readonly Message[], handoff: ToolCall): readonly Message[] {
  const names = new Map<string, string>();
  // Ids of calls are those of a turn; that of an earlier one may be the same.
  const last = talk.findLastIndex(({ role }) => role === 'assistant');
  return talk.flatMap((message, place): readonly Message[] => {
    const hidden = place < last ? undefined : handoff.id;
    if (message.role === 'tool') {
      const { toolCallId, content, isError } = message;
      const name = names.get(toolCallId) ?? 'a tool';
      return toolCallId === hidden
        ? []
        : [{ role: 'user', content: `(${name} ${isError ? 'failed' : 'gave'}: ${content})` }];
    }
    if (message.role !== 'assistant') return [message];
    const calls = (message.toolCalls ?? []).filter(({ id }) => id !== hidden);
    for (const { id, name } of calls) names.set(id, name);
    const told = calls.map(({ name, arguments: input }) => `(calls ${name} with ${JSON.stringify(input)})`);
    const content = [message.content, ...told].filter((line) => line !== '').join('\n');
    return content === '' ? [] : [{ role: 'assistant', content }];
  });
}

/** Looks at an agent whose conversation another one goes on with. @param finish what becomes of that one's answer */
export function lookAtHandedOver(
  state: CoreState,
  node: TaskNode,
  handed: TaskNode,
  draft: Draft,
  finish: (answer: Json) => void,
): void {
  switch (handed.status) {
    case 'running':
      return;
    case 'pending':
      // A resume opened it again.
      return void beginOrSkip(state, handed, draft);
    case 'completed':
      return finish(handed.output ?? null);
    case 'failed':
    case 'cancelled':
    case 'skipped':
      return failTask(state, node, handed.error ?? failure('failed', `${handed.path} gave no answer.`), draft);
  }
}

/** What a turn has to do with other agents. */
export interface Delegating {
  readonly handoff: Handoff | undefined;
  /** How often each sub-agent was asked so far, this turn included as far as it was looked at. */
  readonly asked: Map<string, number>;
  /** The results of this turn were told to the model before. */
  readonly isTold: boolean;
}

/** The result of a call that reaches another agent; undefined if it is a call of a tool. */
export function lookAtDelegation(
  state: CoreState,
  node: TaskNode,
  task: Asking,
  call: ToolCall,
  { handoff, asked, isTold }: Delegating,
  draft: Draft,
): SlotResult | undefined {
  const { agent } = task;
  if (!agent || (!call.name.startsWith(handoffPrefix) && agent.subAgents.length === 0)) return undefined;
  if (agent.handoffs.some(({ name }) => call.name === `${handoffPrefix}${name}`)) return resultOfHandoff(call, handoff);
  const link = agent.subAgents.find(({ name }) => name === call.name);
  if (!link) return undefined;
  const prompt = textIn(call, 'prompt');
  if (prompt === undefined) return { type: 'failed', error: withoutText(call, 'prompt') };
  const number = (asked.get(link.name) ?? 0) + 1;
  asked.set(link.name, number);
  // H2: nobody listens any more.
  if (isTold) return { type: 'done', output: null };
  return lookAtSubAgent(state, node, task, { link, prompt, key: `${link.name}[${number}]` }, draft);
}

function resultOfHandoff(call: ToolCall, handoff: Handoff | undefined): SlotResult {
  if (call === handoff?.call) return { type: 'done', output: 'handed over' };
  if (!handoff || textIn(call, 'message') === undefined) return { type: 'failed', error: withoutText(call, 'message') };
  return { type: 'failed', error: failure('already_handed_over', `The conversation goes to ${handoff.link.name}.`) };
}

function lookAtSubAgent(
  state: CoreState,
  node: TaskNode,
  task: Asking,
  { link, prompt, key }: { readonly link: AgentLink; readonly prompt: string; readonly key: string },
  draft: Draft,
): SlotResult {
  const part = node.parts?.get(key);
  switch (part?.status) {
    case undefined:
      if (depthOf(node) >= maxSubAgentDepth) return { type: 'failed', error: tooDeep(link) };
      return begin(state, node, task, key, prompt, draft);
    case 'pending':
      return begin(state, node, task, key, prompt, draft);
    case 'completed':
      return { type: 'done', output: part.output ?? null };
    case 'failed':
      return { type: 'failed', error: part.error ?? failure('failed', `${part.path} failed.`) };
    case 'running':
    case 'skipped':
    case 'cancelled':
      return { type: 'open' };
  }
}

function begin(state: CoreState, node: TaskNode, task: Asking, key: string, prompt: string, draft: Draft): SlotResult {
  const plan = delegatedPart(node, task, key);
  if (plan) beginPart(state, node, { ...plan, given: { prompt } }, draft);
  return { type: 'open' };
}

/** How many agents around a node wait for it to answer, each through the next. */
function depthOf(node: TaskNode): number {
  let depth = 0;
  for (let at: TaskNode | undefined = node; at; at = at.owner) {
    if (at.role === 'part' && at.owner && asksAgent(at.owner.task) && !isHandoff(at)) depth += 1;
  }
  return depth;
}

function tooDeep({ name }: AgentLink): Failure {
  return failure('sub_agent_depth', `${name} is not asked: agents may ask each other ${maxSubAgentDepth} deep.`);
}

function withoutText({ name, invalid }: ToolCall, field: string): Failure {
  const why = invalid === undefined ? `they have no text \`${field}\`` : `they are not JSON: ${invalid}`;
  return failure('invalid_arguments', `The arguments of ${name} can not be used: ${why}.`);
}
