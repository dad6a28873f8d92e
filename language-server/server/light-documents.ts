// Documents of files that nobody has open. There may be a thousand: each holds its text, and only those that were
// looked at last hold what was found out about it.
import { type DocumentFacts, OpenDocument } from '../features/open-document.ts';
import { placeOf } from '../features/workspace.ts';

/** Characters of all texts whose analysis is held. One of a thousand lines has 40,000, and about 4 MB of analysis. */
const maxAnalysed = 100_000;

export class LightDocuments {
  readonly #documents = new Map<string, OpenDocument>();
  /** The latest stands last. */
  readonly #analysed = new Set<OpenDocument>();

  /** @returns the document of a text; the same one until the text or its configuration changes, or it was dropped */
  get(facts: DocumentFacts): OpenDocument {
    const known = this.#documents.get(placeOf(facts.uri));
    if (known?.text === facts.text && known.facts.config?.text === facts.config?.text) return known;
    if (known) this.drop(known);
    const document = new OpenDocument({ ...facts, whenAnalysed: (analysed) => this.#hold(analysed) });
    this.#documents.set(placeOf(facts.uri), document);
    return document;
  }

  /** @returns the documents of which is known what they depend on */
  analysed(): readonly OpenDocument[] {
    return [...this.#analysed];
  }

  /** The file is gone, or what it depends on is another. */
  drop(document: OpenDocument): void {
    document.forget();
    this.#analysed.delete(document);
    this.#documents.delete(placeOf(document.facts.uri));
  }

  /** The one that was analysed just now is in use: it is never let go of. */
  #hold(latest: OpenDocument): void {
    this.#analysed.add(latest);
    let held = [...this.#analysed].reduce((sum, { text }) => sum + text.length, 0);
    for (const document of this.#analysed) {
      if (held <= maxAnalysed || document === latest) return;
      held -= document.text.length;
      document.forget();
      this.#analysed.delete(document);
    }
  }
}
