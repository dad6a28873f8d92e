// What else a rename would change: the files are read as they would be, and compared with what they are.
import {
  type Diagnostic,
  type OtherFile,
  type Place,
  positionAt,
  type Range,
  type NameUse,
} from '../../workflow/index.ts';
import { documentsWith, wordOf } from './occurrences.ts';
import { OpenDocument, uriBeside } from './open-document.ts';
import type { Workspace } from './workspace.ts';

/** A document, and the places in it where the new name will stand. */
export interface Changed {
  readonly before: OpenDocument;
  /** In the order of the text. */
  readonly ranges: readonly Range[];
  readonly newName: string;
}

interface Around {
  /** The document in which the rename was asked for. */
  readonly document: OpenDocument;
  /** A file that is renamed as well, by its path. */
  readonly file?: { readonly from: string; readonly to: string };
}

/** @returns the first thing that would be otherwise than before, as the end of a sentence; undefined: nothing */
export function whatChanges(changed: readonly Changed[], workspace: Workspace, around: Around): string | undefined {
  const texts = new Map(changed.map((one) => [one.before.file, textAfter(one)]));
  const named = new Set([...texts.keys(), ...(around.file ? [around.file.from] : [])]);
  const all = documentsWith(around.document, workspace);
  if (around.file && all.some(({ file }) => file === around.file?.to))
    return `there already is a file \`${around.file.to}\`.`;
  const words = [...named].map(wordOf);
  const touched = all.filter((document) => {
    // Whoever calls or uses a file says its name: most texts need not be read to know that they do not.
    const mayUse = words.some((word) => document.text.includes(word));
    return texts.has(document.file) || (mayUse && document.checked.files.some((path) => named.has(path)));
  });
  const toPlaceAfter = placeAfter(changed, around);
  for (const before of touched) {
    const after = documentAfter(before, texts, { ...around, all });
    const found =
      newFinding(before, after, toPlaceAfter, isError) ??
      newMeaning(before, after, toPlaceAfter) ??
      newFinding(before, after, toPlaceAfter);
    if (found !== undefined) return found;
  }
  return undefined;
}

function textAfter({ before: { text }, ranges, newName }: Changed): string {
  let after = '';
  let done = 0;
  for (const { start, end } of ranges) {
    after += text.slice(done, start) + newName;
    done = end;
  }
  return after + text.slice(done);
}

function documentAfter(
  before: OpenDocument,
  texts: ReadonlyMap<string, string>,
  { file, all }: Around & { readonly all: readonly OpenDocument[] },
): OpenDocument {
  // Nobody is told of an analysis that is gone in a moment.
  const { whenAnalysed: _, ...facts } = before.facts;
  const isMoved = file?.from === before.file;
  const get = (path: string): OtherFile | undefined => {
    if (path === file?.from) return { problem: 'missing' };
    const from = path === file?.to ? file.from : path;
    const text = texts.get(from);
    if (text !== undefined) return { text };
    const known = facts.files?.get(from);
    // Nobody has looked yet for an agent of the new name in nearer folders.
    if (known !== undefined || !file || baseName(path) !== baseName(file.to)) return known;
    const nearer = all.find((document) => document.file === path);
    return nearer ? { text: nearer.text } : { problem: 'missing' };
  };
  return new OpenDocument({
    ...facts,
    uri: isMoved ? uriBeside(facts.uri, file.to) : facts.uri,
    text: texts.get(before.file) ?? facts.text,
    ...(facts.files && { files: { get } }),
  });
}

type ToPlaceAfter = (place: Place) => Place;

/** Where a place will be: what stands behind a new name moves. */
function placeAfter(changed: readonly Changed[], { file: moved }: Around): ToPlaceAfter {
  const byFile = new Map(changed.map((one) => [one.before.file, one]));
  return ({ file, range }) => {
    const { ranges = [], newName = '' } = byFile.get(file) ?? {};
    const after = (offset: number): number =>
      ranges.reduce((at, { start, end }) => (end <= offset ? at + newName.length - (end - start) : at), offset);
    const start = after(range.start);
    return { file: file === moved?.from ? moved.to : file, range: { start, end: Math.max(start, after(range.end)) } };
  };
}

/** Where something was wrong already, it may be wrong in another way: a name that could not be seen is not there any more. */
function newFinding(
  before: OpenDocument,
  after: OpenDocument,
  to: ToPlaceAfter,
  isMeant: (finding: Diagnostic) => boolean = () => true,
): string | undefined {
  const known = new Map<string, number>();
  for (const { severity, file, range } of before.diagnostics) {
    const key = keyOf(severity, to({ file, range }));
    known.set(key, (known.get(key) ?? 0) + 1);
  }
  const found = after.diagnostics.filter(isMeant).find((diagnostic) => {
    const key = keyOf(diagnostic.severity, diagnostic);
    const count = known.get(key) ?? 0;
    known.set(key, count - 1);
    return count <= 0;
  });
  return found && said(after, found);
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

function keyOf(what: string, { file, range }: Place): string {
  return `${what} ${file} ${range.start}`;
}

function said({ lines, file }: OpenDocument, { message, range }: Diagnostic): string {
  return `then in line ${positionAt(lines, range.start).line + 1} of \`${baseName(file)}\`: ${message}`;
}

/** A name that would mean another thing than before, or nothing any more. */
function newMeaning(before: OpenDocument, after: OpenDocument, to: ToPlaceAfter): string | undefined {
  const meant = Map.groupBy(before.checked.uses, ({ kind, letters }) => {
    return keyOf(kind, to({ file: before.file, range: letters }));
  });
  const { uses } = after.checked;
  const nowAt = ({ kind, letters }: NameUse): string => keyOf(kind, { file: after.file, range: letters });
  const other = uses.find((use) => {
    const earlier = meant.get(nowAt(use)) ?? [];
    return !earlier.some(({ declaredAt }) => isSamePlace(declaredAt && to(declaredAt), use.declaredAt));
  });
  const named = new Set(uses.map(nowAt));
  const [lost] = [...meant].flatMap(([key, [use]]) =>
    use && !named.has(key) ? [to({ file: before.file, range: use.letters })] : [],
  );
  const range = other?.letters ?? lost?.range;
  if (!range) return undefined;
  const line = positionAt(after.lines, range.start).line + 1;
  return `the name in line ${line} of \`${baseName(after.file)}\` would then stand for something else.`;
}

function isSamePlace(a: Place | undefined, b: Place | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.file === b.file && a.range.start === b.range.start;
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
