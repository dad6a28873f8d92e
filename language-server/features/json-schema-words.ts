// The words of JSON Schema that people write in `inputs`, `shared`, `output_schema` and `form`.
import type { Path } from '../../workflow/index.ts';

export interface SchemaWord {
  readonly key: string;
  readonly docs: string;
  /** What follows the colon, as a snippet. */
  readonly inBlock: string;
  readonly inFlow: string;
}

const list = { inBlock: ' [$0]', inFlow: ' [$0]' };
const map = { inBlock: '\n  $0', inFlow: ' { $0 }' };
const scalar = { inBlock: ' $0', inFlow: ' $0' };

const words: readonly SchemaWord[] = [
  {
    key: 'type',
    docs: 'The JSON type: `string`, `integer`, `number`, `boolean`, `array`, `object` or `null`.',
    ...scalar,
  },
  { key: 'description', docs: 'What the value is for, in a sentence.', ...scalar },
  { key: 'default', docs: 'The value if none is given.', ...scalar },
  { key: 'enum', docs: 'The values to choose from.', ...list },
  { key: 'properties', docs: 'Of an object: its fields, each with a schema.', ...map },
  { key: 'required', docs: 'Of an object: the fields it must have.', ...list },
  { key: 'additionalProperties', docs: 'Of an object: whether it may have other fields, or their schema.', ...scalar },
  { key: 'items', docs: 'Of an array: the schema of its elements.', ...map },
  { key: 'minItems', docs: 'Of an array: how many elements it has at least.', ...scalar },
  { key: 'maxItems', docs: 'Of an array: how many elements it has at most.', ...scalar },
  { key: 'minLength', docs: 'Of a string: its smallest length.', ...scalar },
  { key: 'maxLength', docs: 'Of a string: its greatest length.', ...scalar },
  { key: 'pattern', docs: 'Of a string: a regular expression that it meets.', ...scalar },
  { key: 'format', docs: 'Of a string: `date`, `date-time`, `email`, `uri`, …', ...scalar },
  { key: 'minimum', docs: 'Of a number: its smallest value.', ...scalar },
  { key: 'maximum', docs: 'Of a number: its greatest value.', ...scalar },
  { key: 'title', docs: 'A name for people, shown in forms.', ...scalar },
];

/** Words whose value is a schema. */
const holdSchemas = new Set(['items', 'additionalProperties', 'not', 'contains']);

/** @param path the way from the outermost schema @returns the words that may stand there; none where names stand */
export function schemaWordsAt(path: Path): readonly SchemaWord[] {
  return isSchema(path) ? words : [];
}

/** @returns the values that may stand at a place in a schema, if they can be listed */
export function schemaValuesAt(path: Path): readonly (string | boolean)[] {
  const word = path.at(-1);
  if (!isSchema(path.slice(0, -1))) return [];
  if (word === 'type') return ['string', 'integer', 'number', 'boolean', 'array', 'object', 'null'];
  if (word === 'format') return ['date', 'time', 'date-time', 'duration', 'email', 'uri', 'uuid'];
  return word === 'additionalProperties' ? [true, false] : [];
}

function isSchema(path: Path): boolean {
  let at = 0;
  while (at < path.length) {
    const step = path[at];
    if (step === 'properties' && at + 1 < path.length) at += 2;
    else if (holdSchemas.has(String(step))) at += 1;
    else if (['anyOf', 'oneOf', 'allOf'].includes(String(step)) && typeof path[at + 1] === 'number') at += 2;
    else return false;
  }
  return true;
}
