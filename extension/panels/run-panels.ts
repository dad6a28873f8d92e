// All run panels of this window: one per run, brought back after a reload.
import { type Disposable, l10n, type Memento, Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import { viewIds } from '../names.ts';
import type { Engine } from '../processes/engine.ts';
import type { Engines } from '../processes/engines.ts';
import { type PanelActions, panelTitle, RunPanel } from './run-panel.ts';

/** Where the panels' runs lie: run id → data folder and workspace folder, the newest first. Kept over a reload. */
const placesKey = 'panels';
const maxPlaces = 50;

interface Place {
  readonly runId: string;
  readonly dataDir: string;
  readonly workspace: string;
  readonly title: string;
}

export interface RunPanelsOptions {
  readonly extension: Uri;
  readonly memory: Memento;
  readonly engines: Engines;
  readonly actions: PanelActions;
  readonly report: (error: unknown) => void;
}

export class RunPanels implements Disposable {
  readonly #options: RunPanelsOptions;
  readonly #byRun = new Map<string, RunPanel>();
  readonly #serializer: Disposable;

  constructor(options: RunPanelsOptions) {
    this.#options = options;
    this.#serializer = window.registerWebviewPanelSerializer(viewIds.panel, {
      deserializeWebviewPanel: async (panel, state: unknown) => this.#bringBack(panel, state),
    });
  }

  /** Shows a run: its panel if it has one, else a new one beside the editor. */
  open(engine: Engine, runId: string, name: string, preserveFocus: boolean): void {
    const known = this.#byRun.get(runId);
    if (known) return known.panel.reveal(undefined, preserveFocus);
    const column = window.activeTextEditor ? ViewColumn.Beside : ViewColumn.Active;
    const panel = window.createWebviewPanel(viewIds.panel, panelTitle(name), { viewColumn: column, preserveFocus }, {});
    this.#remember(engine, runId, panelTitle(name));
    this.#adopt(panel, engine, runId);
  }

  /** The panel that has the focus. */
  active(): RunPanel | undefined {
    return [...this.#byRun.values()].find(({ panel }) => panel.active);
  }

  isVisible(runId: string): boolean {
    return this.#byRun.get(runId)?.panel.visible ?? false;
  }

  dispose(): void {
    this.#serializer.dispose();
    for (const panel of this.#byRun.values()) panel.dispose();
  }

  #bringBack(panel: WebviewPanel, state: unknown): void {
    const place = this.#placeOf(panel, runIdOf(state));
    if (!place) {
      panel.webview.html = lostPage();
      return;
    }
    const { dataDir, workspace, runId } = place;
    this.#adopt(panel, this.#options.engines.of({ dataDir, workspace }), runId);
  }

  /** A window that was not closed in order comes back without the page's state: then the title has to do. */
  #placeOf({ title }: WebviewPanel, runId: string | undefined): Place | undefined {
    const places = this.#places();
    if (runId !== undefined) return places.find((one) => one.runId === runId);
    return places.find((one) => one.title === title && !this.#byRun.has(one.runId));
  }

  #places(): readonly Place[] {
    return this.#options.memory.get<readonly Place[]>(placesKey, []);
  }

  #adopt(panel: WebviewPanel, engine: Engine, runId: string): void {
    const { extension, actions, report } = this.#options;
    const dist = Uri.joinPath(extension, 'dist');
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist], enableForms: true };
    panel.iconPath = {
      light: Uri.joinPath(extension, 'media', 'run-light.svg'),
      dark: Uri.joinPath(extension, 'media', 'run-dark.svg'),
    };
    const run = new RunPanel({ panel, engine, runId, dist, actions, report });
    this.#byRun.set(runId, run);
    panel.onDidDispose(() => {
      run.dispose();
      if (this.#byRun.get(runId) === run) this.#byRun.delete(runId);
    });
  }

  #remember({ place }: Engine, runId: string, title: string): void {
    const { memory, report } = this.#options;
    const { dataDir, workspace } = place;
    const others = this.#places().filter((one) => one.runId !== runId);
    const places: readonly Place[] = [{ runId, dataDir, workspace, title }, ...others].slice(0, maxPlaces);
    memory.update(placesKey, places).then(undefined, report);
  }
}

/** The page keeps the id of its run in its state (`webview/trace/view-state.ts`). */
function runIdOf(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null || !('runId' in state)) return undefined;
  return typeof state.runId === 'string' ? state.runId : undefined;
}

function lostPage(): string {
  const text = l10n.t('This window no longer knows the run that was shown here. Open it from the Runs view.');
  return `<!doctype html><html lang="en"><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'"><title>Segue</title></head><body><p>${text}</p></body></html>`;
}
