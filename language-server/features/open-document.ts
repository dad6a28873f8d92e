// A document that is open in an editor, and what is known of it. Each version of the text is an object of its own, so
// that nothing can be mixed up; it is analysed once, when first asked. Files that nobody has open are such documents too.
import type { ModelBook } from '../../models/index.ts';
import {
  type Checked,
  checkAgent,
  checkConfig,
  checkSteps,
  checkWorkflow,
  type Diagnostic,
  type FileKind,
  isAgentFile,
  type LineMap,
  lineMap,
  type OtherFile,
  type OtherFiles,
  parseSteps,
  type Steps,
  type SyntaxDocument,
} from '../../workflow/index.ts';

/** What is given of a document. */
export interface DocumentFacts {
  readonly uri: string;
  /** Counts up with each change; null when the client does not count. */
  readonly version: number | null;
  readonly kind: FileKind;
  readonly text: string;
  /** `.segue/config.yaml` of its workspace. */
  readonly config?: { readonly uri: string; readonly text: string };
  /** Other files as they are known now, by the path in their URI. */
  readonly files?: OtherFiles;
  /** The names of agents in files of their own that could be used here. */
  readonly agents?: () => readonly string[];
  /** The paths of all files near the document that a workflow could name; undefined until they are listed. */
  readonly nearby?: () => readonly string[] | undefined;
  /** What is known of models; undefined until it is loaded. */
  readonly models?: () => ModelBook | undefined;
  /** Told when the text has been analysed: who holds many documents lets some of them forget it again. */
  readonly whenAnalysed?: (document: OpenDocument) => void;
  /** The address where a code is explained. */
  readonly explanationOf?: (code: string) => string | undefined;
}

/** In characters. */
const largeLength = 300_000;

export class OpenDocument {
  readonly facts: DocumentFacts;
  /** The file's name in diagnostics: its path, readable. */
  readonly file: string;
  #earlier: OpenDocument | undefined;
  #lines: LineMap | undefined;
  #syntax: SyntaxDocument | undefined;
  #checked: Checked | undefined;
  /** The analysis as far as it has come; undefined before it began and when it is done. */
  #ahead: Steps<undefined> | undefined;
  /** The other files that the check has used, as they were. */
  readonly #used = new Map<string, OtherFile | undefined>();

  /** @param earlier an earlier version, for answers that need not be of this very keystroke */
  constructor(facts: DocumentFacts, earlier?: OpenDocument) {
    this.facts = facts;
    this.file = pathOfUri(facts.uri);
    this.#earlier = earlier?.latestChecked();
  }

  get text(): string {
    return this.facts.text;
  }

  /** Two analyses of such a text have no room beside each other, and one more for an answer takes too long. */
  get isLarge(): boolean {
    return this.text.length > largeLength;
  }

  get lines(): LineMap {
    this.#lines ??= lineMap(this.text);
    return this.#lines;
  }

