// How a worst case comes about, as a page: what a click on a code lens shows.
import { commands, type Disposable, EventEmitter, type TextDocumentContentProvider, Uri, workspace } from 'vscode';

const scheme = 'segue-cost';
const page = Uri.from({ scheme, path: '/Worst Case.md' });

export class CostPage implements TextDocumentContentProvider, Disposable {
  readonly #changes = new EventEmitter<Uri>();
  readonly #registered: Disposable;
  #text = '';
  readonly onDidChange = this.#changes.event;

  constructor() {
    this.#registered = workspace.registerTextDocumentContentProvider(scheme, this);
  }

  provideTextDocumentContent(): string {
    return this.#text;
  }

  /** Shows Markdown beside the editor, in the place of what was shown before. */
  async show(markdown: string): Promise<void> {
    this.#text = markdown;
    this.#changes.fire(page);
    await commands.executeCommand('markdown.showPreviewToSide', page);
  }

  dispose(): void {
    this.#registered.dispose();
    this.#changes.dispose();
  }
}
