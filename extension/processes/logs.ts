// One output channel per process: the extension, the engine, the language server (its client makes that one).
import { join } from 'node:path';
import { type Disposable, type LogOutputChannel, type OutputChannel, window } from 'vscode';
import { dataFiles } from '../../run/index.ts';
import { LogTail } from './log-tail.ts';

export class Logs implements Disposable {
  /** What the extension itself has to say. */
  readonly extension: LogOutputChannel = window.createOutputChannel('Segue', { log: true });
  /** The engines' log files as they grow. */
  readonly engine: OutputChannel = window.createOutputChannel('Segue Engine', 'log');
  readonly #tails = new Map<string, LogTail>();

  /** Shows the log of a data folder's engine in the channel, from now on. Call it when an engine has come. */
  followEngine(dataDir: string): void {
    this.#tails.get(dataDir)?.dispose();
    const path = join(dataDir, dataFiles.log);
    this.engine.appendLine(`── ${path}`);
    this.#tails.set(dataDir, new LogTail(path, (line) => this.engine.appendLine(line)));
  }

  dispose(): void {
    for (const tail of this.#tails.values()) tail.dispose();
    this.extension.dispose();
    this.engine.dispose();
  }
}
