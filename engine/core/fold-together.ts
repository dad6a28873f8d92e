// What events change about that which the agents of a file share: messages, shared values, notes, who is at work.
import { type CallAnswered, isJsonObject, type Json, type JsonObject } from '../../run/index.ts';
import {
  addMessage,
  asksAgent,
  type BusMessage,
  type CallSlot,
  callerOf,
  channelOf,
  type CoreState,
  type FileInstance,
  nextCallPath,
  sharedNameOf,
  takeMessages,
  type TaskNode,
  writeShared,
} from '../tasks/index.ts';

/** Folds the use of a tool that the engine answered. */
export function answerCall(state: CoreState, node: TaskNode, slot: CallSlot, event: CallAnswered): void {
  stopWait(state, node, slot);
  Object.assign(slot, { reserved: false, phase: 'ended', endedAt: state.at, outcome: event.outcome, isAnswered: true });
  const { together } = node.file;
  const input = isJsonObject(event.input) ? event.input : {};
  if (event.message) {
    const message = messageOf(event, event.message, input);
    state.messages = message.number;
    addMessage(together.bus, message, event.dropped);
    tell(state, node.file, channelOf(message));
  }
  if (event.taken) {
    const topic = input['topic'];
    takeMessages(together.bus, event.by, typeof topic === 'string' ? topic : undefined, event.taken);
  }
  if (event.shared) write(state, node.file, event.shared.name, input['value'] ?? null, event.by);
  if (event.memory) note(node.file, event.by, event.memory, input['value'] ?? null);
  state.touched.add(node);
}

function messageOf(event: CallAnswered, message: NonNullable<CallAnswered['message']>, input: JsonObject): BusMessage {
  const { text, data = null } = input;
  return { ...message, from: event.by, content: typeof text === 'string' ? { text } : { data } };
}

function note(file: FileInstance, by: string, memory: NonNullable<CallAnswered['memory']>, value: Json): void {
  const notes = file.together.notes.get(by) ?? new Map<string, Json>();
  file.together.notes.set(by, notes);
  if (memory.forgotten) notes.delete(memory.key);
  else notes.set(memory.key, value);
}

/** Folds what a `set` task wrote, in the event of its end. */
export function writeOfTask(state: CoreState, node: TaskNode, shared: JsonObject): void {
  for (const [name, value] of Object.entries(shared)) {
    if (value !== undefined) write(state, node.file, name, value, callerOf(node));
  }
}

function write(state: CoreState, file: FileInstance, name: string, value: Json, by: string): void {
  const shared = sharedNameOf(name);
  writeShared(file, shared, value, by);
  tell(state, file, `shared ${shared.base}`);
}

/** Whoever waits for this may have it now. */
function tell(state: CoreState, file: FileInstance, what: string): void {
  for (const path of file.together.waiting.get(what) ?? []) {
    const node = state.nodes.get(path);
    if (node) state.touched.add(node);
  }
}

/** Folds that a use of a tool waits for something new. */
export function beginWait(node: TaskNode, slot: CallSlot, awaits: readonly string[]): void {
  Object.assign(slot, { wait: 'set', awaits });
  const { waiting } = node.file.together;
  for (const what of awaits) {
    const nodes = waiting.get(what) ?? new Set();
    waiting.set(what, nodes);
    nodes.add(node.path);
  }
}

/** The wait is over, whatever ended it. */
export function stopWait(state: CoreState, node: TaskNode, slot: CallSlot): void {
  if (slot.wait === 'none') return;
  if (slot.wait === 'set') state.timers.delete(waitTimerOf(node, slot));
  const { awaits } = slot;
  Object.assign(slot, { wait: 'none', awaits: [] });
  const others = [...(node.slots?.values() ?? [])].flatMap((other) => other.awaits);
  for (const what of awaits) if (!others.includes(what)) forgetWaiting(node, what);
}

function forgetWaiting(node: TaskNode, what: string): void {
  const { waiting } = node.file.together;
  const nodes = waiting.get(what);
  nodes?.delete(node.path);
  if (nodes?.size === 0) waiting.delete(what);
}

/** Counts who is at work. @param by 1 when a task begins, -1 when it ends */
export function countBusy({ task, file }: TaskNode, by: 1 | -1): void {
  if (!asksAgent(task)) return;
  const { busy } = file.together;
  const count = (busy.get(task.agentName) ?? 0) + by;
  if (count > 0) busy.set(task.agentName, count);
  else busy.delete(task.agentName);
}

function waitTimerOf(node: TaskNode, slot: CallSlot): string {
  return `${nextCallPath(node, slot)}:wait`;
}
