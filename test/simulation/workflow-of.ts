// A workflow model from a document with the keys of the language.
import type { Json, JsonObject } from '../../run/index.ts';
import { referencesOf, scanText } from '../../workflow/expressions/index.ts';
import type {
  Agent,
  Body,
  Condition,
  Expression,
  OnError,
  Retry,
  Scope,
  Task,
  Template,
  Workflow,
} from '../../workflow/model/model.ts';

type Doc = { readonly [key: string]: Json | undefined };
const place = { file: 'sim.segue.yaml', range: { start: 0, end: 0 } };
const named = (name: string) => ({ name, nameRange: place.range, range: place.range });

function expressionOf(source: string): Expression {
  return { source, place, toFileOffset: (offset) => offset, names: () => ({}) };
}

function templateOf(value: Json): Template {
  if (typeof value === 'string') {
    const { parts, whole, hasExpression } = scanText(value);
    if (!hasExpression) return { kind: 'literal', value, place };
    const mapped = parts.map((part) => (part.kind === 'text' ? part.text : expressionOf(part.source)));
    if (whole) {
      const expression = mapped.find((part) => typeof part !== 'string');
      if (expression) return { kind: 'expression', expression, place };
    }
    return { kind: 'text', parts: mapped, place };
  }
  if (Array.isArray(value)) {
    const items = value.map(templateOf);
    return items.every((item) => item.kind === 'literal')
      ? { kind: 'literal', value, place }
      : { kind: 'list', items, place };
  }
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).map(([key, item]) => [key, templateOf(item ?? null)] as const);
    return entries.every(([, item]) => item.kind === 'literal')
      ? { kind: 'literal', value, place }
      : { kind: 'map', entries, place };
  }
  return { kind: 'literal', value, place };
}

function conditionOf(value: Json): Condition {
  if (typeof value === 'boolean') return { kind: 'constant', value };
  return { kind: 'expression', expression: expressionOf(String(value)) };
}

function ms(value: Json | undefined): number | undefined {
  if (value === undefined) return undefined;
  const found = /^(\d+)(ms|s|m|h)$/.exec(String(value));
  return Number(found?.[1]) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[found?.[2] ?? 'ms'] ?? 1);
}

/** All strings inside a value. */
function strings(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(strings);
  if (value !== null && typeof value === 'object') return Object.values(value).flatMap(strings);
  return [];
}

function refs(doc: Doc): string[] {
  const { needs: _, ...rest } = doc;
  const bare = strings(rest as JsonObject).flatMap((text) => {
    const { parts, hasExpression } = scanText(text);
    return hasExpression ? parts.flatMap((part) => (part.kind === 'expression' ? [part.source] : [])) : [text];
  });
  return bare.flatMap((source) =>
    referencesOf(source).flatMap(({ segments }) =>
      segments[0]?.name === 'tasks' && segments[1] ? [segments[1].name] : [],
    ),
  );
}

interface Around {
  readonly agents: Map<string, Agent>;
}

function scopeOf(tasks: Doc, path: string, around: Around, output?: Json): Scope {
  const names = Object.keys(tasks);
  const choosers = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const name of names) {
    const doc = tasks[name] as Doc;
    const targets = [
      ...((doc['cases'] as Doc[] | undefined) ?? []).flatMap((one) => one['to'] as string[]),
      ...((doc['else'] as string[]) ?? []),
    ];
    for (const target of new Set(targets)) choosers.get(target)?.push(name);
  }
  return {
    path,
    tasks: names.map((name) =>
      taskOf(name, tasks[name] as Doc, path ? `${path}/${name}` : name, around, names, choosers.get(name) ?? []),
    ),
    ...(output !== undefined && { output: templateOf(output) }),
    outputType: {},
  };
}

function bodyOf(doc: Doc, path: string, around: Around): Body {
  if (doc['tasks'] === undefined) return { kind: 'task', task: taskOf('', doc, path, around, [], []) };
  return {
    kind: 'graph',
    scope: scopeOf(doc['tasks'] as Doc, path, around, doc['output']),
    ...(doc['when'] !== undefined && { when: conditionOf(doc['when']) }),
  };
}

function onErrorOf(value: Json | undefined, path: string, around: Around): OnError {
  if (value === undefined || value === 'fail') return { kind: 'fail' };
  if (value === 'continue' || value === 'fail_run') return { kind: value };
  const doc = value as Doc;
  if (doc['default'] !== undefined) return { kind: 'default', value: templateOf(doc['default']) };
  return { kind: 'fallback', body: bodyOf(doc['fallback'] as Doc, `${path}/fallback`, around) };
}

function retryOf(value: Json | undefined, type: string): Retry {
  const base = {
    strategy: 'exponential',
    maxAttempts: 3,
    delayMs: 1000,
    maxDelayMs: 30_000,
    base: 2,
    jitter: true,
  } as const;
  if (value === undefined) return type === 'tool' ? { ...base, maxAttempts: 1 } : base;
  const doc = value as Doc;
  return {
    strategy: (doc['strategy'] ?? 'exponential') as Retry['strategy'],
    maxAttempts: (doc['max_attempts'] ?? 3) as number,
    delayMs: ms(doc['delay']) ?? 1000,
    maxDelayMs: ms(doc['max_delay']) ?? 30_000,
    base: (doc['base'] ?? 2) as number,
    jitter: (doc['jitter'] ?? true) as boolean,
    ...(doc['on'] !== undefined && { on: doc['on'] as string[] }),
  };
}

