// Reads a router: an agent that chooses among routes, and what its answer must be.
import type { JsonSchema } from '../../schemas/index.ts';
import { itemsOf, type Node, valueOf } from '../syntax/tree.ts';
import type { Route, RouterTask } from './model.ts';
import { numberAt, textAt, textsAt } from './read.ts';

/** @returns what a router has of its own, beside its agent */
export function readRoutes(node: Node): Pick<RouterTask, 'routes' | 'maxRoutes' | 'outputSchema'> {
  const routes = itemsOf(valueOf(node, 'routes')).map(readRoute);
  const maxRoutes = numberAt(node, 'max_routes') ?? 1;
  return { routes, maxRoutes, outputSchema: choiceSchema(routes, maxRoutes) };
}

function readRoute(node: Node): Route {
  const to = textsAt(node, 'to').map(({ text }) => text);
  return { name: to.join('+'), to, description: textAt(node, 'description') ?? '' };
}

function choiceSchema(routes: readonly Route[], maxRoutes: number): JsonSchema {
  return {
    type: 'object',
    required: ['routes', 'reason'],
    properties: {
      routes: {
        type: 'array',
        minItems: 1,
        maxItems: Math.min(maxRoutes, Math.max(1, routes.length)),
        uniqueItems: true,
        items: { type: 'string', ...(routes.length > 0 && { enum: [...new Set(routes.map(({ name }) => name))] }) },
        description: 'The names of the routes that were chosen.',
      },
      reason: { type: 'string', description: 'Why, in a sentence.' },
    },
    additionalProperties: false,
  };
}

/** @returns the JSON Schema of what a router gives */
export function routerOutput({ routes }: Pick<RouterTask, 'routes'>): JsonSchema {
  const ids = [...new Set(routes.flatMap(({ to }) => to))];
  return {
    type: 'object',
    required: ['to', 'reason'],
    properties: {
      to: { type: 'array', items: { type: 'string', ...(ids.length > 0 && { enum: ids }) } },
      reason: { type: 'string' },
    },
    additionalProperties: false,
  };
}
