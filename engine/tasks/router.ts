// A router: it asks an agent on which routes a run goes on. The calls are its own turns; what the agent answers becomes
// the ids that go on.
import type { RouterTask } from '../../workflow/model/model.ts';
import { lookAtAgent } from './agent.ts';
import { completeTask } from './ending.ts';
import { routesChosen } from './routes.ts';
import type { CoreState, Draft, TaskNode } from './state.ts';

/** Looks at a router that has begun. */
export function lookAtRouter(state: CoreState, node: TaskNode, task: RouterTask, draft: Draft): void {
  lookAtAgent(state, node, task, draft, (answer) => completeTask(state, node, routesChosen(task, answer), draft));
}
