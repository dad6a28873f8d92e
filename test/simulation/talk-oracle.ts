// What the tools that the engine answers give a chain of tasks, worked out the simple way: lists, and looks at all of them.
import type { Json, JsonObject } from '../../run/index.ts';
import { isJsonObject } from '../../run/index.ts';

interface Said {
  readonly message: JsonObject & { readonly number: number; readonly priority: number };
  readonly readBy: string[];
}

interface Written {
  readonly entry: string | undefined;
  readonly whole: Json;
  readonly by: string;
}

type Answer = { readonly output: Json } | { readonly code: string };

/** The messages and shared values of one file. */
export class TalkOracle {
  readonly #said: Said[] = [];
  readonly #written = new Map<string, Written[]>();
  readonly #defaults: JsonObject;
  readonly #agents: readonly string[];

  constructor(defaults: JsonObject, agents: readonly string[]) {
    this.#defaults = defaults;
    this.#agents = agents;
  }

  /** Takes note of what a task wrote. */
  write(base: string, whole: Json, by: string, entry?: string): number {
    const versions = [...(this.#written.get(base) ?? []), { entry, whole, by }];
    this.#written.set(base, versions);
    return versions.length;
  }

  /** What a tool gives. @param shared the current values; written to */
  answer(tool: string, input: JsonObject, by: string, shared: JsonObject): Answer {
    switch (tool) {
      case 'send_message':
        return this.#send(input, by);
      case 'read_messages':
        return this.#read(input, by);
      case 'get_shared':
        return { output: this.#get(nameOf(input), input['history'] === true, shared) };
      case 'set_shared':
        return this.#set(input, by, shared);
      case 'recall':
        return { output: { entries: {} } };
      default:
        throw new Error(`the chain does not use ${tool}`);
    }
  }

  #send({ to, topic, text, data, priority = 5 }: JsonObject, from: string): Answer {
    if (typeof to === 'string' && !this.#agents.includes(to)) return { code: 'unknown_agent' };
    const number = this.#said.length + 1;
    const place = { ...(to !== undefined && { to }), ...(topic !== undefined && { topic }) };
    const content = text === undefined ? { data: data ?? null } : { text };
    this.#said.push({ message: { number, from, priority: Number(priority), ...place, ...content }, readBy: [] });
    return { output: { number } };
  }

  #read({ topic, max = 20 }: JsonObject, by: string): Answer {
    const open = this.#said
      .filter(({ message, readBy }) => message['topic'] === topic && !readBy.includes(by))
      .filter(({ message }) => message['to'] === undefined || message['to'] === by)
      .sort((a, b) => b.message.priority - a.message.priority || a.message.number - b.message.number);
    const got = open.slice(0, Number(max));
    for (const { readBy } of got) readBy.push(by);
    return { output: { messages: got.map(({ message }) => message), left: open.length - got.length } };
  }

  #get(name: string, history: boolean, shared: JsonObject): Json {
    const [base = '', entry] = name.split('.');
    const partOf = (whole: Json | undefined): Json =>
      entry === undefined ? (whole ?? null) : ((isJsonObject(whole) ? whole[entry] : undefined) ?? null);
    const all = (this.#written.get(base) ?? []).map((one, index) => ({ ...one, version: index + 1 }));
    const own = all.filter((one) => entry === undefined || one.entry === undefined || one.entry === entry);
    const shown = own.map(({ version, by, whole }) => ({ version, value: partOf(whole), by }));
    const first = { version: 0, value: partOf(this.#defaults[base]) };
    const now = { ...(shown.at(-1) ?? first), value: partOf(shared[base]) };
    return { ...now, ...(history && { history: all.length === 0 ? [] : [first, ...shown] }) };
  }

  #set(input: JsonObject, by: string, shared: JsonObject): Answer {
    const name = nameOf(input);
    const [base = '', entry] = name.split('.');
    const current = this.#get(name, false, shared) as JsonObject;
    const { if_version: version, expected, value = null } = input;
    if (version !== undefined && version !== current['version']) return { code: 'conflict' };
    if (expected !== undefined && expected !== current['value']) return { code: 'conflict' };
    const before = shared[base];
    const whole = entry === undefined ? value : { ...(isJsonObject(before) ? before : {}), [entry]: value };
    shared[base] = whole;
    return { output: { version: this.write(base, whole, by, entry) } };
  }
}

function nameOf({ name }: JsonObject): string {
  return typeof name === 'string' ? name : '';
}
