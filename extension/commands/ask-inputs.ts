// The inputs of a run: asked one by one, with what was given last time as the first answer.
import { l10n, type Memento, type Uri } from 'vscode';
import type { WorkflowInfo, WorkflowInput } from '../../language-server/protocol/index.ts';
import type { Json, JsonObject } from '../../run/index.ts';
import { askFields } from '../forms/ask-form.ts';
import type { Field } from '../forms/ask-value.ts';

/** Values above this many UTF-16 units of JSON are not remembered. */
const maxRemembered = 16 * 1024;

/** @returns the values by name; undefined when it was cancelled */
export async function askInputs(memory: Memento, uri: Uri, info: WorkflowInfo): Promise<JsonObject | undefined> {
  if (info.inputs.length === 0) return {};
  const key = `inputs:${uri.toString()}`;
  const last = memory.get<JsonObject>(key, {});
  const inputs = await askFields(
    l10n.t('Run {0}', info.name),
    info.inputs.map((input) => fieldOf(input, last[input.name])),
  );
  if (inputs && JSON.stringify(inputs).length <= maxRemembered) await memory.update(key, inputs);
  return inputs;
}

function fieldOf({ name, schema, required, default: initial }: WorkflowInput, last: Json | undefined): Field {
  // What the language server read from the file is JSON.
  const preset = last ?? (initial as Json | undefined);
  return { name, schema: schema as JsonObject, required, ...(preset !== undefined && { preset }) };
}
