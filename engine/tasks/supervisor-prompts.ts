// What the members of a team are told. Models do best with the goal in front, what is known in between in plain marks, and
// what is wanted of them at the end.
import type { Json } from '../../run/index.ts';
import type { AgentTask, SupervisorTask } from '../../workflow/model/model.ts';
import { type Assignment, specialistOf } from './team.ts';
import { textOf } from './values.ts';

/** What a supervisor is asked at the beginning of a round. */
export interface PlanQuestion {
  readonly task: SupervisorTask;
  readonly goal: string;
  readonly round: number;
  /** How many there may be. */
  readonly rounds: number;
  /** What was given out so far, and what came of it. */
  readonly done: readonly Assignment[];
  /** Its last answer, if that could not be carried out, and why. */
  readonly refused?: { readonly answer: Json; readonly problem: string };
}

/** How is the work to be divided, or is it done? */
export function planPrompt({ task, goal, round, rounds, done, refused }: PlanQuestion): string {
  return paragraphs([
    'You lead a team of specialists who do the work for you. This is what the team is to reach:',
    marked('goal', goal),
    `Your specialists:\n\n${task.specialists.map(introduced).join('\n')}`,
    ...(done.length > 0 ? ['What you have given out so far, and what came of it:', ...done.map(reported)] : []),
    done.length > 0 ? lookBack : lookAhead,
    rulesOf(task),
    roundWords(round, rounds),
    ...(refused ? correction(refused) : []),
  ]);
}

/** What a specialist is asked. @param results of the subtasks that this one needs */
export function subtaskPrompt(instructions: string, results: readonly Assignment[]): string {
  if (results.length === 0) return instructions;
  return paragraphs([
    instructions,
    'What others in your team have found, for you to build on:',
    ...results.map(reported),
  ]);
}

/** What is the answer? @param isShort whether the rounds were used up before the supervisor was done */
export function synthesisPrompt(goal: string, done: readonly Assignment[], isShort: boolean): string {
  return paragraphs([
    'You have led a team of specialists. This is what the team was to reach:',
    marked('goal', goal),
    ...(done.length > 0 ? ['What you have given out, and what came of it:', ...done.map(reported)] : []),
    'Now give the answer that the goal asks for, and nothing about how it came about: whoever reads it knows neither you nor your team.',
    [
      '- Make one whole of the results, in one voice, in the form that the goal asks for.',
      '- Use what the results say, with their sources and figures as they are. Add nothing that none of them says.',
      '- Where results contradict each other, say which one you go by and why; if you can not decide, say that.',
      isShort
        ? '- The time is up before all was done. Say plainly what is missing or was not found out.'
        : '- What nobody has found out you name as open.',
    ].join('\n'),
  ]);
}

const lookAhead = 'Ask yourself first how one will see that the goal is reached. Then divide the work by that.';

const lookBack = `Look at each result before you go on: does it answer what was asked, does it contradict another one, what is still missing for the goal? What failed may be given out once more, to somebody else or said better; if it failed twice, divide it differently or go without it. Do not have anything done again that is done well.`;

function rulesOf({ assign, maxSubtasks }: SupervisorTask): string {
  return [
    'How to divide the work:',
    '- A subtask is for one specialist and has one result. Whoever gets it sees its `instructions` and the results of those that it `needs`, and nothing else: neither the goal nor this conversation. Say all that must be known, and what form the result is to have.',
    '- What does not depend on each other is done at the same time. Where a subtask builds on the result of another one, of this round or of an earlier one, put the id of that one in its `needs`; else `needs` is empty.',
    chosenBy[assign],
    `- Give out as few subtasks as will do, at most ${maxSubtasks} in a round, each under an \`id\` of its own: one short word. Never give out the final answer: that you write yourself, when you are asked for it.`,
    '- When nothing is missing any more, answer with `done` true and no subtasks.',
  ].join('\n');
}

const chosenBy: { readonly [assign in SupervisorTask['assign']]: string } = {
  model: '- In `specialist` name who is to do it: whoever is best at it, by what is said of them above.',
  capability:
    '- In `capability` name what is needed for it, as it is listed above. Whoever has it and is least busy gets the subtask.',
  least_busy: '- Each specialist can do each subtask; whoever is least busy gets it.',
};

function roundWords(round: number, rounds: number): string {
  if (round < rounds) return `This is round ${round} of at most ${rounds}.`;
  const which = rounds === 1 ? 'the only round' : `round ${round}, the last one`;
  return `This is ${which}: after it you write the answer from what there is.`;
}

function correction({ answer, problem }: NonNullable<PlanQuestion['refused']>): readonly string[] {
  return [
    'You have answered this already, but it can not be carried out:',
    marked('answer', textOf(answer)),
    marked('problem', problem),
    'Answer again, with all subtasks of this round, so that this is mended.',
  ];
}

function introduced({ name, agent }: AgentTask): string {
  const skills = agent?.capabilities ?? [];
  const good = skills.length > 0 ? ` (${skills.join(', ')})` : '';
  return `- ${name}${good}${agent?.description === undefined ? '' : `: ${agent.description.trim()}`}`;
}

/** A subtask with what came of it. */
function reported(assignment: Assignment): string {
  const { id, instructions, round, status, part } = assignment;
  const who = specialistOf(assignment);
  const head = `<subtask id="${id}"${who === undefined ? '' : ` specialist="${who}"`} round="${round}" status="${status}">`;
  return [head, marked('instructions', instructions), outcomeOf(status, part), '</subtask>'].join('\n');
}

function outcomeOf(status: Assignment['status'], part: Assignment['part']): string {
  if (status === 'completed') return marked('result', textOf(part?.output ?? null));
  if (status === 'skipped') return marked('failure', 'It was not begun: what it needs gave no result.');
  const { error } = part ?? {};
  return marked('failure', error ? `${error.code}: ${error.message}` : 'It was cut off.');
}

function marked(mark: string, text: string): string {
  return `<${mark}>\n${text.trim()}\n</${mark}>`;
}

function paragraphs(texts: readonly string[]): string {
  return texts.join('\n\n');
}
