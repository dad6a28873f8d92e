// Same events, same future: whatever the engine decided must follow from the events before it, and from nothing else.
import { isDeepStrictEqual } from 'node:util';
import { type Decider, foldCore, newCore } from '../../engine/core/index.ts';
import type { Fact, RunEvent } from '../../run/index.ts';
import type { Workflow } from '../../workflow/index.ts';

const decided = new Set<Fact['type']>([
  'task-started',
  'task-ended',
  'timer-set',
  'question-asked',
  'call-answered',
  'run-ended',
]);

/** The decided events that do not follow from those before them. */
export function checkPrefixes(workflow: Workflow, events: readonly RunEvent[], decideAll: Decider): readonly string[] {
  const state = newCore('run', workflow);
  const problems: string[] = [];
  for (const event of events) {
    if (decided.has(event.type)) {
      const { seq, at: _, ...fact } = event;
      const [next] = decideAll(state).facts;
      // As the log keeps it: without what is undefined.
      if (!isDeepStrictEqual(JSON.parse(JSON.stringify(next ?? null)), fact)) {
        problems.push(
          `event ${seq} is ${JSON.stringify(fact)}, but ${JSON.stringify(next)} follows from those before it`,
        );
      }
    }
    if (event.type === 'call-started') {
      const { facts, start } = decideAll(state);
      const follows = facts.length === 0 && (start?.path === event.path || state.waiting.has(event.path));
      if (!follows) problems.push(`event ${event.seq}: the call ${event.path} does not follow from those before it`);
    }
    foldCore(state, event);
  }
  return problems;
}
