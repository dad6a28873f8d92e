// The other files that a check needs, as values. Nothing here reads a disk: a check says which files it wants, whoever
// called it reads them, and checks again.

/** Another file: its text, or why there is none. */
export type OtherFile = { readonly text: string } | { readonly problem: FileProblem };

/** `outside`: it leads out of the workspace folder, be it through a link. */
export type FileProblem = 'missing' | 'outside' | 'unreadable' | 'not-text' | 'too-large' | 'too-many';

/** What is known of other files, by the path that places and diagnostics name. A `Map` is one. */
export interface OtherFiles {
  /** Undefined: nobody has looked yet. */
  get(path: string): OtherFile | undefined;
}

/** How many other files a workflow may consist of. */
export const maxOtherFiles = 200;
/** How many places may be looked at for them: an agent is looked for in several. */
export const maxPlaces = 1_000;
/** How many characters all of them may have together: they go into the record of every run. */
const maxCharacters = 8_000_000;

/** The other files of one check: tells what is known of them, and keeps what was asked for. */
export class FilesInCheck {
  readonly #known: OtherFiles | undefined;
  readonly #asked = new Map<string, OtherFile | undefined>();
  /** Those of which it is not known that there is nothing. */
  #files = 0;
  #characters = 0;

  /** @param known left out: nothing is known, and nothing is said about other files */
  constructor(known?: OtherFiles) {
    this.#known = known;
  }

  /** @returns the file at a path; undefined when it is not known yet, so that nothing can be said of it */
  find(path: string): OtherFile | undefined {
    if (this.#asked.has(path)) return this.#asked.get(path);
    const found = this.#known?.get(path);
    const isThere = !isMissing(found);
    if (this.#asked.size >= maxPlaces || (isThere && this.#files >= maxOtherFiles)) return tooMany;
    if (found && 'text' in found) this.#characters += found.text.length;
    if (this.#characters > maxCharacters) return tooMany;
    if (isThere) this.#files += 1;
    this.#asked.set(path, found);
    return found;
  }

  /** @returns the text at a path, if somebody has it; nobody is asked for it */
  known(path: string): string | undefined {
    const found = this.#known?.get(path);
    return found && 'text' in found ? found.text : undefined;
  }

  /** Whether anything can be known of other files at all. */
  get hasSource(): boolean {
    return this.#known !== undefined;
  }

  /** Every path that was asked for, in the order of asking. */
  get asked(): readonly string[] {
    return [...this.#asked.keys()];
  }

  /** The paths of which nothing is known yet. */
  get wanted(): readonly string[] {
    return this.asked.filter((path) => this.#asked.get(path) === undefined);
  }
}

const tooMany: OtherFile = { problem: 'too-many' };

function isMissing(file: OtherFile | undefined): boolean {
  return file !== undefined && 'problem' in file && file.problem === 'missing';
}

/**
 * Follows a relative reference from the file in which it stands.
 * @param from the path of that file: `flows/a.segue.yaml`
 * @param reference with `/` between its parts: `./b.segue.yaml`, `../lib/c.segue.yaml`
 * @returns the path of the other file, or undefined when the reference is not relative or leads out of the folder that
 * paths begin in
 */
export function pathOfReference(from: string, reference: string): string | undefined {
  if (reference.startsWith('/') || /[\\:\0]/.test(reference)) return undefined;
  const isAbsolute = from.startsWith('/');
  const parts = from.split('/').slice(isAbsolute ? 1 : 0, -1);
  for (const part of reference.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return `${isAbsolute ? '/' : ''}${parts.join('/')}`;
}

/**
 * @param name the file as messages call it
 * @returns why a file is not there to be used, as a sentence with what to do
 */
export function describeProblem(name: string, problem: FileProblem): string {
  switch (problem) {
    case 'missing':
      return `There is no file \`${name}\`.`;
    case 'outside':
      return `\`${name}\` leads out of the workspace folder. Move the file into it.`;
    case 'unreadable':
      return `\`${name}\` can not be read. Look at its permissions, and whether it is a file.`;
    case 'not-text':
      return `\`${name}\` is not text in UTF-8. Save it with that encoding.`;
    case 'too-large':
      return `\`${name}\` is larger than 1 MB. Split it.`;
    case 'too-many':
      return `\`${name}\` is one file too many: a workflow may consist of ${maxOtherFiles} others, with ${maxCharacters / 1_000_000} million characters in all.`;
  }
}
