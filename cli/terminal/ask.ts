// Questions to the person at the terminal: text, a choice, yes or no, and the forms of `human` tasks.
import { createInterface, type Interface } from 'node:readline/promises';
import { failure, isJsonObject, type Json, type JsonObject, type JsonSchema, type Question } from '../../run/index.ts';
import { exitCodes } from '../exit-codes.ts';
import { parseByType } from '../inputs.ts';
import { CommandFailure, type Terminal } from './output.ts';
import { harmless, harmlessLine } from './style.ts';

/** The person has closed the input (Ctrl-D): nobody is here any more to be asked. */
export class InputEnded extends CommandFailure {
  constructor() {
    const remedy = 'Give inputs with -i NAME=VALUE; answer a run with segue answer.';
    super(failure('no_answer', 'The input ended before the question was answered.', { remedy }), exitCodes.usage);
  }
}

/** Asks one line; `signal` takes the question back. @throws InputEnded */
export async function askText(terminal: Terminal, prompt: string, signal?: AbortSignal): Promise<string> {
  const reader = createInterface({ input: terminal.stdin, output: terminal.stderr });
  reader.on('SIGINT', () => interrupt(reader));
  // Ctrl-D closes the reader; one that was typed earlier ends the input itself, and then the question says nothing.
  const closed = new Promise<never>((_, reject) => reader.once('close', () => reject(new InputEnded())));
  try {
    const question = signal ? reader.question(prompt, { signal }) : reader.question(prompt);
    return (await Promise.race([closed, question])).trim();
  } catch (error) {
    if (error instanceof InputEnded) terminal.stderr.write('\n');
    throw error;
  } finally {
    reader.close();
  }
}

/** Ctrl-C at a question means what it means everywhere: the command's own handler decides, and without one it ends. */
function interrupt(reader: Interface): void {
  if (process.emit('SIGINT')) return;
  reader.close();
  process.kill(process.pid, 'SIGINT');
}

/** Asks until one of the choices is given, by number or by name. */
export async function askChoice(terminal: Terminal, choices: readonly string[], signal?: AbortSignal): Promise<string> {
  for (const [index, choice] of choices.entries()) terminal.stderr.write(`  ${index + 1}) ${harmless(choice)}\n`);
  for (;;) {
    const text = await askText(terminal, `${terminal.notes.paint('bold', 'Choose')} [1-${choices.length}]: `, signal);
    const chosen = choices[Number(text) - 1] ?? choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
    if (chosen !== undefined) return chosen;
    terminal.stderr.write(`Please type a number from 1 to ${choices.length}.\n`);
  }
}

/** Asks yes or no; the empty answer is no. */
export async function askYes(terminal: Terminal, prompt: string): Promise<boolean> {
  return /^y(es)?$/i.test(await askText(terminal, `${prompt} [y/N] `));
}

/** Asks the question of a run and gives the answer as the engine wants it. */
export async function askQuestion(terminal: Terminal, question: Question, signal: AbortSignal): Promise<Json> {
  terminal.stderr.write(`\n${terminal.notes.paint('yellow', '◆')} ${harmless(question.message)}\n`);
  switch (question.kind) {
    case 'options':
      return askChoice(terminal, question.options, signal);
    case 'form':
      return askForm(terminal, question.form, signal);
    case 'approve_tool':
      terminal.stderr.write(`${harmless(JSON.stringify(question.input, null, 2))}\n`);
      return askWords(terminal, approvals, signal);
    case 'lost_call':
      terminal.stderr.write(`${harmless(JSON.stringify(question.input, null, 2))}\n`);
      return askWords(terminal, lostAnswers, signal);
  }
}

const approvals = { 'Allow once': 'allow', 'Allow for this run': 'allow_all', Deny: 'deny' };
const lostAnswers = { 'Call it again': 'repeat', 'It was done; go on': 'done', 'Let the task fail': 'fail' };

async function askWords(terminal: Terminal, words: Record<string, string>, signal: AbortSignal): Promise<string> {
  const label = await askChoice(terminal, Object.keys(words), signal);
  return words[label] ?? label;
}

/** Asks each property of an object schema, or one value for any other schema. */
async function askForm(terminal: Terminal, form: JsonSchema, signal: AbortSignal): Promise<Json> {
  const properties = form['properties'];
  if (!isJsonObject(properties)) return askValue(terminal, 'value', form, signal);
  const answer: JsonObject = {};
  for (const [name, schema] of Object.entries(properties)) {
    const value = await askValue(terminal, name, isJsonObject(schema) ? schema : {}, signal);
    if (value !== null) answer[name] = value;
  }
  return answer;
}

/** Asks one value of a schema until it can be read; empty takes the default, or leaves it out (null). */
export async function askValue(
  terminal: Terminal,
  name: string,
  schema: JsonSchema,
  signal?: AbortSignal,
): Promise<Json> {
  const { description, default: preset, enum: choices } = schema;
  if (typeof description === 'string') terminal.stderr.write(`${terminal.notes.paint('dim', harmless(description))}\n`);
  if (Array.isArray(choices) && choices.every((choice) => typeof choice === 'string')) {
    terminal.stderr.write(`${harmlessLine(name)}:\n`);
    return askChoice(terminal, choices, signal);
  }
  for (;;) {
    const shown = typeof preset === 'string' ? preset : JSON.stringify(preset);
    const hint = preset === undefined ? '' : ` [${harmlessLine(shown)}]`;
    const text = await askText(terminal, `${terminal.notes.paint('bold', harmlessLine(name))}${hint}: `, signal);
    if (text === '') return preset ?? null;
    const parsed = parseByType(text, schema);
    if (parsed.ok) return parsed.value;
    terminal.stderr.write(`${parsed.message}\n`);
  }
}
