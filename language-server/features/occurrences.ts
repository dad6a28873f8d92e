// From a place in a text to the thing that is named there, and from a thing to all its places in a text.
import {
  type Checked,
  isAgentFile,
  nameOfAgentFile,
  type NamedThing,
  type Place,
  type Range,
} from '../../workflow/index.ts';
import type { OpenDocument } from './open-document.ts';
import { touches } from './ranges.ts';
import { placeOf, type Workspace } from './workspace.ts';

/** Something that has a name. */
export interface Thing {
  readonly kind: NamedThing;
  readonly name: string;
  /** Where it is declared: its key, or the beginning of a file that is it as a whole; undefined: it comes with Segue. */
  readonly declared?: Place;
}

/** A place that names a thing. */
export interface Occurrence {
  /** The letters of the name alone, without quotes. */
  readonly range: Range;
  readonly access: 'declares' | 'writes' | 'reads';
  /** The key it stands under, or `expression`; the declaration itself has none. */
  readonly by?: string;
}

/** @returns what is named at an offset, and the letters of the name there; undefined where nothing is, or nothing known */
export function thingAt(
  document: OpenDocument,
  offset: number,
): { readonly thing: Thing; readonly range: Range } | undefined {
  const found = namesIn(document).filter(({ outer }) => touches(outer, offset));
  // A part of a path is named more exactly than the path.
  const [nearest] = found.toSorted((a, b) => a.outer.end - a.outer.start - (b.outer.end - b.outer.start));
  return nearest && { thing: nearest.thing, range: nearest.range };
}

/** @returns every place of a document that names a thing, each once, in the order of the text */
export function occurrencesIn(document: OpenDocument, thing: Thing): readonly Occurrence[] {
  const found = namesIn(document).filter((named) => isSameThing(named.thing, thing));
  const byPlace = new Map(found.toReversed().map(({ range, access, by }) => [range.start, { range, access, by }]));
  return [...byPlace.values()]
    .map(({ by, ...occurrence }) => (by === undefined ? occurrence : { ...occurrence, by }))
    .sort((a, b) => a.range.start - b.range.start);
}

/** @returns the documents that name a thing, with the places; the given one counts in the version that it is */
export function occurrencesOf(
  thing: Thing,
  document: OpenDocument,
  workspace: Workspace,
): readonly { readonly document: OpenDocument; readonly occurrences: readonly Occurrence[] }[] {
  return documentsWith(document, workspace)
    .filter(({ text }) => text.includes(thing.name))
    .map((each) => ({ document: each, occurrences: occurrencesIn(each, thing) }))
    .filter(({ occurrences }) => occurrences.length > 0);
}

/** @returns a document, and all others of the workspace that can name something */
export function documentsWith(document: OpenDocument, workspace: Workspace): readonly OpenDocument[] {
  const place = placeOf(document.facts.uri);
  const others = workspace.documents().filter(({ facts }) => placeOf(facts.uri) !== place);
  return [document, ...others].filter(({ facts }) => facts.kind !== 'config');
}

/** @returns words of which one stands in every text that has to do with a thing: its name, and that of its file */
export function wordsOf({ name, declared }: Thing): readonly string[] {
  return declared ? [name, wordOf(declared.file)] : [name];
}

/** @returns the word that whoever calls or uses a file says */
export function wordOf(file: string): string {
  return isAgentFile(file) ? nameOfAgentFile(file) : file.slice(file.lastIndexOf('/') + 1);
}

export function isSameThing(a: Thing, b: Thing): boolean {
  if (!a.declared || !b.declared) return a.declared === b.declared && a.kind === b.kind && a.name === b.name;
  return a.declared.file === b.declared.file && a.declared.range.start === b.declared.range.start;
}

/** A name where it stands. */
interface NamePlace extends Occurrence {
  readonly thing: Thing;
  /** With its quotes. */
  readonly outer: Range;
}

/** Kept with the analysis: who lets go of that lets go of this. */
const known = new WeakMap<Checked, readonly NamePlace[]>();

/** Every name of a document that is known. */
function namesIn(document: OpenDocument): readonly NamePlace[] {
  if (document.facts.kind === 'config') return [];
  const { checked } = document;
  const found = known.get(checked) ?? [...declarationsIn(document), ...usesIn(document)];
  known.set(checked, found);
  return found;
}

function declarationsIn(document: OpenDocument): readonly NamePlace[] {
  return document.checked.names.map(({ kind, name, nameRange }) => ({
    thing: { kind, name, declared: { file: document.file, range: nameRange } },
    outer: nameRange,
    range: lettersOf(document.text, nameRange),
    access: 'declares',
  }));
}

function usesIn({ checked }: OpenDocument): readonly NamePlace[] {
  return checked.uses.flatMap((use): readonly NamePlace[] => {
    const { kind, name, range, letters, by, known: isKnown, declaredAt } = use;
    if (!isKnown || kind === 'task-path' || kind === 'workflow-file') return [];
    const thing = { kind, name, ...(declaredAt && { declared: declaredAt }) };
    const isWritten = by === 'shared' || (kind === 'input' && by === 'with');
    return [{ thing, outer: range, range: letters, by, access: isWritten ? 'writes' : 'reads' }];
  });
}

/** The place of a name without its quotes. */
function lettersOf(text: string, { start, end }: Range): Range {
  const isQuoted = /["']/.test(text.charAt(start)) && end - start >= 2;
  return isQuoted ? { start: start + 1, end: end - 1 } : { start, end };
}
