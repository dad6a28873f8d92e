// Messages between agents. Three kinds of channels: the queue of an agent, a topic, and what goes to all. Invariants:
//   B1. A reader gets a message at most once, the highest priority first, then in the order in which they were sent.
//   B2. A channel holds at most `maxHeld` messages. A full one throws away the oldest of its lowest priority for a new one,
//       or the new one, if that is lower still; never more than one, and the event of the new one names it.
//   B3. What a queue has given is gone from it; a topic keeps its messages for other readers until there is no room.
import type { Json } from '../../run/index.ts';

/** How many messages a channel holds. */
export const maxHeld = 1_000;
/** How many topics there may be in a file. */
export const maxTopics = 100;

const priorities = 10;

export interface BusMessage {
  /** Counts all messages of the run, from 1. */
  readonly number: number;
  readonly from: string;
  readonly priority: number;
  /** Text or data, as it was given. */
  readonly content: { readonly text: string } | { readonly data: Json };
  readonly to?: string;
  readonly topic?: string;
}

/** The messages of one priority, by their numbers; those before `head` are gone. */
interface Lane {
  messages: BusMessage[];
  head: number;
}

export interface Channel {
  /** By priority, from 0. */
  readonly lanes: readonly Lane[];
  size: number;
  /** Of a channel with many readers: for each of them the last number that they have read, by priority. */
  readonly cursors: Map<string, number[]>;
}

/** By the names that `channelOf` gives. */
export interface Bus {
  readonly channels: Map<string, Channel>;
  topics: number;
}

export function newBus(): Bus {
  return { channels: new Map(), topics: 0 };
}

const toAll = 'all';

/** The name of the channel that a message goes to. It is also what readers wait for. */
export function channelOf({ to, topic }: Pick<BusMessage, 'to' | 'topic'>): string {
  if (to !== undefined) return `to ${to}`;
  return topic === undefined ? toAll : `topic ${topic}`;
}

/** The channels that somebody reads: a topic, or what goes to them and to all. */
export function channelsFor(reader: string, topic: string | undefined): readonly string[] {
  return topic === undefined ? [channelOf({ to: reader }), toAll] : [channelOf({ topic })];
}

/** Tells whether a message would be one topic too many. */
export function isTopicTooMany({ channels, topics }: Bus, { topic }: { readonly topic?: string }): boolean {
  return topic !== undefined && topics >= maxTopics && !channels.has(channelOf({ topic }));
}

/** The number of the message that has to go if this one comes, perhaps its own; undefined: there is room. */
export function droppedFor(
  bus: Bus,
  message: Pick<BusMessage, 'number' | 'priority' | 'to' | 'topic'>,
): number | undefined {
  const channel = bus.channels.get(channelOf(message));
  if (!channel || channel.size < maxHeld) return undefined;
  const lowest = channel.lanes.findIndex((lane) => lane.head < lane.messages.length);
  const lane = channel.lanes[lowest];
  return lane && lowest <= message.priority ? lane.messages[lane.head]?.number : message.number;
}

/** What a reader gets, and how much is left for them. @param max at least 1 */
export function unread(
  { channels }: Bus,
  reader: string,
  topic: string | undefined,
  max: number,
): { readonly messages: readonly BusMessage[]; readonly left: number } {
  const read = channelsFor(reader, topic).flatMap((name) => channels.get(name) ?? []);
  const messages: BusMessage[] = [];
  let left = 0;
  for (let priority = priorities - 1; priority >= 0; priority -= 1) {
    const found = read.flatMap((channel) => unreadIn(channel, priority, reader));
    if (read.length > 1) found.sort((a, b) => a.number - b.number);
    const taken = found.slice(0, max - messages.length);
    messages.push(...taken);
    left += found.length - taken.length;
  }
  return { messages, left };
}

/** Nobody reads what they have told all. */
function unreadIn({ lanes, cursors }: Channel, priority: number, reader: string): readonly BusMessage[] {
  const lane = lanes[priority];
  if (!lane || lane.head === lane.messages.length) return [];
  const cursor = cursors.get(reader)?.[priority] ?? 0;
  const from = Math.max(lane.head, placeAfter(lane.messages, cursor));
  const found = lane.messages.slice(from);
  return found.some((message) => isOwn(message, reader)) ? found.filter((message) => !isOwn(message, reader)) : found;
}

function isOwn(message: BusMessage, reader: string): boolean {
  return message.to === undefined && message.from === reader;
}

/** The place of the first message after a number. */
function placeAfter(messages: readonly BusMessage[], number: number): number {
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.number ?? 0) > number) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Folds a message. @param dropped as `droppedFor` says */
export function addMessage(bus: Bus, message: BusMessage, dropped: number | undefined): void {
  const name = channelOf(message);
  let channel = bus.channels.get(name);
  if (!channel) {
    channel = newChannel();
    bus.channels.set(name, channel);
    if (message.topic !== undefined) bus.topics += 1;
  }
  if (dropped === message.number) return;
  if (dropped !== undefined) shift(channel, dropped);
  channel.lanes[message.priority]?.messages.push(message);
  channel.size += 1;
}

function newChannel(): Channel {
  return { lanes: Array.from({ length: priorities }, () => ({ messages: [], head: 0 })), size: 0, cursors: new Map() };
}

/** Folds that somebody has read messages, in the order in which they got them. Throws if they were not there to read. */
export function takeMessages(bus: Bus, reader: string, topic: string | undefined, numbers: readonly number[]): void {
  const channels = channelsFor(reader, topic).flatMap((name) => bus.channels.get(name) ?? []);
  for (const number of numbers) {
    if (!channels.some((channel) => takeFrom(channel, reader, number)))
      throw new Error(`The record lets ${reader} read the message ${number}, which is not there.`);
  }
}

function takeFrom(channel: Channel, reader: string, number: number): boolean {
  const priority = channel.lanes.findIndex((lane) => holds(lane, number));
  if (priority < 0) return false;
  if (channel.lanes[priority]?.messages.at(-1)?.to !== undefined) return shift(channel, number);
  const cursor = channel.cursors.get(reader) ?? Array.from({ length: priorities }, () => 0);
  if (number <= (cursor[priority] ?? 0)) return false;
  channel.cursors.set(reader, cursor.with(priority, number));
  return true;
}

function holds({ messages, head }: Lane, number: number): boolean {
  const place = placeAfter(messages, number - 1);
  return place >= head && messages[place]?.number === number;
}

/** Takes out a message that is the first of its priority. */
function shift(channel: Channel, number: number): boolean {
  const lane = channel.lanes.find(({ messages, head }) => messages[head]?.number === number);
  if (!lane) return false;
  lane.head += 1;
  channel.size -= 1;
  // What is gone is forgotten now and then, so that a queue stays short without moving its messages each time.
  if (lane.head === lane.messages.length || lane.head > maxHeld) {
    lane.messages = lane.messages.slice(lane.head);
    lane.head = 0;
  }
  return true;
}
