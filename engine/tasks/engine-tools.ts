// Tools that the engine answers itself. Question, answer and effect are one fact (`call-answered`), so there is nothing
// that could be lost in between. Invariants:
//   T1. One answer at a look: the next may depend on what this one changes, and the fold brings the task back here.
//   T2. Who waits for something new is answered when it comes or when the time is up, whatever is first; never later.
//   T3. Such a use takes no place among the calls under way, and has one attempt.
import { type CallAnswered, failure, isJsonObject, type Json, type ToolDescriptor } from '../../run/index.ts';
import { durationMs, validateJson } from '../../workflow/index.ts';
import { readMessages, sendMessage } from './bus-tools.ts';
import { type Answer, type EngineCall, given, refused } from './engine-call.ts';
import { jsonBytes } from './json-bytes.ts';
import { callerOf, findAgents } from './registry.ts';
import { getShared, setShared } from './shared-tools.ts';
import { nextCallPath, type SlotResult } from './slot.ts';
import { newSlot } from './nodes.ts';
import type { CallSlot, CoreState, Draft, TaskNode } from './state.ts';
import { forget, recall, remember } from './working-memory.ts';

/** What one use may bring in as JSON text, in bytes: messages and notes are small, and there may be many. */
const maxInputBytes = 32 * 1024;
/** Nobody waits longer. */
const longestWaitMs = 600_000;

const answers: { readonly [tool: string]: (call: EngineCall) => Answer } = {
  send_message: sendMessage,
  read_messages: readMessages,
  find_agents: ({ node, input }) =>
    given(findAgents(node.file, input['capability'] as string | undefined, input['idle'] === true)),
  get_shared: getShared,
  set_shared: setShared,
  remember,
  recall,
  forget,
};

/** One use of such a tool. */
export interface EngineToolPlan {
  readonly node: TaskNode;
  readonly key: string;
  readonly tool: ToolDescriptor;
  readonly input: Json;
  readonly toolCallId?: string;
  /** A wait ends with it. */
  readonly timeoutMs?: number;
}

/** Tells whether the engine answers a tool itself. */
export function isAnsweredByEngine(state: CoreState, tool: string): boolean {
  return state.tools.get(tool)?.answeredBy === 'engine';
}

/** Looks at one use: gives its result, or drafts its answer, or the timer of a wait. */
export function lookAtEngineTool(state: CoreState, plan: EngineToolPlan, draft: Draft): SlotResult {
  const slot = plan.node.slots?.get(plan.key) ?? newSlot(plan.key);
  const { outcome } = slot;
  if (slot.phase === 'ended' && outcome?.status === 'failed') return { type: 'failed', error: outcome.error };
  if (slot.phase === 'ended' && outcome?.status === 'completed' && 'output' in outcome)
    return { type: 'done', output: outcome.output };
  if (draft.facts.length > 0) return { type: 'open' };
  const by = callerOf(plan.node);
  const { awaits, ...answer } = answerTo(state, plan, by);
  const waitMs = awaits ? waitOf(plan) : 0;
  if (awaits && waitMs > 0 && slot.wait !== 'fired') beginWait(state, plan, slot, waitMs, awaits, draft);
  else draft.facts.push(callAnswered(plan, slot, by, answer));
  return { type: 'open' };
}

function answerTo(state: CoreState, { node, tool, input }: EngineToolPlan, by: string): Answer {
  const answer = answers[tool.name];
  if (!answer) throw new Error(`the engine has no answer for the tool ${tool.name}`);
  const problem = problemOfInput(tool, input);
  if (problem !== undefined || !isJsonObject(input))
    return refused(
      failure('invalid_input', `The input of ${tool.name} does not meet its schema: ${problem}.`, {
        remedy: 'Correct the input.',
      }),
    );
  if (jsonBytes(input, maxInputBytes) > maxInputBytes)
    return refused(
      failure('too_large', `The input of ${tool.name} takes more than 32 KB.`, { remedy: 'Say less, or name a file.' }),
    );
  return answer({ state, node, by, input });
}

function problemOfInput(tool: ToolDescriptor, input: Json): string | undefined {
  const problems = validateJson(tool.input, input);
  if (problems.length === 0) return undefined;
  return problems.map(({ path, message }) => `${path || 'value'} ${message}`).join('; ');
}

function waitOf({ input, timeoutMs = longestWaitMs }: EngineToolPlan): number {
  const wait = isJsonObject(input) ? input['wait'] : undefined;
  const ms = (typeof wait === 'string' ? durationMs(wait) : undefined) ?? 0;
  return Math.min(ms, timeoutMs, longestWaitMs);
}

function beginWait(
  state: CoreState,
  { node }: EngineToolPlan,
  slot: CallSlot,
  waitMs: number,
  awaits: readonly string[],
  draft: Draft,
): void {
  if (slot.wait === 'set') return;
  const id = `${nextCallPath(node, slot)}:wait`;
  draft.facts.push({ type: 'timer-set', id, task: node.path, purpose: 'wait', dueAt: state.at + waitMs, awaits });
}

function callAnswered(plan: EngineToolPlan, slot: CallSlot, by: string, answer: Answer): CallAnswered {
  const { node, tool, input, toolCallId } = plan;
  return {
    type: 'call-answered',
    path: nextCallPath(node, slot),
    task: node.path,
    by,
    tool: tool.name,
    ...(toolCallId !== undefined && { toolCallId }),
    input,
    ...answer,
  };
}
