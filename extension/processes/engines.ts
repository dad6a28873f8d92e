// The engines that this window knows: one per data folder. Finds those of the open folders, and sees new ones come.
import { type Disposable, EventEmitter, RelativePattern, Uri, workspace } from 'vscode';
import type { DataDir, EngineProgram } from '../../client/index.ts';
import { dataFiles } from '../../run/index.ts';
import { Engine } from './engine.ts';
import { placeOfFile, placesOfWorkspace } from './place.ts';

/** Nested folders with a `.segue` of their own; more are found when they are used. */
const maxNested = 50;
/** When a folder that appeared is looked at again. */
const looksAfterMs = [200, 1_000, 3_000, 10_000];

export class Engines implements Disposable {
  readonly #version: string;
  readonly #program: () => EngineProgram;
  readonly #byDataDir = new Map<string, Engine>();
  readonly #seen = new EventEmitter<Engine>();
  readonly #disposables: Disposable[] = [];
  #watchers: Disposable[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();

  /** A data folder became known, or something appeared in it: its engine may be worth a look. */
  readonly onSeen = this.#seen.event;

  constructor(version: string, program: () => EngineProgram) {
    this.#version = version;
    this.#program = program;
  }

  all(): readonly Engine[] {
    return [...this.#byDataDir.values()];
  }

  of(place: DataDir): Engine {
    const known = this.#byDataDir.get(place.dataDir);
    if (known) return known;
    const engine = new Engine({ place, version: this.#version, program: this.#program });
    this.#byDataDir.set(place.dataDir, engine);
    this.#seen.fire(engine);
    return engine;
  }

  ofFile(uri: Uri): Engine {
    return this.of(placeOfFile(uri));
  }

  /** Looks at the open folders, now and when they or their trust change. Begins nothing in Restricted Mode. */
  watchWorkspace(): void {
    this.#disposables.push(
      workspace.onDidChangeWorkspaceFolders(() => this.#lookAround()),
      workspace.onDidGrantWorkspaceTrust(() => this.#lookAround()),
    );
    this.#lookAround();
  }

  dispose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const one of [...this.#disposables, ...this.#watchers, ...this.#byDataDir.values()]) one.dispose();
    this.#seen.dispose();
  }

  #lookAround(): void {
    for (const watcher of this.#watchers) watcher.dispose();
    this.#watchers = [];
    if (!workspace.isTrusted) return;
    for (const place of placesOfWorkspace()) this.of(place);
    for (const folder of workspace.workspaceFolders ?? []) {
      if (folder.uri.scheme !== 'file') continue;
      const pattern = new RelativePattern(folder, `**/.segue/data/{${dataFiles.lock},${dataFiles.database}}`);
      const watcher = workspace.createFileSystemWatcher(pattern, false, true, true);
      this.#watchers.push(
        watcher,
        watcher.onDidCreate((file) => this.#appeared(file)),
      );
      // Where a whole `.segue` appears at once, watchers may miss the files that came with it.
      const folders = new RelativePattern(folder, '{**/.segue,**/.segue/data}');
      const folderWatcher = workspace.createFileSystemWatcher(folders, false, true, true);
      this.#watchers.push(
        folderWatcher,
        folderWatcher.onDidCreate((created) => this.#lookLater(created)),
      );
      void this.#findNested(new RelativePattern(folder, `**/.segue/data/${dataFiles.database}`));
    }
  }

  async #findNested(pattern: RelativePattern): Promise<void> {
    for (const file of await workspace.findFiles(pattern, '**/node_modules/**', maxNested)) this.#appeared(file);
  }

  /** A new folder is looked at until its engine should be up. */
  #lookLater(created: Uri): void {
    const segue = created.path.endsWith('/data') ? Uri.joinPath(created, '..') : created;
    const lock = Uri.joinPath(segue, 'data', dataFiles.lock);
    for (const delayMs of looksAfterMs) this.#timers.add(this.#lookAt(lock, delayMs));
  }

  #lookAt(lock: Uri, delayMs: number): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#appeared(lock);
    }, delayMs);
    return timer;
  }

  /** A file of a data folder was found or written: by a terminal, another window, or an engine of ours. */
  #appeared(file: Uri): void {
    this.#seen.fire(this.ofFile(file));
  }
}