  /** The tree of this version. */
  get syntax(): SyntaxDocument {
    while (!this.#syntax) this.step();
    return this.#syntax;
  }

  /** The model of this version; of a configuration that of an empty workflow with it. */
  get checked(): Checked {
    while (!this.#checked) this.step();
    return this.#checked;
  }

  /**
   * Goes a step further in the analysis: for whoever wants to do something else between the steps of a large text. What
   * is asked for meanwhile is worked out at once.
   * @returns whether all is known
   */
  step(): boolean {
    if (this.#checked) return true;
    const ahead = this.#ahead ?? this.#analyse();
    this.#ahead = undefined; // If the step throws, the next one begins anew.
    if (!ahead.next().done) this.#ahead = ahead;
    return this.#checked !== undefined;
  }

  /** What is wrong with this version. */
  get diagnostics(): readonly Diagnostic[] {
    if (this.facts.kind === 'config') return checkConfig(this.file, this.text).diagnostics;
    return this.checked.diagnostics.filter((diagnostic) => diagnostic.file === this.file);
  }

  /** This version if it has been checked, else the last one that was; undefined if none was. */
  latestChecked(): OpenDocument | undefined {
    return this.#checked ? this : this.#earlier;
  }

  /** Lets go of all that was found out about the text. It is found out again when asked. */
  forget(): void {
    this.#lines = undefined;
    this.#syntax = undefined;
    this.#checked = undefined;
    this.#ahead = undefined;
    this.#used.clear();
  }

  /** Other files that this version names and of which nothing is known yet. */
  get wanted(): readonly string[] {
    return this.checked.wanted;
  }

  /** Tells whether a file that the check has used is another one by now. */
  isOutdatedBy(files: OtherFiles): boolean {
    return [...this.#used].some(([path, before]) => !isSame(before, files.get(path)));
  }

  /** The URI of a file that diagnostics of this document name. */
  uriOf(file: string): string {
    const { config, uri } = this.facts;
    if (file === this.file) return uri;
    return config && file === pathOfUri(config.uri) ? config.uri : uriBeside(uri, file);
  }

  /** The text of another file that diagnostics of this document name; undefined for its own. */
  textOf(uri: string): string | undefined {
    const { config, files } = this.facts;
    if (uri === this.facts.uri) return undefined;
    if (uri === config?.uri) return config.text;
    const other = files?.get(pathOfUri(uri));
    return other && 'text' in other ? other.text : undefined;
  }

  *#analyse(): Steps<undefined> {
    if (this.isLarge) this.#earlier = undefined;
    const syntax = this.#syntax ?? (yield* parseSteps(this.file, this.text));
    this.#syntax = syntax;
    yield;
    this.#checked = yield* this.#check(syntax);
    this.#earlier = undefined; // It is no longer the latest; kept, each version would hold all before it.
    this.facts.whenAnalysed?.(this);
    return undefined;
  }

  *#check(document: SyntaxDocument): Steps<Checked> {
    const { kind, config, text, files } = this.facts;
    if (kind === 'config') return checkWorkflow({ file: '', text: '', config: { file: this.file, text } });
    const beside = config ? { config: { file: pathOfUri(config.uri), text: config.text } } : {};
    const request = { file: this.file, text, document, ...beside, ...(files ? { files: this.#noting(files) } : {}) };
    return kind === 'agent' ? checkAgent(request) : yield* checkSteps(request);
  }

  /** The files, noted as they were when the check asked for them. */
  #noting(files: OtherFiles): OtherFiles {
    return {
      get: (path) => {
        const file = files.get(path);
        this.#used.set(path, file);
        return file;
      },
    };
  }
}

function isSame(a: OtherFile | undefined, b: OtherFile | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return 'text' in a ? 'text' in b && a.text === b.text : 'problem' in b && a.problem === b.problem;
}

/** `file:///a/b%20c.segue.yaml` → `/a/b c.segue.yaml`. A URI that is not well-formed stays as it is. */
export function pathOfUri(uri: string): string {
  const path = uri.replace(/^[a-z][a-z0-9+.-]*:(\/\/[^/]*)?/i, '');
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}

/** The URI of another file of the same place. @param path as `pathOfUri` gives it */
export function uriBeside(uri: string, path: string): string {
  const place = /^[a-z][a-z0-9+.-]*:(\/\/[^/]*)?/i.exec(uri)?.[0] ?? '';
  return `${place}${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** Which of our files a document is, by its name and the language its editor says; undefined: none of ours. */
export function fileKindOf(uri: string, languageId: string): FileKind | undefined {
  const path = pathOfUri(uri);
  if (/(^|\/)\.segue\/config\.yaml$/.test(path)) return 'config';
  if (isAgentFile(path)) return 'agent';
  if (languageId === 'segue' || /\.segue\.(ya?ml|json)$/.test(path)) return 'workflow';
  return undefined;
}
