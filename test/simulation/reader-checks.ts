// Two folds, one stream: what readers make of a record must be what the engine makes of it.
import { isDeepStrictEqual } from 'node:util';
import { type CoreState, isEnded, type TaskNode } from '../../engine/tasks/index.ts';
import {
  foldAll,
  isJsonObject,
  type Json,
  type JsonObject,
  openQuestions,
  type RunEvent,
  type TaskState,
} from '../../run/index.ts';

/** Where the readers' fold differs from the engine's. @param core the engine's fold of the same events */
export function checkReaders(core: CoreState, events: readonly RunEvent[]): readonly string[] {
  const run = foldAll('run', events);
  const calls = [...run.calls.values()];
  const both: { readonly [what: string]: readonly [readers: unknown, engine: unknown] } = {
    status: [run.ended, core.ended?.status],
    outputs: [run.outputs, core.ended?.outputs],
    cost: [run.totals.costNanoUsd, core.costNanoUsd],
    shared: [Object.fromEntries(run.shared), valuesOf(core, [...run.shared.keys()])],
    messages: [run.messages.size, core.messages],
    busy: [[], [...(core.root?.together.busy ?? [])]],
    holds: [[...run.holds.keys()], [...core.holds.keys()]],
    questions: [openQuestions(run).map(({ id }) => id), [...core.questions.keys()]],
    calls: [calls.filter(({ status }) => status === 'running').map(({ path }) => path), [...core.inFlight.keys()]],
  };
  const problems = Object.entries(both).flatMap(([what, [readers, engine]]) =>
    isDeepStrictEqual(readers, engine)
      ? []
      : [`readers see ${what} ${JSON.stringify(readers)}, the engine ${JSON.stringify(engine)}`],
  );
  for (const node of core.nodes.values()) {
    if (!isEnded(node)) continue;
    const [readers, engine] = [run.tasks.get(node.path), node].map(endOf);
    if (!isDeepStrictEqual(readers, engine))
      problems.push(`readers see ${node.path} as ${JSON.stringify(readers)}, the engine as ${JSON.stringify(engine)}`);
  }
  return problems;
}

/** Readers know a shared value from its first change on. */
function valuesOf({ root }: CoreState, names: readonly string[]): JsonObject {
  const valueOf = (name: string): Json | undefined => {
    const [base = name, ...entry] = name.split('.');
    const whole = root?.shared[base];
    return entry.length === 0 ? whole : isJsonObject(whole) ? whole[entry.join('.')] : undefined;
  };
  return Object.fromEntries(names.map((name) => [name, valueOf(name)]));
}

function endOf(task: TaskState | TaskNode | undefined): unknown {
  return task && [task.status, task.round, task.reason, task.output, task.error, task.errors, task.partial];
}
