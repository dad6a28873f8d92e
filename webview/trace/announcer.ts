// What a screen reader is told while a run goes on: changes of state, a few words at a time.
import { openQuestions, type RunState, runStatus, type TreeNode } from '../../run/index.ts';
import { statusWord } from '../shared/icons.ts';
import { visibleLine } from '../shared/visible-text.ts';
import { labelOf } from './labels.ts';

/** Statuses by path of the top-level tasks; '' is the run; questions by their id. */
export type Heard = ReadonlyMap<string, string>;

const saidOneByOne = 3;

/** What a listener knows once they have been told about this state. */
export function heardFrom(state: RunState, nodes: readonly TreeNode[]): Heard {
  const questions = openQuestions(state).map(({ id, question }) => [`?${id}`, question.message] as const);
  return new Map([
    ['', statusWord(runStatus(state))],
    ...nodes.map((node) => [node.path, node.status] as const),
    ...questions,
  ]);
}

/** One sentence or two about what changed since `before`; '' if nothing did. Many changes become a count. */
export function announcement(before: Heard, now: Heard, nodes: readonly TreeNode[]): string {
  const changed = (path: string) => now.get(path) !== undefined && now.get(path) !== before.get(path);
  const questions = [...now].filter(([path]) => path.startsWith('?') && changed(path));
  const tasks = nodes.filter((node) => node.status !== 'pending' && changed(node.path));
  const said = tasks.slice(0, saidOneByOne).map((node) => `${labelOf(node)} ${statusWord(node.status).toLowerCase()}.`);
  const more = tasks.length > saidOneByOne ? [`And ${tasks.length - saidOneByOne} more tasks changed.`] : [];
  const run = changed('') ? [`Run ${(now.get('') ?? '').toLowerCase()}.`] : [];
  return [...questions.map(([, message]) => `Question: ${visibleLine(message)}`), ...said, ...more, ...run].join(' ');
}
