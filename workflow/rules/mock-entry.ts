import { locateTask } from '../model/called.ts';
import { validateJson } from '../model/validate-json.ts';
import { jsonOf } from '../model/templates.ts';
import { itemsOf, type Node, pairOf, valueOf } from '../syntax/tree.ts';
import type { Facts, Report } from './rule.ts';

const answers = ['reply', 'tool_calls', 'error'];

/** An entry of `mock` answers once: with a reply, with tool calls, or with an error; or it only delays. */
export function mockEntry(facts: Facts, report: Report): void {
  const mock = valueOf(facts.document.root, 'mock');
  for (const entry of itemsOf(mock?.kind === 'list' ? mock : valueOf(mock, 'entries'))) {
    if (entry.kind !== 'map') continue;
    const written = answers.flatMap((key) => pairOf(entry, key) ?? []);
    if (written.length === 0 && !valueOf(entry, 'delay')) {
      const message = 'This entry answers nothing: give it `reply`, `tool_calls`, `error` or `delay`.';
      report({ code: 'missing-key', severity: 'error', message, range: entry.pairs[0]?.keyNode.range ?? entry.range });
    }
    const [, second] = written;
    if (second) {
      const message = `An entry answers in one way: \`${second.key}\` and \`${written[0]?.key}\` exclude each other.`;
      report({ code: 'conflicting-keys', severity: 'error', message, range: second.keyNode.range });
    }
    if (valueOf(entry, 'tool') && valueOf(entry, 'tool_calls')) {
      report({
        code: 'conflicting-keys',
        severity: 'error',
        message: 'A tool does not call tools.',
        range: entry.range,
      });
    }
    checkTool(entry, facts, report);
    checkReply(entry, facts, report);
  }
}

/** What the engine answers itself never asks a mock: it is the same on mock models and on real ones. */
function checkTool(entry: Node, facts: Facts, report: Report): void {
  const name = valueOf(entry, 'tool');
  if (name?.kind !== 'scalar') return;
  const tool = facts.tools.find((one) => one.name === name.text);
  if (tool?.answeredBy !== 'engine') return;
  const message = `The engine answers \`${tool.name}\` itself: an entry for it is never used.`;
  report({ code: 'never-mocked', severity: 'warning', message, range: name.range });
}

/** A reply that its schema refuses is often meant (to see a repair), and more often a slip. */
function checkReply(entry: Node, facts: Facts, report: Report): void {
  const reply = valueOf(entry, 'reply');
  const path = valueOf(entry, 'task');
  if (!reply || path?.kind !== 'scalar' || valueOf(entry, 'tool')) return;
  const task = locateTask(facts.workflow, path.text)?.task;
  if (task?.type !== 'agent' && task?.type !== 'router') return;
  const schema = task.outputSchema ?? task.agent?.outputSchema;
  if (!schema) return;
  const value = jsonOf(reply);
  const [problem] = typeof value === 'string' ? [] : validateJson(schema, value);
  if (!problem) return;
  const message = `This reply does not meet the output schema of \`${path.text}\`: ${problem.path === '' ? 'it' : `\`${problem.path}\``} ${problem.message}.`;
  report({ code: 'mock-mismatch', severity: 'warning', message, range: reply.range });
}
