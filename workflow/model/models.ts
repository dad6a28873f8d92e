import type { Agent } from './model.ts';

/** Every model that an agent may ask, `provider/model`, each once, in the order in which they are tried. */
export function modelsOf(agent: Agent): readonly string[] {
  return [...new Set([agent.model, ...agent.fallback])];
}
