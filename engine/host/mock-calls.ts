// What a run's own file answers instead of models and tools. Which entry answers is a question about the record: the
// calls that came before are counted from its events, so a run that goes on after a crash gets the same answers.
import { chooseMock, type MockAnswer, type MockQuery, type MockRule } from '../adapters/models/index.ts';
import { splitModel } from '../../models/index.ts';
import {
  type Json,
  type Message,
  type ModelRequest,
  type RunEvent,
  type RunStarted,
  staticPathOf,
} from '../../run/index.ts';
import { allTasks, evaluateCondition, type MockEntry, modelsOf, type Workflow } from '../../workflow/index.ts';
import type { ToolTaskCall } from '../ports/index.ts';

/** The mocks of one run, with its calls so far. */
export class MockCalls {
  readonly isStrict: boolean;
  /** Whether tools are mocked too: in a run on mock models only. A file that names a real model means its tools. */
  readonly #mocksTools: boolean;
  readonly #rules: readonly MockRule[];
  readonly #agentOf: ReadonlyMap<string, string>;
  /** By the path of the call, in the order of the record. Lost and cancelled calls are taken out again. */
  readonly #calls = new Map<string, MockQuery>();
  readonly #counts: boolean;

  constructor(workflow: Workflow, started: RunStarted) {
    this.isStrict = workflow.mock.strict;
    this.#rules = workflow.mock.entries.map(ruleOf);
    this.#counts = workflow.mock.entries.some((entry) => entry.nth !== undefined);
    this.#mocksTools = started.mock || namesOnlyMocks(workflow);
    this.#agentOf = new Map(
      allTasks(workflow.root.tasks).flatMap((task) => (task.type === 'agent' ? [[task.path, task.agentName]] : [])),
    );
  }

  /** Takes note of what was recorded. */
  absorb(event: RunEvent): void {
    if (!this.#counts) return;
    if (event.type === 'call-started') this.#calls.set(event.path, this.#queryOf(event.task, event.request));
    const isVoid =
      event.type === 'call-ended' && (event.outcome.status === 'lost' || event.outcome.status === 'cancelled');
    if (isVoid) this.#calls.delete(event.path);
  }

  /** The answer to a model call that is under way. Throws when the `when` of an entry can not be evaluated. */
  answerToModel(path: string, task: string, { messages }: ModelRequest): MockAnswer | undefined {
    return this.#choose(path, this.#queryOf(task, { kind: 'model', messages }));
  }

  /** The answer to a tool call, if the file mocks it in this run. Throws like `answerToModel`. */
  answerToTool(call: ToolTaskCall): MockAnswer | undefined {
    return this.#mocksTools ? this.#choose(call.path, this.#queryOf(call.task, call)) : undefined;
  }

  #choose(path: string, query: MockQuery): MockAnswer | undefined {
    return this.#rules.length === 0 ? undefined : chooseMock(this.#rules, query, this.#before(path));
  }

  #before(path: string): MockQuery[] {
    const queries: MockQuery[] = [];
    for (const [other, query] of this.#calls) {
      if (other === path) break;
      queries.push(query);
    }
    return queries;
  }

  #queryOf(taskPath: string, request: Asked): MockQuery {
    const task = staticPathOf(taskPath);
    const agent = this.#agentOf.get(task);
    const common = { task, ...(agent !== undefined && { agent }) };
    if (request.kind === 'tool') return { ...common, tool: request.tool, input: request.input };
    return { ...common, prompt: request.messages.at(-1)?.content ?? '' };
  }
}

function namesOnlyMocks({ agents }: Workflow): boolean {
  return agents.flatMap(modelsOf).every((model) => splitModel(model).provider === 'mock');
}

/** The part of a request that mocks look at. */
type Asked =
  | { readonly kind: 'model'; readonly messages: readonly Message[] }
  | { readonly kind: 'tool'; readonly tool: string; readonly input: Json };

function ruleOf(entry: MockEntry): MockRule {
  const { when, ...rule } = entry;
  if (!when) return rule;
  return {
    ...rule,
    when({ prompt, input }) {
      const condition = { kind: 'expression', expression: when } as const;
      const outcome = evaluateCondition(condition, { prompt: prompt ?? '', input });
      if (!outcome.ok) throw new Error(`A mock entry's \`when\` failed: ${outcome.message}`);
      return outcome.value;
    },
  };
}
