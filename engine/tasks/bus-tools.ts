// `send_message` and `read_messages`, as what they answer and change.
import { failure, type Json, type JsonObject } from '../../run/index.ts';
import { type BusMessage, channelsFor, droppedFor, isTopicTooMany, maxTopics, unread } from './bus.ts';
import { type Answer, type EngineCall, given, refused } from './engine-call.ts';

/** How many messages are read at a time, if nobody says. */
const usualMax = 20;
const usualPriority = 5;

interface Sending {
  readonly to?: string;
  readonly topic?: string;
  readonly text?: string;
  readonly data?: Json;
  readonly priority?: number;
}

/** A message goes to an agent, to a topic or to all; it never waits for them. */
export function sendMessage({ state, node, input }: EngineCall): Answer {
  const { to, topic, text, data, priority = usualPriority } = input as Sending;
  if (to !== undefined && topic !== undefined)
    return refused(failure('invalid_input', 'A message goes to an agent (`to`) or to a `topic`, not to both.'));
  if ((text === undefined) === (data === undefined))
    return refused(failure('invalid_input', 'A message has either a `text` or `data`.'));
  const names = node.file.workflow.agents.map(({ name }) => name);
  if (to !== undefined && !names.includes(to))
    return refused(failure('unknown_agent', `There is no agent ${to}. There are: ${names.join(', ')}.`));
  const { bus } = node.file.together;
  const place = { ...(to !== undefined && { to }), ...(topic !== undefined && { topic }) };
  if (isTopicTooMany(bus, place))
    return refused(failure('too_many_topics', `There are ${maxTopics} topics already: use one of them.`));
  const message = { number: state.messages + 1, priority, ...place };
  const dropped = droppedFor(bus, message);
  const more = dropped === undefined ? {} : { dropped };
  return { ...given({ number: message.number, ...more }), message, ...more };
}

interface Reading {
  readonly max?: number;
  readonly topic?: string;
}

/** What is there to read for the caller. */
export function readMessages({ node, by, input }: EngineCall): Answer {
  const { max = usualMax, topic } = input as Reading;
  const { messages, left } = unread(node.file.together.bus, by, topic, max);
  const answer = given({ messages: messages.map(shown), left });
  if (messages.length === 0) return { ...answer, awaits: channelsFor(by, topic) };
  return { ...answer, taken: messages.map(({ number }) => number) };
}

function shown({ content, ...message }: BusMessage): JsonObject {
  return { ...message, ...content };
}
