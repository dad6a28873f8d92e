// The most that an agent can take for one task: every turn, attempt and model, and the repair of an answer. A turn sends
// the whole conversation again, so what an agent is told by tools has the bound of the model's window alone.
import {
  type Agent,
  type AgentTask,
  builtinTools,
  type JsonSchema,
  modelsOf,
  type Template,
} from '../../../workflow/index.ts';
import { atMost, type Bound, greatestOf, openBecause, sumOf } from './bound.ts';
import {
  type Cost,
  costOfCall,
  type FactsOf,
  free,
  greatestCost,
  openCost,
  outputLimitOf,
  sumOfCosts,
  timesOfCost,
} from './call.ts';
import { bytes, type Size } from './sizes.ts';

/** What is asked of an agent. */
export interface Asked {
  readonly task: Pick<AgentTask, 'agent' | 'agentName' | 'retry' | 'outputSchema'>;
  /** The bytes of prompt or messages. */
  readonly prompt: Bound;
}

/** What is known where an agent works. */
export interface AgentWorld {
  readonly factsOf: FactsOf;
  /** The JSON text of a tool; undefined for one that is not known. */
  readonly toolText: (name: string) => string | undefined;
  readonly sizeOf: (template: Template) => Size;
}

/** What frames messages, and what providers add to them. */
const frameBytes = 256;
/** What providers add to tell a model of tools, or of a form for its answer. */
const toolFrameBytes = 2_048;
/** What says what is wrong with an answer; the engine says no more. */
const problemBytes = 12_500;

/** @returns what one task can take of its agent */
export function costOfAgent(asked: Asked, world: AgentWorld): Cost {
  const { agent } = asked.task;
  if (!agent) return openCost(`there is no agent ${asked.task.agentName}`);
  const own = costOfConversation(agent, asked, world);
  if (agent.handoffs.length === 0) return own;
  // Whoever goes on may be any of them, with a conversation that it did not begin.
  const others = reachedFrom(agent).map((other) =>
    costOfConversation(other, { ...asked, prompt: openBecause(`${other.name} goes on with a conversation`) }, world),
  );
  return sumOfCosts([own, timesOfCost(greatestCost(others), agent.maxHandoffs)]);
}

/** The most tokens of an answer, of all who may give it. */
export function answerLimitOf({ agent }: Pick<AgentTask, 'agent'>, factsOf: FactsOf): Bound {
  if (!agent) return openBecause('there is no such agent');
  return greatestOf([agent, ...reachedFrom(agent)].map((one) => limitOf(one, factsOf)));
}

function costOfConversation(agent: Agent, asked: Asked, world: AgentWorld): Cost {
  const schema = asked.task.outputSchema ?? agent.outputSchema;
  const offers = agent.tools.length + agent.subAgents.length + agent.handoffs.length > 0;
  const first = firstBytes(agent, asked, schema, world);
  const later = openBecause(`${agent.name} is told what its tools give`);
  const limit = limitOf(agent, world.factsOf);
  const turns = offers ? agent.maxIterations : 1;
  const told = turns > 1 ? later : first;
  const slot = (sent: Bound) => costOfSlot(agent, asked, sent, world);
  const repaired = sumOf([told, wordsIn(limit), atMost(problemBytes)]);
  const calls = [slot(first), timesOfCost(slot(later), turns - 1), schema ? slot(repaired) : free];
  const summaries = agent.context?.overflow === 'summarize' ? costOfSummaries(agent, asked, world, turns + 1) : free;
  return sumOfCosts([...calls, summaries, ...agent.subAgents.map(({ name }) => openCost(oftenAsked(agent, name)))]);
}

function oftenAsked({ name }: Agent, other: string): string {
  return `${name} may ask ${other} any number of times`;
}

/** One question, until it is answered or nobody is left to ask. */
function costOfSlot(agent: Agent, { task }: Asked, sent: Bound, { factsOf }: AgentWorld): Cost {
  const each = modelsOf(agent).map((model) => costOfCall(model, sent, outputLimitOf(model, agent, factsOf), factsOf));
  return timesOfCost(sumOfCosts(each), task.retry.maxAttempts);
}

/** A summary is sent without a limit of its own. */
function costOfSummaries(agent: Agent, { task }: Asked, { factsOf }: AgentWorld, count: number): Cost {
  const sent = openBecause(`${agent.name} has its conversation summarised`);
  const each = modelsOf(agent).map((model) => costOfCall(model, sent, outputLimitOf(model, {}, factsOf), factsOf));
  return timesOfCost(sumOfCosts(each), task.retry.maxAttempts * count);
}

function limitOf(agent: Agent, factsOf: FactsOf): Bound {
  return greatestOf(modelsOf(agent).map((model) => outputLimitOf(model, agent, factsOf)));
}

/** What the first call of a conversation sends. */
function firstBytes(agent: Agent, { prompt }: Asked, schema: JsonSchema | undefined, world: AgentWorld): Bound {
  if (agent.memory?.window !== undefined) return openBecause(`${agent.name} remembers its earlier tasks`);
  if (agent.context?.overflow === 'summarize') return openBecause(`${agent.name} has its conversation summarised`);
  const instructions = agent.instructions ? world.sizeOf(agent.instructions).text : atMost(0);
  const tools = agent.tools.map((name) => textBound(name, world.toolText(name)));
  const links = [...agent.subAgents, ...agent.handoffs].map(({ agent: linked }) => atMost(aboutLink(linked())));
  // A schema may be sent closed and wrapped: that adds less than it has.
  const form = schema ? atMost(2 * bytes(JSON.stringify(schema)) + toolFrameBytes) : atMost(0);
  const offered = tools.length + links.length > 0 ? [atMost(toolFrameBytes)] : [];
  return sumOf([atMost(frameBytes), instructions, prompt, form, ...tools, ...links, ...offered]);
}

function textBound(name: string, text: string | undefined): Bound {
  return text === undefined ? openBecause(`the tool ${name} is not known`) : atMost(bytes(text) + frameBytes);
}

/** The tool by which another agent is reached. */
function aboutLink(agent: Agent | undefined): number {
  return bytes(JSON.stringify([agent?.name, agent?.description, agent?.capabilities])) * 2 + 3 * frameBytes;
}

function wordsIn(tokens: Bound): Bound {
  return sumOf([{ known: tokens.known * 256, open: tokens.open }, atMost(frameBytes)]);
}

/** All to whom a conversation may come. */
function reachedFrom(agent: Agent): readonly Agent[] {
  const reached = new Map<string, Agent>();
  const queue = [agent];
  for (let next = queue.pop(); next; next = queue.pop()) {
    for (const { name, agent: linked } of next.handoffs) {
      const other = linked();
      if (!other || reached.has(name)) continue;
      reached.set(name, other);
      queue.push(other);
    }
  }
  return [...reached.values()];
}

/** The JSON text of the tools that come with Segue. */
export const builtinToolTexts: ReadonlyMap<string, string> = new Map(
  builtinTools.map((tool) => [tool.name, JSON.stringify(tool)]),
);
