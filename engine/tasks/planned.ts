// What an agent has planned, as a workflow of its own: written out, checked like a file, and made tasks of. Whoever
// plans is a stranger. Invariants:
//   N1. A planned task is one of an agent or a tool that `may_use` lists, and nothing else.
//   N2. Its expressions name planned tasks and nothing else: they are checked for it here, and the graph in which they
//       run is sealed (values.ts), so that no name could lead out of it.
import { isJsonObject, type Json, type JsonObject } from '../../run/index.ts';
import {
  checkWorkflow,
  type Diagnostic,
  type Expression,
  outputOfAgent,
  referencesOf,
  type Workflow,
} from '../../workflow/index.ts';
import type { Agent, PlannerTask, Scope, Task } from '../../workflow/model/model.ts';
import type { CoreState } from './state.ts';

/** A planned task as it was answered, or as it stands in a document. */
export interface PlannedTask {
  readonly id: string;
  readonly agent?: string;
  readonly prompt?: string;
  readonly tool?: string;
  readonly input?: JsonObject;
  readonly needs: readonly string[];
}

/** A plan that can be run, as JSON text; or what is wrong with it, a sentence each. */
export type CheckedPlan =
  | { readonly ok: true; readonly document: string }
  | { readonly ok: false; readonly findings: readonly string[] };

/** More findings help nobody to mend a plan. */
const maxFindings = 20;

const checkedPlans = new WeakMap<object, CheckedPlan>();

/** Checks what the agent of a planner has answered. The same answer is checked once. */
export function checkPlan(state: CoreState, task: PlannerTask, answer: Json): CheckedPlan {
  if (!isJsonObject(answer)) return { ok: false, findings: ['The plan is no object with `tasks`.'] };
  const known = checkedPlans.get(answer) ?? checkAnswer(state, task, answer);
  checkedPlans.set(answer, known);
  return known;
}

/** The tasks of a plan that was made, as they were planned. */
export function plannedIn(document: string): readonly PlannedTask[] {
  const { tasks } = JSON.parse(document) as { tasks: { [id: string]: JsonObject } };
  return Object.entries(tasks).map(([id, { with: given, ...task }]) => {
    const input = isJsonObject(given) ? given : {};
    const work = 'tool' in task ? { input } : { prompt: input['prompt'] };
    return { needs: [], ...task, ...work, id } as PlannedTask;
  });
}

/** The scope of a plan that was made: its agents are those of the file. The same document gives the same scope. */
export function scopeOfPlan(state: CoreState, task: PlannerTask, document: string): Scope {
  return readDocument(state, task, document).scope;
}

function checkAnswer(state: CoreState, task: PlannerTask, answer: JsonObject): CheckedPlan {
  const planned = tasksIn(answer);
  const output = typeof answer['output'] === 'string' && answer['output'] !== '' ? answer['output'] : undefined;
  const findings = [...problemsOf(task, planned), ...problemsOfOutput(planned, output)];
  if (findings.length > 0) return { ok: false, findings: findings.slice(0, maxFindings) };
  const document = documentOf(task, planned, output ?? planned.at(-1)?.id ?? '');
  const found = readDocument(state, task, document).findings;
  return found.length === 0 ? { ok: true, document } : { ok: false, findings: found.slice(0, maxFindings) };
}

function tasksIn({ tasks }: JsonObject): readonly PlannedTask[] {
  if (!Array.isArray(tasks)) return [];
  return tasks.filter(isJsonObject).map(({ id, agent, prompt, tool, input, needs }) => ({
    id: typeof id === 'string' ? id : '',
    ...(typeof agent === 'string' && { agent }),
    ...(typeof prompt === 'string' && { prompt }),
    ...(typeof tool === 'string' && { tool }),
    ...(isJsonObject(input) && { input }),
    needs: Array.isArray(needs) ? needs.filter((one) => typeof one === 'string') : [],
  }));
}

function problemsOf({ mayUse, maxTasks }: PlannerTask, planned: readonly PlannedTask[]): readonly string[] {
  if (planned.length === 0) return ['There is no task in it.'];
  if (planned.length > maxTasks) return [`It has ${planned.length} tasks, and ${maxTasks} are allowed.`];
  const ids = planned.map(({ id }) => id);
  const repeated = new Set(ids.filter((id, place) => ids.indexOf(id) !== place));
  const agents = mayUse.agents.map(({ name }) => name);
  return [
    ...[...repeated].map((id) => `Several tasks have the id \`${id}\`.`),
    ...planned.flatMap(({ id, agent, prompt, tool }) => {
      if ((agent === undefined) === (tool === undefined))
        return [`\`${id}\` needs an \`agent\` with a \`prompt\`, or a \`tool\` with its \`input\`: one of the two.`];
      if (tool !== undefined)
        return mayUse.tools.includes(tool)
          ? []
          : [`\`${id}\` may not use the tool \`${tool}\`. ${allowed(mayUse.tools)}`];
      if (!agents.includes(agent ?? '')) return [`\`${id}\` may not use the agent \`${agent}\`. ${allowed(agents)}`];
      return prompt === undefined ? [`\`${id}\` has no \`prompt\`.`] : [];
    }),
  ];
}

