// Large values stand in the record by their hash; who prints a result wants them whole.
import { type Json, type JsonObject, isJsonObject, largeOf, type Query, type Answer } from '../run/index.ts';
import { CommandFailure } from './terminal/output.ts';

const pageLength = 1_000_000;

/** What can be asked about kept values. */
export interface ValueSource {
  ask(query: Query): Promise<Answer>;
}

/** The outputs of a run with every large value in its place. Throws `CommandFailure` when one is missing. */
export async function wholeOutputs(source: ValueSource, outputs: JsonObject): Promise<JsonObject> {
  const whole = await wholeValue(source, outputs);
  return isJsonObject(whole) ? whole : outputs;
}

async function wholeValue(source: ValueSource, value: Json): Promise<Json> {
  const large = largeOf(value);
  if (!large) return value;
  let text = '';
  for (;;) {
    const answer = await source.ask({ type: 'value', hash: large.hash, offset: text.length, length: pageLength });
    if (answer.type === 'refused') throw new CommandFailure(answer.refused);
    if (answer.type !== 'value' || answer.text === '') break;
    text += answer.text;
    if (text.length >= answer.total) break;
  }
  return JSON.parse(text) as Json;
}
