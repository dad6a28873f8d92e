// One run panel: feeds its page and does what the page asks. Invariants:
//   P1. The page is fed only while it is there: a hidden page is thrown away, and says `ready` when it comes back.
//   P2. The page reaches nothing but this object; each of its messages is one case below.
import { type Disposable, env, l10n, type Uri, ViewColumn, type WebviewPanel, window, workspace } from 'vscode';
import { EngineError } from '../../client/index.ts';
import type { Failure, FromPanel, Json, RunEvent, RunStarted, ToPanel } from '../../run/index.ts';
import type { Engine } from '../processes/engine.ts';
import { isLive } from '../views/run-list.ts';
import { panelPage } from './panel-page.ts';
import { revealRange } from './reveal.ts';
import { feedPanel } from './run-feed.ts';

/** How much of a large value travels at once, in UTF-16 units. */
const valuePart = 256 * 1024;

/** What the buttons of a panel do. Each gives back why it was refused, if the person has not been told yet. */
export interface PanelActions {
  answer(engine: Engine, runId: string, question: string, answer: Json): Promise<Failure | undefined>;
  cancel(engine: Engine, runId: string): Promise<Failure | undefined>;
  resume(engine: Engine, runId: string): Promise<Failure | undefined>;
  runAgain(engine: Engine, runId: string): Promise<void>;
  setKey(runId: string): Promise<void>;
}

export interface RunPanelOptions {
  readonly panel: WebviewPanel;
  readonly engine: Engine;
  readonly runId: string;
  /** Folder of the built page. */
  readonly dist: Uri;
  readonly actions: PanelActions;
  /** Told of errors that nobody expects. */
  readonly report: (error: unknown) => void;
}

export class RunPanel implements Disposable {
  readonly panel: WebviewPanel;
  readonly engine: Engine;
  readonly runId: string;
  readonly #options: RunPanelOptions;
  readonly #listening: readonly Disposable[];
  #feeding: AbortController | undefined;
  /** The run had ended and all of it was sent. */
  #fedWhole = false;
  /** The page was told that the engine is away. */
  #saidAway = false;
  #started: RunStarted | undefined;

  constructor(options: RunPanelOptions) {
    this.#options = options;
    this.panel = options.panel;
    this.engine = options.engine;
    this.runId = options.runId;
    this.#listening = [
      this.panel.webview.onDidReceiveMessage((message: FromPanel) => {
        this.#receive(message).catch(options.report);
      }),
      this.panel.onDidChangeViewState(() => {
        if (!this.panel.visible) this.#feeding?.abort();
      }),
      this.engine.onConnected(() => this.#onConnected()),
      this.engine.onRunChanged((run) => {
        // Taken up again from elsewhere, after everything had been sent.
        const isBack = run.runId === this.runId && isLive(run) && this.#fedWhole && this.panel.visible;
        if (isBack) this.#feed().catch(options.report);
      }),
      this.engine.onStateChanged((state) => {
        if (state === 'lost') this.#away(l10n.t('The engine is gone. Looking for it, or starting another…'));
      }),
    ];
    this.panel.webview.html = panelPage(this.panel.webview, options.dist);
  }

  dispose(): void {
    this.#feeding?.abort();
    for (const one of this.#listening) one.dispose();
  }

  async #receive(message: FromPanel): Promise<void> {
    const { actions } = this.#options;
    switch (message.type) {
      case 'ready':
        return this.#feed();
      case 'cancel':
        return this.#tell(await actions.cancel(this.engine, this.runId));
      case 'resume':
        this.#tell(await actions.resume(this.engine, this.runId));
        return this.#feed();
      case 'run-again':
        return actions.runAgain(this.engine, this.runId);
      case 'answer':
        return this.#tell(await actions.answer(this.engine, this.runId, message.question, message.answer));
      case 'reveal':
        return this.#started && revealRange(this.#started, message.range, this.panel.viewColumn);
      case 'load-value':
        return this.#loadValue(message.hash, message.offset ?? 0);
      case 'copy':
        return env.clipboard.writeText(message.text);
      case 'open-text':
        return openText(message.text, message.language);
      case 'set-key':
        return actions.setKey(this.runId);
    }
  }

  /** Feeds the page from the beginning; an older feed ends. */
  async #feed(): Promise<void> {
    this.#feeding?.abort();
    const feeding = new AbortController();
    this.#feeding = feeding;
    this.#fedWhole = false;
    try {
      const target = { post: (message: ToPanel) => this.#post(message), note: (event: RunEvent) => this.#note(event) };
      await feedPanel(this.engine, this.runId, target, feeding.signal);
      this.#fedWhole = this.#feeding === feeding && !feeding.signal.aborted;
    } catch (error) {
      if (feeding.signal.aborted) return;
      this.#away(awayText(this.engine, error));
      if (this.engine.state !== 'stopped' && !(error instanceof EngineError)) throw error;
    }
  }

  /** Another engine is there: a feed that lasts goes on by itself, one that broke begins anew. */
  #onConnected(): void {
    if (!this.#saidAway) return;
    this.#saidAway = false;
    this.#post({ type: 'connection' });
    if (this.panel.visible) this.#feed().catch(this.#options.report);
  }

  #away(problem: string): void {
    this.#saidAway = true;
    this.#post({ type: 'connection', problem });
  }

  #note(event: RunEvent): void {
    if (event.type !== 'run-started') return;
    this.#started = event;
    this.panel.title = panelTitle(event.plan.name);
  }

  #tell(refused: Failure | undefined): void {
    if (!refused) return;
    const { message, remedy, code } = refused;
    this.#post({ type: 'refused', message, code, ...(remedy !== undefined && { remedy }) });
  }

  async #loadValue(hash: string, offset: number): Promise<void> {
    const client = await this.engine.connect();
    const answer = await client.ask({ type: 'value', hash, offset, length: valuePart });
    if (answer.type === 'value') this.#post({ ...answer, hash, offset });
    else if (answer.type === 'refused') this.#tell(answer.refused);
  }

  #post(message: ToPanel): PromiseLike<boolean> {
    return this.panel.webview.postMessage(message);
  }
}

export function panelTitle(name: string): string {
  return `Segue: ${name}`;
}

function awayText(engine: Engine, error: unknown): string {
  if (engine.state === 'stopped') return l10n.t('The engine was stopped. Restart it to go on.');
  return error instanceof Error ? error.message : String(error);
}

async function openText(content: string, language: string): Promise<void> {
  const document = await workspace.openTextDocument({ content, language });
  await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preview: true });
}
