// What the simulated world plans, and what can be known of it without asking the engine.
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from '../../run/index.ts';
import { roll } from './random.ts';

/** True for the schema that an agent is given when it is to plan. */
export function isPlannerSchema(schema: JsonSchema): boolean {
  return isJsonObject(schema['properties']) && isJsonObject(schema['properties']['tasks']);
}

/** A plan of what the schema allows: mostly one that can be run. @param said what the agent was told, in short */
export function planFor(schema: JsonSchema, said: string): Json {
  const agents = enumOf(schema, 'agent');
  const tools = enumOf(schema, 'tool');
  const count = 1 + Math.floor(roll(said, 'count') * 3);
  const tasks = Array.from({ length: count }, (_, place): JsonObject => {
    const calls = tools.length > 0 && (agents.length === 0 || roll(said, place, 'kind') < 0.4);
    const text = place > 0 && roll(said, place, 'names') < 0.6 ? `\${{ tasks.p${place - 1}.output }}` : `do ${said}`;
    const needs = place > 0 && roll(said, place, 'needs') < 0.4 ? { needs: [`p${place - 1}`] } : {};
    const work = calls
      ? { tool: one(tools, roll(said, place, 'tool')), input: { a: text } }
      : { agent: one(agents, roll(said, place, 'agent')), prompt: text };
    return { id: `p${place}`, ...work, ...needs };
  });
  const slip = roll(said, 'slip');
  const first = tasks[0] ?? {};
  if (slip < 0.08) tasks.push({ ...first });
  else if (slip < 0.16) tasks[0] = { ...first, needs: ['nobody'] };
  else if (slip < 0.24)
    tasks[0] = { ...first, ...('tool' in first ? { input: { a: stranger } } : { prompt: stranger }) };
  return { tasks, ...(roll(said, 'output') < 0.4 && { output: 'p0' }) };
}

/** Leads out of the plan. */
const stranger = '${{ json(inputs) }}';

/** Whether a plan of this world can be run. */
export function isUsable(plan: JsonObject, maxTasks: number): boolean {
  const tasks = tasksOf(plan);
  const ids = tasks.map(({ id }) => id);
  const isKnown = ({ needs }: JsonObject): boolean => !Array.isArray(needs) || needs.every((id) => ids.includes(id));
  const isOwn = (task: JsonObject): boolean => !JSON.stringify(task).includes('inputs');
  return (
    tasks.length <= maxTasks && new Set(ids).size === ids.length && tasks.every((one) => isKnown(one) && isOwn(one))
  );
}

/** The tasks of a plan that can be run, as a file would have them. */
export function asTasks(plan: JsonObject): JsonObject {
  return Object.fromEntries(
    tasksOf(plan).map(({ id, prompt, input, ...rest }) => [id, { ...rest, with: rest['tool'] ? input : { prompt } }]),
  ) as JsonObject;
}

/** The task whose output is the result of a plan. */
export function resultOf(plan: JsonObject): string {
  const result = plan['output'] ?? tasksOf(plan).at(-1)?.['id'];
  return typeof result === 'string' ? result : '';
}

function tasksOf({ tasks }: JsonObject): readonly JsonObject[] {
  return Array.isArray(tasks) ? tasks.filter(isJsonObject) : [];
}

function enumOf(schema: JsonSchema, key: string): readonly string[] {
  let at: Json | undefined = schema as JsonObject;
  for (const step of ['properties', 'tasks', 'items', 'properties', key, 'enum'])
    at = isJsonObject(at) ? at[step] : undefined;
  return Array.isArray(at) ? (at as string[]) : [];
}

function one<T>(choices: readonly T[], luck: number): T {
  return choices[Math.floor(luck * choices.length)] as T;
}

/** How a question for a plan is written without the engine's own wording. @param more what became of the plan before */
export function planQuestion(goal: string, more = ''): string {
  return `Plan how.\n\nGoal:\n\n${goal}\n\nRules:\n${more}`;
}

/** What was wrong with a plan is wording. */
export function mendQuestion(goal: string, plan: Json): string {
  return planQuestion(goal, `This plan could not be used:\n\n${JSON.stringify(plan)}\n\nWhat is wrong`);
}

/** @param happened a line for each task: `gave: …`, `failed`, `was not done` */
export function replanQuestion(goal: string, plan: Json, happened: readonly string[]): string {
  const lines = happened.map((line) => `- ${line}`).join('\n');
  return planQuestion(
    goal,
    `This plan did not reach the goal:\n\n${JSON.stringify(plan)}\n\nWhat happened:\n${lines}\n\nMake another plan`,
  );
}

/** What a question for a plan comes to; undefined for any other. */
export function planEssence(content: string): string | undefined {
  const goal = /^Plan how.*?Goal:\n\n(.*?)\n\n(?:Agents|Tools|Rules)/s.exec(content)?.[1];
  if (goal === undefined) return undefined;
  const mended = /This plan could not be used:\n\n(.*?)\n\nWhat is wrong/s.exec(content)?.[1];
  const told = /This plan did not reach the goal:\n\n(.*?)\n\nWhat happened:\n(.*)\n\nMake another plan/s.exec(content);
  const happened = told?.[2]
    ?.replace(/^(- `\w+` (?:failed|was not done)).*$/gm, '$1')
    .replace(/^- (?:The result does not fit|A person has rejected).*$/gm, '- no');
  return `plan ${goal} ${mended ?? ''} ${told?.[1] ?? ''} ${happened ?? ''}`;
}
