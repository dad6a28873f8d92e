// Inlay hints, behind the name of a task: the type of what it gives, and whom it waits for because its expressions name
// them. What `needs` says is there to be read already.
import { type InlayHint, InlayHintKind, type Range as LspRange } from 'vscode-languageserver';
import { allTasks, describeSchema, isWrittenOut, type NameUse, type Task } from '../../workflow/index.ts';
import { impliedNeeds, listedNeeds } from './needs.ts';
import type { OpenDocument } from './open-document.ts';
import { toLspPosition, toRange } from './ranges.ts';

/** Which hints a person wants to see. */
export interface HintKinds {
  readonly outputTypes: boolean;
  readonly impliedNeeds: boolean;
}

/** What a client gives back of a hint that it wants to know more of. */
interface HintData {
  readonly uri: string;
  readonly kind: keyof HintKinds;
  /** Where the name of the task begins. */
  readonly at: number;
}

/** @param within hints of tasks whose names touch this range */
export function inlayHintsIn(document: OpenDocument, within: LspRange, kinds: HintKinds): readonly InlayHint[] {
  const range = toRange(document.lines, within);
  const named = namedTasks(document).filter(
    ({ nameRange: { start, end } }) => start <= range.end && range.start <= end,
  );
  const hints = new HintsOfTasks(document);
  return named.flatMap((task) => [
    ...(kinds.outputTypes ? hints.outputType(task) : []),
    ...(kinds.impliedNeeds ? hints.impliedNeeds(task) : []),
  ]);
}

/** @returns the hint with its tooltip. @param document the one that the hint is in; undefined if it is closed */
export function resolvedHint(hint: InlayHint, documentOf: (uri: string) => OpenDocument | undefined): InlayHint {
  const { data } = hint;
  if (!isHintData(data)) return hint;
  const document = documentOf(data.uri);
  const task = document && namedTasks(document).find(({ nameRange }) => nameRange.start === data.at);
  if (!task) return hint;
  const value =
    data.kind === 'outputTypes' ? aboutOutput(task) : aboutNeeds(task, impliedNeeds(listedNeeds(document), task));
  return { ...hint, tooltip: { kind: 'markdown', value } };
}

/** Each task that has a name in the file, once: what a gate tries has the name of its task. */
function namedTasks(document: OpenDocument): readonly Task[] {
  if (document.facts.kind !== 'workflow') return [];
  const { workflow } = document.checked;
  const seen = new Set<number>();
  return allTasks(workflow.root.tasks).filter((task) => {
    const { start, end } = task.nameRange;
    return isWrittenOut(task) && end > start && !seen.has(start) && seen.add(start);
  });
}

class HintsOfTasks {
  readonly #document: OpenDocument;
  readonly #listed: readonly NameUse[];

  constructor(document: OpenDocument) {
    this.#document = document;
    this.#listed = listedNeeds(document);
  }

  outputType(task: Task): readonly InlayHint[] {
    const type = describeSchema(task.outputType);
    if (type === 'any' || type === 'null') return [];
    return [{ ...this.#behindName(task, `→ ${shortened(type)}`, 'outputTypes'), kind: InlayHintKind.Type }];
  }

  impliedNeeds(task: Task): readonly InlayHint[] {
    const names = impliedNeeds(this.#listed, task);
    if (names.length === 0) return [];
    const more = names.length > maxNames ? `, +${names.length - maxNames}` : '';
    return [this.#behindName(task, `needs: ${names.slice(0, maxNames).join(', ')}${more}`, 'impliedNeeds')];
  }

  #behindName({ nameRange }: Task, label: string, kind: keyof HintKinds): InlayHint {
    const { text, lines, facts } = this.#document;
    const colon = /^["']?\s*:/.exec(text.slice(nameRange.end, nameRange.end + 10))?.[0] ?? '';
    const data: HintData = { uri: facts.uri, kind, at: nameRange.start };
    return { position: toLspPosition(lines, nameRange.end + colon.length), label, paddingLeft: true, data };
  }
}

const maxNames = 3;
const maxTypeLength = 40;

function shortened(type: string): string {
  const bare = type.replaceAll('object {', '{');
  return bare.length <= maxTypeLength ? bare : `${bare.slice(0, maxTypeLength - 1).trimEnd()}…`;
}

const maxSchemaLength = 2_000;

function aboutOutput({ name, outputType }: Task): string {
  const schema = JSON.stringify(outputType, undefined, 2);
  const shown = schema.length > maxSchemaLength ? `${schema.slice(0, maxSchemaLength)}…` : schema;
  return `What \`${name}\` gives:\n\n\`\`\`json\n${shown}\n\`\`\``;
}

function aboutNeeds({ name }: Task, needs: readonly string[]): string {
  const names = needs.map((id) => `\`${id}\``).join(', ');
  return `\`${name}\` waits for ${names}, because its expressions name ${needs.length === 1 ? 'it' : 'them'}.`;
}

function isHintData(data: unknown): data is HintData {
  return typeof data === 'object' && data !== null && 'uri' in data && 'kind' in data && 'at' in data;
}
