// `language`: what one keystroke costs the language server, in files of 100, 1,000 and 10,000 lines. The work alone:
// the wait for the next keystroke (debounce) and the way to the editor come on top.
import { performance } from 'node:perf_hooks';
import { completeAt } from '../../language-server/features/completion.ts';
import { diagnosticsOf } from '../../language-server/features/diagnostics.ts';
import { OpenDocument } from '../../language-server/features/open-document.ts';
import { report } from './child.ts';

const uri = 'file:///bench.segue.yaml';
let lastVersion = 0;
const figures: Record<string, number> = {};
for (const lines of [100, 1_000, 10_000]) {
  const { check, complete } = measure(lines, lines > 1_000 ? 5 : 21);
  figures[`check${lines}Ms`] = check;
  figures[`complete${lines}Ms`] = complete;
}
report(figures);

function measure(lines: number, times: number): { readonly check: number; readonly complete: number } {
  let document = open(workflowOf(lines, 0));
  const [checks, completions]: [number[], number[]] = [[], []];
  for (let edit = 0; edit < times; edit++) {
    const text = workflowOf(lines, edit + 1);
    const before = performance.now();
    document = open(text, document);
    const found = diagnosticsOf(document);
    const checked = performance.now();
    if (found.some(({ severity }) => severity === 1))
      throw new Error(`The file is not valid: ${JSON.stringify(found[0])}`);
    // A new version again, so that the answer is given from text that was not checked yet, as when typing.
    const typed = open(`${text}  `, document);
    const asked = performance.now();
    const { items } = completeAt(typed, { line: Math.floor(lines / 2 / 4) * 4 + 1, character: 11 });
    completions.push(performance.now() - asked);
    checks.push(checked - before);
    if (items.length === 0) throw new Error('Completion had nothing to say');
  }
  return { check: middle(checks), complete: middle(completions) };
}

function open(text: string, earlier?: OpenDocument): OpenDocument {
  return new OpenDocument({ uri, version: ++lastVersion, kind: 'workflow', text }, earlier);
}

/** Four lines a task, each with the output of the one before in its prompt. */
function workflowOf(lines: number, edit: number): string {
  const head = `segue: "1"\nname: edit${edit}\nagents: { writer: { model: mock/fast } }\ntasks:\n`;
  const tasks = Array.from({ length: Math.floor((lines - 4) / 4) }, (_, at) => {
    const before = at === 0 ? 'nothing' : `\${{ tasks.task${at - 1}.output }}`;
    return `  task${at}:\n    agent: writer\n    with:\n      prompt: "Go on after ${before}"\n`;
  });
  return head + tasks.join('');
}

function middle(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
