// What an event from outside (an imported record) must look like, so that folds and projections can rely on its type.
import type { RunEvent } from './events.ts';

/** Tells where a value is not of its shape, as a path such as `.outcome.status`; undefined if it fits. */
type Shape = (value: unknown, at: string) => string | undefined;

/** Whether this is a type of event that this version knows. */
export function isEventType(type: unknown): type is RunEvent['type'] {
  return typeof type === 'string' && Object.hasOwn(shapes, type);
}

/** The field by which an event is not what its type promises; undefined if it fits. Unknown fields are left alone. */
export function misfitOf(type: RunEvent['type'], event: object): string | undefined {
  return shapes[type](event, '');
}

const text: Shape = (value, at) => (typeof value === 'string' ? undefined : at);
const flag: Shape = (value, at) => (typeof value === 'boolean' ? undefined : at);
const number: Shape = (value, at) => (typeof value === 'number' ? undefined : at);
const count: Shape = (value, at) => (Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : at);
const present: Shape = (value, at) => (value === undefined ? at : undefined);
const any: Shape = () => undefined;

function word(...words: readonly string[]): Shape {
  return (value, at) => (typeof value === 'string' && words.includes(value) ? undefined : at);
}

function optional(shape: Shape): Shape {
  return (value, at) => (value === undefined ? undefined : shape(value, at));
}

function nullable(shape: Shape): Shape {
  return (value, at) => (value === null ? undefined : shape(value, at));
}

function list(of: Shape): Shape {
  return (value, at) =>
    Array.isArray(value) ? first(value.map((one, index) => () => of(one, `${at}[${index}]`))) : at;
}

function map(of: Shape): Shape {
  return (value, at) =>
    isObject(value)
      ? first(
          Object.entries(value).map(
            ([key, one]) =>
              () =>
                of(one, `${at}.${key}`),
          ),
        )
      : at;
}

function fields(wanted: { readonly [name: string]: Shape }): Shape {
  const all = Object.entries(wanted);
  return (value, at) =>
    isObject(value)
      ? first(
          all.map(
            ([name, shape]) =>
              () =>
                shape(value[name], `${at}.${name}`),
          ),
        )
      : at;
}

/** One of several forms, chosen by the word in a field. */
function choice(field: string, forms: { readonly [word: string]: Shape }): Shape {
  return (value, at) => {
    if (!isObject(value)) return at;
    const form = value[field];
    const shape = typeof form === 'string' && Object.hasOwn(forms, form) ? forms[form] : undefined;
    return shape ? shape(value, at) : `${at}.${field}`;
  };
}

