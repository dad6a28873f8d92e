// What an agent that plans answers with.
import type { Json, JsonSchema } from '../../schemas/index.ts';

/** Ids of planned tasks: they become names in expressions. */
const idPattern = '^[A-Za-z_][A-Za-z0-9_]{0,59}$';

/** @returns the JSON Schema of a plan that may consist of these agents and tools, by their names */
export function planSchema(agents: readonly string[], tools: readonly string[], maxTasks: number): JsonSchema {
  const hasAgents = agents.length > 0;
  const hasTools = tools.length > 0;
  const properties: { readonly [name: string]: Json } = {
    id: { type: 'string', pattern: idPattern, description: 'The name of the task, in lower case: `compare_prices`.' },
    ...(hasAgents && {
      agent: { type: 'string', enum: [...agents], description: 'The agent that does it.' },
      prompt: { type: 'string', description: 'All that the agent is told.' },
    }),
    ...(hasTools && {
      tool: { type: 'string', enum: [...tools], description: 'The tool that is called.' },
      input: { type: 'object', description: 'The input of the tool.' },
    }),
    needs: { type: 'array', items: { type: 'string' }, description: 'Ids of tasks that must have ended before.' },
  };
  // Where there is but one kind of task, each must be of that kind.
  const kind = hasAgents && hasTools ? [] : hasAgents ? ['agent', 'prompt'] : ['tool'];
  return {
    type: 'object',
    required: ['tasks'],
    properties: {
      tasks: { type: 'array', minItems: 1, items: { type: 'object', required: ['id', ...kind], properties } },
      output: { type: 'string', description: 'The id of the task whose output is the result. Left out: the last one.' },
    },
    examples: [sampleOf(agents, tools, maxTasks)],
  };
}

/** What mock models plan whom nobody told what to say: something for everybody. */
function sampleOf(agents: readonly string[], tools: readonly string[], maxTasks: number): Json {
  const tasks = agents.map((agent) => ({ agent, prompt: `This is a mock task for ${agent}.` }));
  const work = tasks.length > 0 ? tasks : tools.map((tool) => ({ tool, input: {} }));
  return { tasks: work.slice(0, maxTasks).map((task, place) => ({ id: `part_${place + 1}`, ...task })) };
}
