// What a run's own files answer instead of models and tools. Which entry answers is a question about the record: the
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
import {
  evaluateCondition,
  filesOf,
  locateTask,
  type MockEntry,
  modelsOf,
  plainPath,
  triedPaths,
  type Workflow,
} from '../../workflow/index.ts';
import type { ToolTaskCall } from '../ports/index.ts';

/** The mocks of one run, with its calls so far. */
export class MockCalls {
  /** Whether tools are mocked too: in a run on mock models only. A file that names a real model means its tools. */
  readonly #mocksTools: boolean;
  readonly #workflow: Workflow;
  readonly #rules = new Map<Workflow, readonly MockRule[]>();
  /** By the path of the call, in the order of the record. Lost and cancelled calls are taken out again. */
  readonly #calls = new Map<string, MockQuery>();
  readonly #counts: boolean;

  constructor(workflow: Workflow, started: RunStarted) {
    this.#workflow = workflow;
    const files = filesOf(workflow);
    for (const file of files)
      this.#rules.set(
        file,
        file.mock.entries.map((entry) => ruleOf(entry, file)),
      );
    this.#counts = files.some((file) => file.mock.entries.some((entry) => entry.nth !== undefined));
    this.#mocksTools = started.mock || files.every(namesOnlyMocks);
  }

  /** Takes note of what was recorded. */
  absorb(event: RunEvent): void {
    if (!this.#counts) return;
    if (event.type === 'call-started') this.#calls.set(event.path, this.#queryOf(event.task, event.request));
    const isVoid =
      event.type === 'call-ended' && (event.outcome.status === 'lost' || event.outcome.status === 'cancelled');
    if (isVoid) this.#calls.delete(event.path);
  }

  /** Whether a call of a task that no entry answers is an error: its file wants that, or one that calls it. */
  isStrict(task: string): boolean {
    return this.#filesAround(task).some(({ mock }) => mock.strict);
  }

  /** The answer to a model call that is under way. Throws when the `when` of an entry can not be evaluated. */
  answerToModel(
    path: string,
    task: string,
    agent: string | undefined,
    { messages }: ModelRequest,
  ): MockAnswer | undefined {
    return this.#choose(
      path,
      task,
      this.#queryOf(task, { kind: 'model', messages, ...(agent !== undefined && { agent }) }),
    );
  }

  /** The answer to a tool call, if the file mocks it in this run. Throws like `answerToModel`. */
  answerToTool(call: ToolTaskCall): MockAnswer | undefined {
    return this.#mocksTools ? this.#choose(call.path, call.task, this.#queryOf(call.task, call)) : undefined;
  }

  /** Who calls a file decides what its tasks say: the outermost file is asked first. */
  #choose(path: string, task: string, query: MockQuery): MockAnswer | undefined {
    const rules = this.#filesAround(task).flatMap((file) => this.#rules.get(file) ?? []);
    return rules.length === 0 ? undefined : chooseMock(rules, query, this.#before(path));
  }

  /** The files around a task, the outermost first. */
  #filesAround(task: string): readonly Workflow[] {
    const located = locateTask(this.#workflow, staticPathOf(task));
    return located?.files.map(({ workflow }) => workflow) ?? [this.#workflow];
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
    const common = placeOf(this.#workflow, staticPathOf(taskPath));
    if (request.kind === 'tool') return { ...common, tool: request.tool, input: request.input };
    const { agent = common.agent } = request;
    return { ...common, ...(agent !== undefined && { agent }), prompt: request.messages.at(-1)?.content ?? '' };
  }
}

function namesOnlyMocks({ agents }: Workflow): boolean {
  return agents.flatMap(modelsOf).every((model) => splitModel(model).provider === 'mock');
}

/** The part of a request that mocks look at. */
type Asked =
  | { readonly kind: 'model'; readonly agent?: string; readonly messages: readonly Message[] }
  | { readonly kind: 'tool'; readonly tool: string; readonly input: Json };

/** A task as mocks name it: from its own file, and from those that call it. */
function placeOf(workflow: Workflow, path: string): Pick<MockQuery, 'task' | 'file' | 'outer' | 'agent'> {
  const located = locateTask(workflow, path);
  const own = located?.files.at(-1);
  if (!located || !own) return { task: path, file: workflow.file };
  const plain = (file: typeof own): string => plainPath(triedPaths(file.workflow), file.path);
  const outer = located.files.slice(0, -1).map((file) => [file.workflow.file, plain(file)] as const);
  const { task } = located;
  return {
    task: plain(own),
    file: own.workflow.file,
    outer: Object.fromEntries(outer),
    ...((task.type === 'agent' || task.type === 'router') && { agent: task.agentName }),
  };
}

function ruleOf(entry: MockEntry, workflow: Workflow): MockRule {
  const { when, task, ...rest } = entry;
  const named = task === undefined ? {} : { task: plainPath(triedPaths(workflow), task) };
  const rule = { ...rest, ...named, file: workflow.file };
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
