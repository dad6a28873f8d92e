// What a task gave in the last run, as the schema of what it is to give in the next ones.
import { allTasks, type Json } from '../../../workflow/index.ts';
import type { OpenDocument } from '../open-document.ts';
import { inferredSchema } from './inferred-schema.ts';
import type { Refactoring } from './refactoring.ts';
import { pathsTo } from './task-outputs.ts';
import { isWithin, type TaskSite, taskAt } from './task-sites.ts';
import { addition } from './written.ts';
import { writtenPair } from './yaml-values.ts';

export const addOutputSchema: Refactoring = ({ document, range, past }) => {
  const site = taskAt(document.syntax.root, range);
  const text = site && past?.tasks[site.path]?.last.value;
  if (!site || text === undefined || !canHaveSchema(document, site)) return [];
  const { value } = site.pair;
  const seen = valueIn(text);
  if (value.kind !== 'map' || !isWithin(value.range, site.pair.range) || seen === undefined) return [];
  const written = writtenPair('output_schema', inferredSchema(seen), 0, value.flow);
  const uses = pathsTo(document, site).filter(({ names }) => names[2] === 'output').length;
  const told =
    uses === 0 ? '' : `: its output, used in ${uses === 1 ? 'one place' : `${uses} places`}, gets another type`;
  const title = `Give \`${site.id}\` an \`output_schema\` from its last run${told}`;
  const edits = [addition(document.text, value, written)];
  return [{ title, kind: 'refactor.rewrite.schema', outcome: { edits } }];
};

/** An agent or a tool of which nobody has said yet what it gives. */
function canHaveSchema({ checked }: OpenDocument, { pair }: TaskSite): boolean {
  const tasks = allTasks(checked.workflow.root.tasks);
  const task = tasks.findLast(({ nameRange }) => nameRange.start === pair.keyNode.range.start);
  if (task?.type === 'agent') return task.outputSchema === undefined && task.agent?.outputSchema === undefined;
  return task?.type === 'tool' && Object.keys(task.outputType).length === 0;
}

/** A value that has parts; that of an agent is text, in which it may stand as JSON. */
function valueIn(text: string): Json | undefined {
  const value = parsed(text);
  const inside = typeof value === 'string' ? parsed(value.replace(/^\s*```(?:json)?\s*|\s*```\s*$/g, '')) : value;
  return typeof inside === 'object' && inside !== null ? inside : undefined;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