function first(looks: readonly (() => string | undefined)[]): string | undefined {
  for (const look of looks) {
    const wrong = look();
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const actor = fields({ kind: word('person', 'engine', 'program'), via: text });
const failure = fields({ code: text, message: text, retryable: flag, remedy: optional(text) });
const usage = fields({ inputTokens: count, outputTokens: count });
const spent = fields({ usage: optional(usage), costNanoUsd: optional(nullable(count)) });
const large = fields({ hash: text, bytes: count, preview: text });
const range = fields({ file: text, startLine: count, startColumn: count, endLine: count, endColumn: count });
const task = { path: text, staticPath: text, round: count };

const toolModule = fields({ file: text, hash: text, timeoutMs: optional(count) });

const planTask: Shape = (value, at) =>
  fields({ path: text, label: text, type: text, range, needs: list(text), children: list(planTask) })(value, at);
const plan = fields({ name: text, file: text, inputs: map(any), tasks: list(planTask) });

const message = choice('role', {
  system: fields({ content: text }),
  user: fields({ content: text }),
  assistant: fields({ content: text, toolCalls: optional(list(fields({ id: text, name: text }))) }),
  tool: fields({ toolCallId: text, content: text }),
});

const request = choice('kind', {
  model: fields({
    model: text,
    agent: optional(text),
    messages: list(message),
    large: optional(large),
    omitted: optional(fields({ ranges: list(list(count)), summary: optional(text) })),
    tools: list(text),
    parameters: map(any),
  }),
  tool: fields({ tool: text, input: present }),
});

const reply = fields({
  text,
  toolCalls: list(fields({ id: text, name: text })),
  finishReason: text,
  large: optional(large),
});

const completed: Shape = (value, at) =>
  isObject(value) && 'reply' in value ? reply(value['reply'], `${at}.reply`) : fields({ output: present })(value, at);

const outcome = choice('status', { completed, failed: fields({ error: failure }), cancelled: any, lost: any });

const question = choice('kind', {
  options: fields({ message: text, options: list(text) }),
  form: fields({ message: text, form: map(any) }),
  approve_tool: fields({ message: text, tool: text, input: present }),
  lost_call: fields({ message: text, call: text, tool: text, input: present }),
});

const shapes: { readonly [type in RunEvent['type']]: Shape } = {
  'run-started': fields({
    actor,
    semantics: count,
    plan,
    sources: map(text),
    workspace: text,
    inputs: map(any),
    env: map(text),
    mock: flag,
    interactive: flag,
    trusted: flag,
    baseUrls: optional(map(text)),
    tools: list(fields({ name: text, effect: text, module: optional(toolModule) })),
    prices: map(any),
  }),
  'run-resumed': fields({ actor, interactive: flag, baseUrls: optional(map(text)) }),
  'run-ended': fields({
    status: word('completed', 'partially_completed', 'failed', 'cancelled'),
    outputs: optional(map(any)),
    error: optional(failure),
  }),
  'task-started': fields({
    ...task,
    item: optional(fields({ index: count, value: present })),
    error: optional(failure),
  }),
  'task-ended': fields({
    ...task,
    status: word('completed', 'failed', 'skipped', 'cancelled'),
    reason: optional(text),
    error: optional(failure),
    errors: optional(list(fields({ index: count, branch: optional(text), error: failure }))),
    shared: optional(map(any)),
    details: optional(map(any)),
  }),
  'gate-judged': fields({
    task: text,
    round: count,
    passed: flag,
    score: optional(number),
    feedback: optional(text),
    action: word('go', 'retry', 'rollback', 'fail', 'continue'),
  }),
  'plan-made': fields({ task: text, round: count, plan: list(planTask), document: present }),
  'call-waiting': fields({ path: text, task: text, reason: failure }),
  'call-started': fields({
    path: text,
    task: text,
    attempt: count,
    request,
    requestHash: text,
    effect: word('none', 'repeatable', 'once'),
    cached: optional(fields({ run: text, call: text, at: count })),
  }),
  'call-ended': fields({ path: text, task: text, outcome, spent: optional(spent), reusableAs: optional(text) }),
  'call-answered': fields({
    path: text,
    task: text,
    by: text,
    tool: text,
    input: present,
    outcome: choice('status', { completed: fields({ output: present }), failed: fields({ error: failure }) }),
    message: optional(fields({ number: count, priority: count, to: optional(text), topic: optional(text) })),
    dropped: optional(count),
    taken: optional(list(count)),
    shared: optional(fields({ name: text, version: count })),
    memory: optional(fields({ key: text, forgotten: optional(flag) })),
  }),
  'usage-settled': fields({ path: text, task: text, spent }),
  'timer-set': fields({ id: text, task: text, purpose: text, dueAt: number, awaits: optional(list(text)) }),
  'timer-fired': fields({ id: text, task: text }),
  'hold-set': fields({ id: text, pattern: text, owner: text, actor }),
  'hold-cleared': fields({ id: text, actor }),
  'question-asked': fields({ id: text, task: text, question }),
  'question-answered': fields({ id: text, task: text, answer: present, actor }),
  'cancel-requested': fields({ actor }),
};
