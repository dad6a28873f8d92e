// The two texts of an extraction: the new file, and the call.
import { pairOf, type Pair, type TextEdit } from '../../../workflow/index.ts';
import { type Extraction, sectionOf } from './extraction.ts';
import type { NamesAcross } from './extraction-names.ts';
import { copiedMocks, type Parts } from './extraction-parts.ts';
import { columnOf, copied, eolOf, removals, shifted, withoutItems } from './written.ts';
import { writtenExpression, writtenPair } from './yaml-values.ts';

export interface Pieces {
  readonly extraction: Extraction;
  readonly parts: Parts;
  readonly across: NamesAcross;
  /** Tasks outside that the call must wait for. */
  readonly needs: readonly string[];
  /** The new file, without its ending. */
  readonly name: string;
}

/** @returns the text of the new file */
export function fileText(pieces: Pieces): string {
  const { extraction, parts, across, name } = pieces;
  const sections = [
    `segue: "1"\nname: ${name}\n`,
    section(
      'inputs',
      across.inputs.map((input) => inputText(extraction, input.name, input.schema)),
    ),
    across.env.length === 0 ? '' : `env: [${across.env.join(', ')}]\n`,
    rootPair(extraction, 'tools'),
    section('toolsets', copies(extraction, 'toolsets', parts.toolsets)),
    section('agents', copies(extraction, 'agents', parts.agents)),
    section(
      'tasks',
      extraction.tasks.map(({ pair }) => taskText(pieces, pair)),
    ),
    section(
      'outputs',
      across.outputs.map((output) => `  ${output.name}: ${writtenExpression(output.source, false)}\n`),
    ),
    copiedMocks(extraction, parts),
  ];
  const lines = sections.filter((text) => text !== '').join('\n');
  return lines.replaceAll(/\r?\n/g, eolOf(extraction.text));
}

function section(key: string, entries: readonly string[]): string {
  return entries.length === 0 ? '' : `${key}:\n${entries.join('')}`;
}

function copies({ document, text }: Extraction, name: string, pairs: readonly Pair[]): readonly string[] {
  const map = sectionOf(document, name);
  return map ? pairs.map((pair) => copied(text, map, pair, 2)) : [];
}

/** The fence of tools is that of the file; it goes along as it is. */
function rootPair({ document, text }: Extraction, key: string): string {
  const { root } = document.syntax;
  const pair = pairOf(root, key);
  return pair && root?.kind === 'map' ? copied(text, root, pair, 0) : '';
}

function inputText(
  { document, text }: Extraction,
  name: string,
  schema: Parameters<typeof writtenPair>[1] | undefined,
): string {
  const map = sectionOf(document, 'inputs');
  const pair = pairOf(map, name);
  if (schema === undefined && map && pair) return copied(text, map, pair, 2);
  return `${writtenPair(name, schema ?? {}, 2)}\n`;
}

/** A task as it goes: without what stays with the call, its names those of the new file. */
function taskText({ extraction, across }: Pieces, pair: Pair): string {
  const { scope, text, staying } = extraction;
  const edits = [
    ...across.edits,
    ...(pair.value.kind === 'map' ? removals(text, pair.value, staying) : []),
    ...inwardNeeds(extraction, pair),
  ];
  return copied(text, scope.tasks, pair, 2, edits);
}

/** What one of several tasks needs of outside, the call waits for. */
function inwardNeeds({ isOneTask, tasks, text }: Extraction, { value }: Pair): readonly TextEdit[] {
  const needs = pairOf(value, 'needs');
  if (isOneTask || value.kind !== 'map' || needs?.value.kind !== 'list') return [];
  const ids = new Set(tasks.map(({ id }) => id));
  return withoutItems(text, value, needs, (item) => item.kind !== 'scalar' || !ids.has(item.text));
}

/** @returns the task that calls the new file, as it stands in the place of the tasks */
export function callText(pieces: Pieces): string {
  const { extraction, across, name } = pieces;
  const { scope, callId, text, tasks } = extraction;
  const given = across.inputs.map(
    ({ name: input, source }) => `${input}: ${writtenExpression(source, scope.tasks.flow)}`,
  );
  const call = [`workflow: ./${name}.segue.yaml`];
  if (scope.tasks.flow) {
    const inputs = given.length === 0 ? [] : [`with: { ${given.join(', ')} }`];
    return `${callId}: { ${[...stayingTexts(extraction), ...call, ...inputs, ...neededFirst(pieces)].join(', ')} }`;
  }
  const inputs = given.length === 0 ? [] : ['with:', ...given.map((input) => `  ${input}`)];
  const lines = [...stayingTexts(extraction), ...call, ...inputs, ...neededFirst(pieces)];
  const eol = eolOf(text);
  const written = [`${callId}:`, ...lines.map((line) => `  ${line.replaceAll(/\n(?=.)/g, '\n  ')}`)].join(eol) + eol;
  return shifted(written, 0, columnOf(text, tasks[0].pair.range.start));
}

/** The keys that stay with the call, as they are written. */
function stayingTexts({ tasks, staying, text }: Extraction): readonly string[] {
  const map = tasks[0].pair.value;
  return map.kind === 'map' ? staying.map((pair) => copied(text, map, pair, 0).trimEnd()) : [];
}

/** Tasks that the call waits for without being given something of them. */
function neededFirst({ extraction, across, needs }: Pieces): readonly string[] {
  if (extraction.isOneTask) return [];
  const given = new Set(
    across.inputs.flatMap(({ source }) => (source.startsWith('tasks.') ? source.split('.')[1] : [])),
  );
  const others = needs.filter((id) => !given.has(id));
  return others.length === 0 ? [] : [`needs: [${others.join(', ')}]`];
}
