// `segue grant`: the origins that a key may be sent to because the user said so.
import { addGrant, grantsFile, readGrants, removeGrant } from '../client/index.ts';
import { failure } from '../run/index.ts';
import type { CommandContext } from './engine-access.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure, print, printJson } from './terminal/output.ts';

export interface GrantOptions {
  readonly json?: boolean;
  readonly remove?: boolean;
}

/** The command: lists without arguments, adds or removes with them. */
export async function grant(
  context: CommandContext,
  secret: string | undefined,
  origin: string | undefined,
  options: GrantOptions,
): Promise<number> {
  const { terminal } = context;
  if (secret !== undefined && origin !== undefined) {
    if (!URL.canParse(origin)) throw notAnOrigin(origin);
    await (options.remove ? removeGrant : addGrant)(secret, origin, terminal.env);
  } else if (secret !== undefined && options.remove) {
    await removeGrant(secret, undefined, terminal.env);
  }
  const grants = await readGrants(terminal.env);
  if (options.json) {
    printJson(terminal, grants);
    return exitCodes.ok;
  }
  const lines = Object.entries(grants).flatMap(([name, origins]) => origins.map((one) => `${name} → ${one}`));
  print(terminal, lines.length > 0 ? lines : [`No grants. They are kept in ${grantsFile(terminal.env)}.`]);
  return exitCodes.ok;
}

function notAnOrigin(origin: string): CommandFailure {
  return new CommandFailure(
    failure('invalid_origin', `"${origin}" is not an origin.`, { remedy: 'Write it like https://llm.example.com.' }),
    exitCodes.usage,
  );
}
