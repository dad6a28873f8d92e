import { parseArgs } from 'node:util';

/** What an engine's starter says to it. */
export interface EngineArguments {
  readonly dataDir: string;
  /** End the engine that holds the folder instead of being one. */
  readonly endHolder: boolean;
}

/** Reads `--data-dir DIR [--end-holder]`. Throws on anything else. */
export function readArguments(argv: readonly string[]): EngineArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: { 'data-dir': { type: 'string' }, 'end-holder': { type: 'boolean', default: false } },
  });
  if (!values['data-dir']) throw new Error('The engine needs --data-dir DIR; clients start it, people use `segue`.');
  return { dataDir: values['data-dir'], endHolder: values['end-holder'] };
}
