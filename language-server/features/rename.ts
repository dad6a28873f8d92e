// Renames: every place of a name is changed, in all files, and nothing else. What comes out is read and checked before
// it is offered: a rename after which a name means something else, or something new is wrong, is refused with the reason.
import {
  type Position,
  type PrepareRenameResult,
  type RenameFile,
  TextDocumentEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { isValidId, nameOfAgentFile, type NamedThing, positionAt, type Range } from '../../workflow/index.ts';
import { inputsInAgentFiles, usersOf } from './inputs-in-agent-files.ts';
import { isSameThing, type Occurrence, occurrencesOf, type Thing, thingAt } from './occurrences.ts';
import { type OpenDocument, uriBeside } from './open-document.ts';
import { toLspRange, toOffset } from './ranges.ts';
import { type Changed, whatChanges } from './rename-outcome.ts';
import type { Workspace } from './workspace.ts';

/** Why something can not be renamed, as a sentence for people. */
export interface Refusal {
  readonly refused: string;
}

/** @returns the name that would be renamed; null where there is none */
export function prepareRename(document: OpenDocument, position: Position): PrepareRenameResult | Refusal | null {
  const found = thingAt(document, toOffset(document.lines, position));
  if (!found) return null;
  const fixed = whyFixed(document, found.thing);
  if (fixed !== undefined) return { refused: fixed };
  return { range: toLspRange(document.lines, found.range), placeholder: found.thing.name };
}

/** What the client can do. */
export interface RenameOptions {
  /** It renames files: an agent in a file of its own is called like its file. */
  readonly canRenameFiles: boolean;
}

/** @returns the edits of all files; null where there is no name */
export function renameAt(
  document: OpenDocument,
  position: Position,
  newName: string,
  workspace: Workspace,
  options: RenameOptions,
): WorkspaceEdit | Refusal | null {
  const thing = thingAt(document, toOffset(document.lines, position))?.thing;
  if (!thing) return null;
  const reason = whyFixed(document, thing) ?? whyNot(thing, newName, document, options);
  if (reason !== undefined) return { refused: reason };
  if (newName === thing.name) return { documentChanges: [] };
  const places = placesOf(thing, document, workspace);
  const unclear = places.flatMap((one) => whyUnclear(one, thing, newName) ?? whyShared(one, thing, workspace) ?? [])[0];
  if (unclear !== undefined) return { refused: unclear };
  const changed = places.map(({ document: before, ranges }): Changed => ({ before, ranges, newName }));
  const file = fileOf(thing, newName);
  const change = whatChanges(changed, workspace, { document, ...(file && { file }) });
  if (change !== undefined) return { refused: `\`${thing.name}\` can not become \`${newName}\`: ${change}` };
  const renamedFile = file && renameFile(document, file);
  return { documentChanges: [...changed.map(editOf), ...(renamedFile ? [renamedFile] : [])] };
}

interface Places {
  readonly document: OpenDocument;
  readonly ranges: readonly Range[];
  readonly occurrences: readonly Occurrence[];
}

function placesOf(thing: Thing, document: OpenDocument, workspace: Workspace): readonly Places[] {
  const named = occurrencesOf(thing, document, workspace);
  const elsewhere = thing.kind === 'input' ? inputsInAgentFiles(thing, document, workspace) : [];
  return [
    ...named.map((one) => ({ ...one, ranges: one.occurrences.map(({ range }) => range) })),
    ...elsewhere.map((one) => ({
      ...one,
      occurrences: one.ranges.map((range) => ({ range, access: 'reads' as const })),
    })),
  ];
}

/** Why a thing can not be renamed at all. */
function whyFixed(document: OpenDocument, { kind, name, declared }: Thing): string | undefined {
  if (kind === 'tool' && !declared) return `\`${name}\` is a tool that comes with Segue: its name is fixed.`;
  if (kind === 'agent' && !declared) {
    return `\`${name}\` is an agent that comes with Segue: its name is fixed. Extend it under a name of your own.`;
  }
  if (kind === 'tool') return `\`${name}\` is called like the function in its module: rename it there, then here.`;
  return whyBroken(document);
}

/** Of a text that YAML can not read it is not known what stands where. */
function whyBroken({ syntax, file, lines }: OpenDocument): string | undefined {
  const error = syntax.diagnostics.find(({ severity }) => severity === 'error');
  if (!error) return undefined;
  const line = positionAt(lines, error.range.start).line + 1;
  return `Mend line ${line} of \`${baseName(file)}\` first, where it can not be read: ${error.message}`;
}

/** Why this name can not be given. */
function whyNot(
  { kind, name, declared }: Thing,
  newName: string,
  document: OpenDocument,
  options: RenameOptions,
): string | undefined {
  const shape = kind === 'agent' || kind === 'toolset' ? 'dashes' : 'id';
  const isValid = shape === 'id' ? isValidId(newName) : /^[A-Za-z_][A-Za-z0-9_-]*$/.test(newName);
  if (!isValid) {
    const letters = shape === 'id' ? 'letters, digits and `_`' : 'letters, digits, `_` and `-`';
    return `\`${newName}\` can not be a name here: use ${letters}, not a digit first, and none of CEL's own words.`;
  }
  if (isWholeFile(declared) && !options.canRenameFiles) {
    return `\`${name}\` is called like its file, and this editor does not let a rename move files: rename \`${baseName(declared?.file ?? '')}\`.`;
  }
  if (newName === name || kind === 'task' || kind === 'branch' || kind === 'variable') return undefined;
  const taken = document.checked.names.find((one) => one.kind === kind && one.name === newName);
  if (!taken || declared?.file !== document.file) return undefined;
  const line = positionAt(document.lines, taken.nameRange.start).line + 1;
  return `There already is ${aThing(kind)} \`${newName}\`, in line ${line}.`;
}

const words: { readonly [kind in NamedThing]?: string } = {
  agent: 'an agent',
  input: 'an input',
  output: 'an output',
  shared: 'a shared value',
  toolset: 'a toolset',
  env: 'a variable',
};

function aThing(kind: NamedThing): string {
  return words[kind] ?? `a ${kind}`;
}

/** Why the places can not be changed although they were found. */
function whyUnclear({ document, occurrences }: Places, thing: Thing, newName: string): string | undefined {
  const broken = whyBroken(document);
  if (broken !== undefined) return broken;
  for (const { range, by } of occurrences) {
    const where = `line ${positionAt(document.lines, range.start).line + 1} of \`${baseName(document.file)}\``;
    if (document.text.slice(range.start, range.end) !== thing.name)
      return `\`${thing.name}\` is written otherwise than it reads in ${where}: write it plainly first.`;
    const other = thingsAt(document, range.start).some((one) => !isSameThing(one, thing));
    if (other) return `Through an alias ${where} names two things: write it out first.`;
    const isField = by === 'expression' && /[.?]/.test(document.text.charAt(range.start - 1));
    if (isField && !isValidId(newName))
      return `\`${newName}\` can not be said after a dot, as in ${where}: write \`['${thing.name}']\` there first.`;
  }
  return undefined;
}

/** An input is named by an agent file that other workflows use as well: there it is another input. */
function whyShared({ document }: Places, { kind, name, declared }: Thing, workspace: Workspace): string | undefined {
  if (kind !== 'input' || document.facts.kind !== 'agent') return undefined;
  const other = usersOf(document.file, document, workspace).find(({ file }) => file !== declared?.file);
  if (!other) return undefined;
  return `\`${baseName(document.file)}\` names \`${name}\` too, and \`${baseName(other.file)}\` uses that agent as well: give each an agent of its own first.`;
}

function thingsAt({ checked }: OpenDocument, start: number): readonly Thing[] {
  return checked.uses.flatMap(({ kind, name, letters, declaredAt }) =>
    letters.start === start && kind !== 'task-path' && declaredAt ? [{ kind, name, declared: declaredAt }] : [],
  );
}

function isWholeFile(declared: Thing['declared']): boolean {
  return declared !== undefined && declared.range.end === 0 && declared.file.endsWith('.agent.yaml');
}

/** The file that is renamed with its agent. */
function fileOf({ declared }: Thing, newName: string): { readonly from: string; readonly to: string } | undefined {
  if (!declared || !isWholeFile(declared)) return undefined;
  const { file } = declared;
  const folder = file.slice(0, file.length - `${nameOfAgentFile(file)}.agent.yaml`.length);
  return { from: file, to: `${folder}${newName}.agent.yaml` };
}

function renameFile(
  { facts: { uri } }: OpenDocument,
  { from, to }: { readonly from: string; readonly to: string },
): RenameFile {
  return {
    kind: 'rename',
    oldUri: uriBeside(uri, from),
    newUri: uriBeside(uri, to),
    options: { overwrite: false, ignoreIfExists: false },
  };
}

function editOf({ before, ranges, newName }: Changed): TextDocumentEdit {
  const { uri, version } = before.facts;
  const edits = ranges.map((range) => ({ range: toLspRange(before.lines, range), newText: newName }));
  return TextDocumentEdit.create({ uri, version }, edits);
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
