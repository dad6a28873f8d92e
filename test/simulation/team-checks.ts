// What must hold of every team in a record: what is given out when, to whom, and how often.
import { isJsonObject, type Json, type JsonObject, type RunEvent, staticPathOf } from '../../run/index.ts';
import { locateTask, type SupervisorTask, type Workflow } from '../../workflow/index.ts';

type Ended = Extract<RunEvent, { type: 'task-ended' }>;
type Started = Extract<RunEvent, { type: 'task-started' }>;

/** All that is wrong with the teams of a record. */
export function checkTeams(workflow: Workflow, events: readonly RunEvent[]): readonly string[] {
  const checks = new TeamChecks(workflow);
  for (const event of events) checks.see(event);
  return checks.problems;
}

/** One team: a supervisor at one path. */
interface Team {
  readonly task: SupervisorTask;
  /** The paths of its subtasks, by round and id. */
  readonly given: Map<string, string>;
  readonly open: Set<string>;
  readonly completed: Set<string>;
  /** How each subtask ended last, by its path. */
  readonly ends: Map<string, string>;
  /** How many plans each round had. */
  readonly plans: Map<number, number>;
  /** What the last plan that was made says of its subtasks. */
  subtasks: readonly Json[];
}

class TeamChecks {
  readonly problems: string[] = [];
  readonly #workflow: Workflow;
  readonly #teams = new Map<string, Team>();
  /** How often what failed was opened again, anywhere. */
  #again = 0;

  constructor(workflow: Workflow) {
    this.#workflow = workflow;
  }

  see(event: RunEvent): void {
    const isRetry = event.type === 'timer-fired' && event.id === `${event.task}:retry`;
    if (event.type === 'run-resumed' || isRetry) this.#again += 1;
    if (event.type !== 'task-started' && event.type !== 'task-ended') return;
    const led = this.#teams.get(event.path);
    if (event.type === 'task-ended' && led) this.#checkDetails(led, event);
    const team = this.#teamOf(event.path);
    if (!team) return;
    if (event.type === 'task-started') return this.#start(team, event);
    team.open.delete(event.path);
    team.ends.set(event.path, event.status);
    if (event.status !== 'completed') return;
    team.completed.add(event.path);
    const isPlan = /\/plan\[\d+\]$/.test(event.path);
    if (isPlan && isJsonObject(event.output)) team.subtasks = listOf(event.output['subtasks']);
  }

  #teamOf(path: string): Team | undefined {
    const owner = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    const known = this.#teams.get(owner);
    const task = locateTask(this.#workflow, staticPathOf(owner))?.task;
    if (known || task?.type !== 'supervisor' || path.endsWith('/fallback')) return known;
    const team: Team = {
      task,
      given: new Map(),
      open: new Set(),
      completed: new Set(),
      ends: new Map(),
      plans: new Map(),
      subtasks: [],
    };
    this.#teams.set(owner, team);
    return team;
  }

  #start(team: Team, event: Started): void {
    const value = event.item?.value;
    if (!isJsonObject(value)) return;
    const round = Number(value['round']);
    if (typeof value['id'] === 'string') this.#startSubtask(team, event, round, value['id']);
    else this.#startPlan(team, event, round);
    team.open.add(event.path);
  }

  #startPlan(team: Team, event: Started, round: number): void {
    if (team.open.size > 0) this.#say(event, 'starts although a subtask is under way');
    if (round > team.task.maxRounds * (1 + this.#again)) this.#say(event, 'is one round more than allowed');
    if (event.round > 1) return;
    const count = (team.plans.get(round) ?? 0) + 1;
    team.plans.set(round, count);
    if (count > 2 * (1 + this.#again)) this.#say(event, `is plan ${count} of its round`);
  }

  #startSubtask(team: Team, event: Started, round: number, id: string): void {
    const key = `${round} ${id}`;
    if ((team.given.get(key) ?? event.path) !== event.path) this.#say(event, `gives ${id} out twice`);
    team.given.set(key, event.path);
    const { maxParallel } = team.task;
    if (maxParallel !== undefined && team.open.size >= maxParallel)
      this.#say(event, `has ${team.open.size + 1} subtasks under way, more than ${maxParallel}`);
    const subtask = team.subtasks.find((one) => isJsonObject(one) && one['id'] === id);
    const needs = isJsonObject(subtask) ? listOf(subtask['needs']).filter((need) => typeof need === 'string') : [];
    for (const need of needs) {
      const path = this.#newest(team, round, need);
      if (path === undefined || !team.completed.has(path)) this.#say(event, `starts before ${need}, which it needs`);
    }
  }

  /** What was given out under an id: in this round, if it is a subtask of it, else in any that gave a result. */
  #newest(team: Team, round: number, id: string): string | undefined {
    const isOwn = team.subtasks.some((one) => isJsonObject(one) && one['id'] === id);
    if (isOwn) return team.given.get(`${round} ${id}`);
    return [...team.given].findLast(([key, path]) => key.endsWith(` ${id}`) && team.completed.has(path))?.[1];
  }

  /** What a team says of its subtasks is how they ended. */
  #checkDetails(team: Team, event: Ended): void {
    const said = listOf(event.details?.['assignments']).filter(isJsonObject);
    for (const [key, path] of event.details?.['assignments'] ? team.given : []) {
      const status = said.find((one) => keyOf(one) === key)?.['status'] ?? 'absent';
      if (status !== team.ends.get(path)) this.#say(event, `says that ${path} is ${JSON.stringify(status)}`);
    }
  }

  #say({ seq, path }: Started | Ended, what: string): void {
    this.problems.push(`event ${seq}: ${path} ${what}`);
  }
}

function keyOf({ round, id }: JsonObject): string | undefined {
  return typeof round === 'number' && typeof id === 'string' ? `${round} ${id}` : undefined;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
