// Whom a conversation may reach that an agent begins, and what it may give.
import { isJsonObject, type Json, type JsonSchema } from '../../schemas/index.ts';
import type { Agent } from './model.ts';

/** @returns the agent, and all to whom its conversation may be handed on, each once */
export function reachedByHandoffs(agent: Agent): readonly Agent[] {
  const reached = new Set([agent]);
  // What is added while the loop runs is looked at too.
  for (const one of reached) {
    for (const link of one.handoffs) {
      const next = link.agent();
      if (next) reached.add(next);
    }
  }
  return [...reached];
}

/** @returns what an agent answers with */
function answerOf({ outputSchema }: Agent): JsonSchema {
  return outputSchema ?? { type: 'string' };
}

/** @returns what a task of this agent gives, whoever answers at the end; undefined: it depends on who that is */
export function outputOfAgent(agent: Agent): JsonSchema | undefined {
  const [own = { type: 'string' }, ...others] = reachedByHandoffs(agent).map(answerOf);
  return others.every((other) => isSame(own, other)) ? own : undefined;
}

/** Tells whether two values are equal, in whatever order their keys stand. */
function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, index) => isSame(one, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]));
}
