// Inputs from the command line: `-i topic=bees -i sections=3 -i data=@facts.json`.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { failure, type Json, type JsonObject, type JsonSchema } from '../run/index.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './terminal/output.ts';

export type Parsed = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly message: string };

/**
 * Reads `name=value` pairs. A value is read by the type of its input (text stays text; everything else
 * is JSON); `name=@file` takes the text of a file.
 * @throws CommandFailure `invalid_input` with the pair that is wrong
 */
export function parseInputs(
  pairs: readonly string[],
  schemas: ReadonlyMap<string, JsonSchema>,
  cwd: string,
): JsonObject {
  const inputs: JsonObject = {};
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 1) throw usage(`"${pair}" is not an input.`, 'Write -i name=value.');
    const name = pair.slice(0, equals);
    const text = pair.slice(equals + 1);
    const schema = schemas.get(name);
    if (!schema)
      throw usage(`The workflow has no input "${name}".`, `Its inputs: ${[...schemas.keys()].join(', ') || 'none'}.`);
    const parsed = parseByType(text.startsWith('@') ? fileText(text.slice(1), cwd) : text, schema);
    if (!parsed.ok)
      throw usage(`Input "${name}": ${parsed.message}`, 'Give a value of the type that the workflow declares.');
    inputs[name] = parsed.value;
  }
  return inputs;
}

/** Reads text as a value of a schema's type; text that is not JSON is taken as a string where no type forbids it. */
export function parseByType(text: string, schema: JsonSchema): Parsed {
  const type = schema['type'];
  if (type === 'string') return { ok: true, value: text };
  try {
    return { ok: true, value: JSON.parse(text) as Json };
  } catch {
    if (type === undefined || (Array.isArray(type) && type.includes('string'))) return { ok: true, value: text };
    return { ok: false, message: `"${text}" is not a value of type ${JSON.stringify(type)}.` };
  }
}

function fileText(path: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, path), 'utf8');
  } catch (error) {
    throw usage(`The file "${path}" can not be read: ${(error as Error).message}.`, 'Check the path after "@".');
  }
}

function usage(message: string, remedy: string): CommandFailure {
  return new CommandFailure(failure('invalid_input', message, { remedy }), exitCodes.usage);
}