function taskOf(
  name: string,
  doc: Doc,
  path: string,
  around: Around,
  siblings: readonly string[],
  choosers: readonly string[],
): Task {
  const type = String(doc['type'] ?? (doc['agent'] === undefined ? 'tool' : 'agent'));
  const needed = new Set([...((doc['needs'] as string[]) ?? []), ...refs(doc)]);
  const timeoutMs = ms(doc['timeout']);
  const common = {
    ...named(name),
    path,
    disabled: doc['disabled'] === true,
    ...(doc['when'] !== undefined && { when: conditionOf(doc['when']) }),
    needs: siblings.filter((other) => needed.has(other) && other !== name),
    choosers,
    triggerRule: (doc['trigger_rule'] ?? 'all_success') as Task['triggerRule'],
    priority: (doc['priority'] ?? 5) as number,
    critical: doc['critical'] === true,
    onError: onErrorOf(doc['on_error'], path, around),
    ...(timeoutMs !== undefined && { timeoutMs }),
    outputType: {},
    canBeSkipped: true,
  };
  const input = doc['with'] as Doc | undefined;
  switch (type) {
    case 'agent': {
      const agent = around.agents.get(String(doc['agent']));
      return {
        ...common,
        type,
        ...(agent && { agent }),
        agentName: String(doc['agent']),
        ...(input?.['prompt'] !== undefined && { prompt: templateOf(input['prompt']) }),
        ...(input?.['messages'] !== undefined && { messages: templateOf(input['messages']) }),
        ...(doc['output_schema'] !== undefined && { outputSchema: doc['output_schema'] as JsonObject }),
        retry: retryOf(doc['retry'], type),
      };
    }
    case 'tool':
      return {
        ...common,
        type,
        tool: String(doc['tool']),
        ...(input && { with: templateOf(input as JsonObject) }),
        ...(doc['output_schema'] !== undefined && { outputSchema: doc['output_schema'] as JsonObject }),
        retry: retryOf(doc['retry'], type),
      };
    case 'condition':
      return {
        ...common,
        type,
        cases: ((doc['cases'] as Doc[]) ?? []).map((one) => ({
          when: conditionOf(one['when'] ?? false),
          to: one['to'] as string[],
        })),
        otherwise: (doc['else'] as string[]) ?? [],
      };
    case 'for_each': {
      const as = String(doc['as'] ?? 'item');
      return {
        ...common,
        type,
        items: templateOf(doc['items'] ?? []),
        as,
        indexName: doc['as'] === undefined ? 'index' : `${as}_index`,
        ...(doc['max_parallel'] !== undefined && { maxParallel: doc['max_parallel'] as number }),
        body: bodyOf(doc['do'] as Doc, `${path}[]`, around),
        onItemError: (doc['on_item_error'] ?? 'stop') as 'stop',
      };
    }
    case 'set':
      return {
        ...common,
        type,
        ...(doc['values'] !== undefined && { values: templateOf(doc['values']) }),
        shared: Object.entries((doc['shared'] as Doc) ?? {}).map(
          ([key, value]) => [key, templateOf(value ?? null)] as const,
        ),
      };
    default:
      return {
        ...common,
        type: 'human',
        message: templateOf(doc['message'] ?? ''),
        ...(doc['options'] !== undefined && { options: doc['options'] as string[] }),
        ...(doc['form'] !== undefined && { form: doc['form'] as JsonObject }),
        onTimeout: onTimeoutOf(doc['on_timeout']),
      };
  }
}

function onTimeoutOf(
  value: Json | undefined,
): { kind: 'fail' } | { kind: 'skip' } | { kind: 'default'; value: Template } {
  if (value === undefined || value === 'fail') return { kind: 'fail' };
  if (value === 'skip') return { kind: 'skip' };
  return { kind: 'default', value: templateOf((value as Doc)['default'] ?? null) };
}

/** The model of a document. */
export function workflowOf(doc: JsonObject): Workflow {
  const agents = Object.entries((doc['agents'] as Doc) ?? {}).map(([name, value]): Agent => {
    const agent = value as Doc;
    return {
      ...named(name),
      model: String(agent['model']),
      modelRange: place.range,
      ...(agent['instructions'] !== undefined && { instructions: templateOf(agent['instructions']) }),
      tools: (agent['tools'] as string[]) ?? [],
      maxIterations: (agent['max_iterations'] ?? 10) as number,
      ...(agent['output_schema'] !== undefined && { outputSchema: agent['output_schema'] as JsonObject }),
    };
  });
  const around = { agents: new Map(agents.map((agent) => [agent.name, agent])) };
  const onFailure = (doc['on_failure'] as Doc) ?? {};
  const limits = (doc['limits'] as Doc) ?? {};
  return {
    file: place.file,
    segue: '1',
    name: String(doc['name'] ?? 'sim'),
    inputs: [],
    outputs: Object.entries((doc['outputs'] as Doc) ?? {}).map(([name, value]) => ({
      ...named(name),
      value: templateOf(value ?? null),
    })),
    env: [],
    shared: Object.entries((doc['shared'] as Doc) ?? {}).map(([name, value]) => ({
      ...named(name),
      schema: value as JsonObject,
      default: (value as Doc)['default'] ?? null,
    })),
    agents,
    toolsets: [],
    tools: [],
    mock: { strict: false, entries: [] },
    limits: limits['max_parallel'] === undefined ? {} : { maxParallel: limits['max_parallel'] as number },
    onFailure: {
      allowPartial: onFailure['allow_partial'] === true,
      maxFailureRate: (onFailure['max_failure_rate'] ?? 0.5) as number,
    },
    root: scopeOf((doc['tasks'] as Doc) ?? {}, '', around),
  };
}
