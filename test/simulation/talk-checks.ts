// What must hold of agents that work together, read from the record alone: who gets which message, what has to go when
// there is no room, which versions shared values have, who is at work.
import { isJsonObject, type Json, type JsonObject, type RunEvent } from '../../run/index.ts';

type Answered = Extract<RunEvent, { type: 'call-answered' }>;

/** So many messages a channel holds. */
const room = 1_000;
const longestWaitMs = 600_000;

interface Sent {
  readonly number: number;
  readonly priority: number;
  readonly from: string;
  readonly channel: string;
  readonly readBy: Set<string>;
}

/** One file under way. */
class Talk {
  /** What is still there to read, by the number. */
  readonly held = new Map<number, Sent>();
  readonly versions = new Map<string, number>();
  /** The last write of an entry, or of a whole value, by its full name. */
  readonly writes = new Map<string, number>();
  readonly notes = new Map<string, Set<string>>();
  readonly busy = new Map<string, number>();
}

export class TalkChecks {
  readonly #talks = new Map<string, Talk>();
  readonly #used = new Set<string>();
  #messages = 0;

  /** What is wrong with the use of a tool. @param file the path of the task that calls the file in which it stands */
  answered(event: Answered, file: string): readonly string[] {
    const talk = this.#talkOf(file);
    const problems = this.#used.has(event.path) ? ['is answered twice under one name'] : [];
    this.#used.add(event.path);
    if (event.outcome.status === 'failed') {
      const { message, taken, shared, memory, dropped } = event;
      if (message ?? taken ?? shared ?? memory ?? dropped) problems.push('fails and changes something');
      return problems;
    }
    if (event.message) problems.push(...this.#sent(event, event.message, talk));
    if (event.tool === 'read_messages') problems.push(...read(event, talk));
    if (event.tool === 'get_shared') problems.push(...gotten(event, talk));
    if (event.shared) problems.push(...written(event, event.shared, talk));
    if (event.memory ?? event.tool === 'recall') problems.push(...noted(event, talk));
    if (event.tool === 'find_agents') problems.push(...found(event, talk));
    return problems;
  }

  /** A `set` task has written. */
  wrote(shared: JsonObject, file: string): void {
    for (const name of Object.keys(shared)) write(this.#talkOf(file), name);
  }

  /** Somebody begins to work or has ended. */
  works(agent: string, file: string, by: 1 | -1): void {
    const { busy } = this.#talkOf(file);
    busy.set(agent, (busy.get(agent) ?? 0) + by);
  }

  /** What is wrong with a timer. */
  waits(event: Extract<RunEvent, { type: 'timer-set' }>): readonly string[] {
    return event.awaits && event.dueAt - event.at > longestWaitMs ? ['waits too long'] : [];
  }

  #sent(event: Answered, message: NonNullable<Answered['message']>, talk: Talk): readonly string[] {
    const { number, priority, to, topic } = message;
    this.#messages += 1;
    const problems = number === this.#messages ? [] : [`sends message ${number} in the place of ${this.#messages}`];
    const channel = to !== undefined ? `to ${to}` : topic !== undefined ? `topic ${topic}` : 'all';
    const others = [...talk.held.values()].filter((one) => one.channel === channel);
    const sent = { number, priority, from: event.by, channel, readBy: new Set<string>() };
    talk.held.set(number, sent);
    const lowest = [...others, sent].sort((a, b) => a.priority - b.priority || a.number - b.number)[0];
    const expected = others.length < room ? undefined : lowest?.number;
    if (event.dropped !== expected) problems.push(`throws away message ${event.dropped}, not ${expected}`);
    if (expected !== undefined) talk.held.delete(expected);
    return problems;
  }

  #talkOf(file: string): Talk {
    const talk = this.#talks.get(file) ?? new Talk();
    this.#talks.set(file, talk);
    return talk;
  }
}