function allowed(names: readonly string[]): string {
  return names.length === 0 ? 'None may be used.' : `These may be used: ${names.join(', ')}.`;
}

function problemsOfOutput(planned: readonly PlannedTask[], output: string | undefined): readonly string[] {
  if (output === undefined || planned.some(({ id }) => id === output)) return [];
  return [`\`output\` names the task \`${output}\`, which is not planned.`];
}

/** A workflow of the plan alone. Only what was answered goes into it, key by key. */
function documentOf({ mayUse }: PlannerTask, planned: readonly PlannedTask[], output: string): string {
  const used = mayUse.agents.filter(({ name }) => planned.some(({ agent }) => agent === name));
  const tasks = planned.map(({ id, agent, prompt, tool, input, needs }) => [
    id,
    {
      ...(agent === undefined ? { tool, with: input ?? {} } : { agent, with: { prompt } }),
      ...(needs.length > 0 && { needs }),
    },
  ]);
  const document = {
    segue: '1',
    name: 'plan',
    ...(used.length > 0 && { agents: Object.fromEntries(used.map((agent) => [agent.name, agentIn(agent)])) }),
    ...(mayUse.tools.length > 0 && { tools: { builtin: mayUse.tools } }),
    tasks: Object.fromEntries(tasks),
    outputs: { output: `\${{ tasks.${output}.output }}` },
  };
  return JSON.stringify(document, null, 2);
}

/** As much of an agent as tells the type of its answers. */
function agentIn(agent: Agent): JsonObject {
  const { model, outputSchema, handoffs } = agent;
  const isText = !outputSchema && handoffs.length === 0;
  return { model, ...(!isText && { output_schema: (outputOfAgent(agent) ?? {}) as JsonObject }) };
}

interface ReadPlan {
  readonly scope: Scope;
  readonly findings: readonly string[];
}

const readPlans = new WeakMap<PlannerTask, Map<string, ReadPlan>>();

/** Reads a document as a file is read. Fold and decide ask again and again: it is read once. */
function readDocument(state: CoreState, task: PlannerTask, document: string): ReadPlan {
  const known = readPlans.get(task) ?? new Map<string, ReadPlan>();
  readPlans.set(task, known);
  const read = known.get(document) ?? checkDocument(state, task, document);
  known.set(document, read);
  return read;
}

function checkDocument(state: CoreState, task: PlannerTask, document: string): ReadPlan {
  const tools = task.mayUse.tools.flatMap((name) => state.tools.get(name) ?? []);
  const { workflow, diagnostics, expressions } = checkWorkflow({ file: 'plan.segue.json', text: document, tools });
  const findings = diagnostics.filter(isFinding).map((one) => sentence(workflow, one));
  return { scope: scopeOf(task, workflow), findings: [...findings, ...expressions.flatMap(strangersIn)] };
}

/** Where models are asked is the file's business, and was checked with it. */
function isFinding({ severity, code }: Diagnostic): boolean {
  return severity === 'error' && code !== 'unknown-provider';
}

function sentence({ root }: Workflow, { message, range }: Diagnostic): string {
  const task = root.tasks.find((one) => one.range.start <= range.start && range.end <= one.range.end);
  return task ? `\`${task.name}\`: ${message}` : message;
}

/** Names that lead out of the plan. */
function strangersIn({ source }: Expression): readonly string[] {
  const roots = referencesOf(source).flatMap(({ segments: [root] }) =>
    root && root.name !== 'tasks' ? [root.name] : [],
  );
  return [...new Set(roots)].map(
    (name) => `\`${name}\` in \`\${{ ${source} }}\` can not be named in a plan: only \`tasks.ID.output\` can.`,
  );
}

function scopeOf(planner: PlannerTask, { root, outputs }: Workflow): Scope {
  const path = `${planner.path}/run[]`;
  const output = outputs[0]?.value;
  return {
    path,
    tasks: root.tasks.flatMap((task) => placed(planner, task, path)),
    ...(output && { output }),
    outputType: {},
  };
}

/** What is not allowed is left out, whatever the document says: it may come from a record of somebody else. */
function placed({ mayUse }: PlannerTask, task: Task, around: string): readonly Task[] {
  const path = `${around}/${task.name}`;
  if (task.type === 'tool') return mayUse.tools.includes(task.tool) ? [{ ...task, path }] : [];
  const agent = task.type === 'agent' ? mayUse.agents.find(({ name }) => name === task.agentName) : undefined;
  return task.type === 'agent' && agent ? [{ ...task, path, agent }] : [];
}
