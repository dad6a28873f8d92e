// What the agent of a router is asked, and what its answer means.
import { isJsonObject, type Json } from '../../run/index.ts';
import type { RouterTask } from '../../workflow/model/model.ts';

/** What it is about, and the routes. */
export function routerPrompt({ routes, maxRoutes }: RouterTask, prompt: string): string {
  const how = maxRoutes === 1 ? 'the route' : `at most ${maxRoutes} of the routes`;
  const list = routes.map(({ name, description }) => `- ${name}: ${description}`).join('\n');
  return `Choose ${how} on which this goes on, by name, and say why.\n\nRoutes:\n${list}\n\nWhat it is about:\n\n${prompt}`;
}

/** `{to, reason}`, the ids in the order of the routes in the file. */
export function routesChosen({ routes }: RouterTask, answer: Json): Json {
  const { routes: named, reason } = isJsonObject(answer) ? answer : {};
  const taken = routes.filter(({ name }) => Array.isArray(named) && named.includes(name));
  return { to: [...new Set(taken.flatMap(({ to }) => to))], reason: reason ?? '' };
}
