// Which whole pieces may begin at a place: a task of each type, an agent, an input, a gate, an element, a file.
import { describeKey, keysAt, nodeAt, pairsOf, valueOf } from '../../workflow/index.ts';
import { elementsFor } from './element-skeletons.ts';
import { namesIn, type Question } from './question.ts';
import { sectionSkeletons, wholeFiles } from './section-skeletons.ts';
import { choice, type Skeleton } from './skeleton.ts';
import { taskSkeletons } from './task-skeletons.ts';

/** @returns what may begin at a place: pieces of several lines */
export function skeletonsAt(question: Question): readonly Skeleton[] {
  const { place, root, file } = question;
  const { path } = place;
  const [section, ...more] = path;
  if (section === undefined) return root?.kind === 'map' ? [] : (wholeFiles[file] ?? []);
  const info = describeKey(root, path, file);
  if (info?.kind === 'template' || info?.kind === 'json-schema') return [];
  if (holdsTasks(question)) return taskSkeletons(question).filter(({ type }) => mayHold(question, type));
  if (isEmptyBody(question)) return bodySkeletons(question);
  const inList = elementSkeletons(question);
  if (inList.length > 0 || more.length > 0) return [...inList, ...gateSkeletons(question)];
  return sectionSkeletons[`${file}.${section}`] ?? [];
}

/** `tasks`, `stages` and `branches`: any id may stand there, and what stands under it has the keys of a task. */
function holdsTasks({ root, place: { path }, file }: Question): boolean {
  const isNamed = ['tasks', 'stages', 'branches'].includes(String(path.at(-1)));
  return isNamed && describeKey(root, [...path, 'any', 'on_error'], file) !== undefined;
}

/** A stage or a branch chooses nothing of what goes on. */
function mayHold({ root, place: { path }, file }: Question, type: string): boolean {
  const types = describeKey(root, [...path, 'any', 'type'], file)?.values ?? [];
  return types.includes(type);
}

/** `do` or `fallback`, of which nothing is written yet. */
function isEmptyBody({ root, place: { path } }: Question): boolean {
  const isBody = path.at(-1) === 'do' || path.at(-1) === 'fallback';
  return isBody && pairsOf(nodeAt(root, path)).length === 0;
}

/** Tasks without their ids: their keys stand right there. */
function bodySkeletons(question: Question): readonly Skeleton[] {
  const asBody = { ...question, place: { ...question.place, path: [...question.place.path, 'tasks'] } };
  const types = describeKey(question.root, [...question.place.path, 'type'], question.file)?.values ?? [];
  return taskSkeletons(asBody)
    .filter(({ type }) => types.includes(type))
    .map(({ type, detail, text }) => ({
      label: `${type} body`,
      detail,
      text: text.slice(text.indexOf('\n') + 1).replaceAll(/^ {2}/gm, ''),
    }));
}

/** Of a task that has none yet. */
function gateSkeletons(question: Question): readonly Skeleton[] {
  const { root, place, file } = question;
  const isTask = keysAt(root, place.path, file).some(({ key }) => key === 'gate');
  if (!isTask || valueOf(nodeAt(root, place.path), 'gate')) return [];
  const judge = choice(1, namesIn(question, 'agents'), 'critic');
  return [
    {
      label: 'gate with a judge',
      detail: 'An agent scores what the task gave; too little is tried again',
      text: `gate:\n  judge: ${judge}\n  criteria: [\${2:every claim has a source}]\n  min_score: \${3:0.7}\n  on_fail: \${4|retry,fail,continue|}`,
    },
    {
      label: 'gate with a condition',
      detail: 'What the task gave must meet a condition, else it is tried again',
      text: 'gate:\n  when: ${1:size(output) > 100}\n  on_fail: ${2|retry,fail,continue|}',
    },
  ];
}

/** An element of a list of maps, or of `mock`; where no list has begun, with its dash. */
function elementSkeletons(question: Question): readonly Skeleton[] {
  const { place, root } = question;
  const { path } = place;
  const inList = typeof path.at(-1) === 'number';
  const isBegun = inList && pairsOf(nodeAt(root, path)).length > 0;
  const list = path.at(inList ? -2 : -1);
  if (isBegun || (!inList && pairsOf(nodeAt(root, path)).length > 0)) return [];
  const elements = elementsFor(question, String(list));
  if (inList) return elements;
  return elements.map(({ label, detail, text }) => ({ label, detail, text: `- ${text.replaceAll('\n', '\n  ')}` }));
}
