// What a refactoring is: it looks at a place of a document and offers what could be made of it. One per file; pure.
import type { OpenDocument } from '../open-document.ts';
import type { Range, TextEdit } from '../../../workflow/index.ts';
import type { TaskHistory } from '../../protocol/index.ts';
import type { Workspace } from '../workspace.ts';

/** What is selected, and what is known around it. */
export interface Site {
  readonly document: OpenDocument;
  /** Empty where nothing is selected: the cursor. */
  readonly range: Range;
  readonly workspace: Workspace;
  /** What past runs say, as far as it is known. */
  readonly past?: TaskHistory | undefined;
}

/** A change of the document, and of files around it. */
export interface Change {
  readonly edits: readonly TextEdit[];
  /** A file that is not there yet. */
  readonly creates?: { readonly uri: string; readonly text: string };
  /** A file that is no longer needed. */
  readonly deletes?: string;
}

/** The part of a menu where an action stands. */
export type RefactoringKind =
  | 'refactor.extract.workflow'
  | 'refactor.extract.agent'
  | 'refactor.inline.agent'
  | 'refactor.rewrite.needs'
  | 'refactor.rewrite.wrap'
  | 'refactor.rewrite.unwrap'
  | 'refactor.rewrite.schema'
  | 'refactor.rewrite.text';

/** Something that can be done here; or that can not, and why, as a sentence. */
export interface Offer {
  readonly title: string;
  readonly kind: RefactoringKind;
  readonly outcome: Change | { readonly refused: string };
}

export type Refactoring = (site: Site) => readonly Offer[];

/** Whether a document can not be understood well enough to move something out of it. */
export function hasErrors(document: OpenDocument): boolean {
  return document.diagnostics.some(({ severity }) => severity === 'error');
}
