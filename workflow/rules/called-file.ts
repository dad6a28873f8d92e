import { describeProblem } from '../files.ts';
import { countedTasks, type FileReference, type LibraryEntry, wayBack } from '../model/library.ts';
import { errorInside, type Facts, type Report } from './rule.ts';

/** How many files may call each other in a row. */
const maxDepth = 10;
/** How many tasks all calls of a file together may bring into a run. */
const maxTasks = 10_000;

/** A file that is called must be there, be a workflow without errors, and not come back to its caller. */
export function calledFile(facts: Facts, report: Report): void {
  let tasks = 0;
  for (const reference of facts.entry.calls) {
    const found = facts.library.find(reference);
    if (typeof found !== 'object') {
      unusable(reference, found, report);
      continue;
    }
    const way = wayBack(facts.library, found, facts.document.file);
    if (way) {
      inCircle(facts.document.file, reference, way, report);
      continue;
    }
    tasks += countedTasks(facts.library, found).tasks;
    tooMuch(reference, countedTasks(facts.library, found).depth, tasks, report);
    const error = errorInside(reference.name, found.document, facts.found.get(found) ?? []);
    if (error) report({ code: 'called-file', severity: 'error', ...error, range: reference.range });
  }
  nameTakenByFallback(facts, report);
}

function unusable(
  { name, range, path }: FileReference,
  problem: Exclude<ReturnType<Facts['library']['find']>, LibraryEntry>,
  report: Report,
): void {
  if (problem === 'unknown' || problem === 'no-name') return; // Nothing is known of it; or the shape is wrong.
  if (problem === 'no-workflow') {
    const message = `\`${name}\` is not a workflow: it has neither \`segue\` nor \`tasks\`.`;
    report({ code: 'unusable-file', severity: 'error', message, range });
    return;
  }
  const looked = problem === 'missing' && path !== undefined ? ` It was looked for at \`${path}\`.` : '';
  report({ code: 'unusable-file', severity: 'error', message: `${describeProblem(name, problem)}${looked}`, range });
}

function inCircle(file: string, { range }: FileReference, way: readonly string[], report: Report): void {
  const message =
    way.length === 1
      ? 'A workflow can not call itself: the call would never end.'
      : `These files would call each other without end: ${[file, ...way].join(' → ')}. Remove one of the calls.`;
  report({ code: 'call-cycle', severity: 'error', message, range });
}

function tooMuch({ range }: FileReference, depth: number, tasks: number, report: Report): void {
  const message =
    depth >= maxDepth
      ? `Files call each other ${depth + 1} deep from here; at most ${maxDepth} are run.`
      : `With this call, the called files have ${tasks} tasks; at most ${maxTasks} are run.`;
  if (depth >= maxDepth || tasks > maxTasks) report({ code: 'too-many-calls', severity: 'error', message, range });
}

/** `T/fallback` names one thing only. */
function nameTakenByFallback(facts: Facts, report: Report): void {
  for (const { read, onError, nameRange } of facts.tasks) {
    if (read?.type !== 'workflow' || onError.kind !== 'fallback') continue;
    if (!read.called?.workflow.root.tasks.some((task) => task.name === 'fallback')) continue;
    const message = `\`${read.reference}\` has a task \`fallback\`, and this task a \`fallback\` of its own: give that task another name.`;
    report({ code: 'duplicate-name', severity: 'error', message, range: nameRange });
  }
}