/** The first of what is there to read, and all that there is room for. */
function read({ by, input, taken = [], outcome }: Answered, talk: Talk): readonly string[] {
  const { topic, max = 20 } = input as JsonObject;
  const channels = typeof topic === 'string' ? [`topic ${topic}`] : [`to ${by}`, 'all'];
  const open = [...talk.held.values()]
    .filter(
      ({ channel, from, readBy }) =>
        channels.includes(channel) && !readBy.has(by) && !(isShared(channel) && from === by),
    )
    .sort((a, b) => b.priority - a.priority || a.number - b.number);
  const expected = open.slice(0, Number(max));
  for (const sent of expected) {
    sent.readBy.add(by);
    if (!isShared(sent.channel)) talk.held.delete(sent.number);
  }
  const numbers = expected.map(({ number }) => number).join(' ');
  const problems = taken.join(' ') === numbers ? [] : [`reads ${taken.join(' ')}, not ${numbers}`];
  const output = 'output' in outcome && isJsonObject(outcome.output) ? outcome.output : {};
  const shown = Array.isArray(output['messages']) ? output['messages'].map(numberOf) : [];
  if (shown.join(' ') !== taken.join(' ')) problems.push(`shows ${shown.join(' ')} and takes ${taken.join(' ')}`);
  if (output['left'] !== open.length - expected.length) problems.push(`leaves ${textOf(output['left'])}`);
  return problems;
}

function isShared(channel: string): boolean {
  return !channel.startsWith('to ');
}

function numberOf(message: Json): number {
  return isJsonObject(message) ? Number(message['number']) : 0;
}

function versionOf(talk: Talk, name: string): number {
  const base = name.split('.')[0] ?? name;
  return name === base ? (talk.versions.get(base) ?? 0) : (talk.writes.get(name) ?? talk.writes.get(base) ?? 0);
}

function write(talk: Talk, name: string): number {
  const base = name.split('.')[0] ?? name;
  const version = (talk.versions.get(base) ?? 0) + 1;
  talk.versions.set(base, version);
  if (name === base) for (const key of talk.writes.keys()) if (key.startsWith(`${base}.`)) talk.writes.delete(key);
  talk.writes.set(name, version);
  return version;
}

function gotten({ input, outcome }: Answered, talk: Talk): readonly string[] {
  const version = versionOf(talk, textOf((input as JsonObject)['name']));
  const seen = 'output' in outcome && isJsonObject(outcome.output) ? outcome.output['version'] : undefined;
  return seen === version ? [] : [`sees version ${textOf(seen)} of ${version}`];
}

function written({ input }: Answered, shared: NonNullable<Answered['shared']>, talk: Talk): readonly string[] {
  const { if_version: expected } = input as JsonObject;
  const before = versionOf(talk, shared.name);
  const problems =
    expected === undefined || expected === before ? [] : [`writes over version ${before}, not ${textOf(expected)}`];
  const version = write(talk, shared.name);
  return version === shared.version ? problems : [...problems, `writes version ${shared.version} after ${version - 1}`];
}

function noted({ by, memory, outcome }: Answered, talk: Talk): readonly string[] {
  const notes = talk.notes.get(by) ?? new Set();
  talk.notes.set(by, notes);
  if (memory?.forgotten) return notes.delete(memory.key) ? [] : ['forgets what was not there'];
  if (memory) notes.add(memory.key);
  const entries = 'output' in outcome && isJsonObject(outcome.output) ? outcome.output['entries'] : undefined;
  const unknown = Object.keys(isJsonObject(entries) ? entries : {}).find((key) => !notes.has(key));
  return unknown === undefined ? [] : [`recalls ${unknown}, which ${by} has not noted`];
}

function found({ outcome }: Answered, talk: Talk): readonly string[] {
  const list = 'output' in outcome && Array.isArray(outcome.output) ? outcome.output.filter(isJsonObject) : [];
  const wrong = list.find(({ agent, busy }) => busy !== (talk.busy.get(textOf(agent)) ?? 0));
  return wrong ? [`counts ${textOf(wrong['busy'])} tasks of ${textOf(wrong['agent'])}`] : [];
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
