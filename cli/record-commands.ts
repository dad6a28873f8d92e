// The words of the commands that take runs out of a folder's record, and into it.
import { type Command, Option } from 'commander';
import type { CommandContext } from './engine-access.ts';
import { backUp } from './backup.ts';
import { deleteRuns } from './delete.ts';
import { exportRun } from './export.ts';
import { importRun } from './import.ts';

type Ending = <Args extends unknown[]>(
  work: (...args: Args) => Promise<number> | number,
) => (...args: Args) => Promise<void>;

interface JsonFlag {
  readonly json?: boolean;
}

/** Adds `export`, `import`, `delete` and `backup`. @param ending makes an action of a function that returns an exit code */
export function addRecordCommands(program: Command, context: CommandContext, ending: Ending): void {
  const json = (): Option => new Option('--json', 'print JSON for programs');
  program
    .command('export [run] [file]')
    .description('write a run into one file that can be shared and imported (default: the newest)')
    .addOption(json())
    .action(
      ending((id: string | undefined, file: string | undefined, options: JsonFlag) =>
        exportRun(context, id, file, options),
      ),
    );
  program
    .command('import <file>')
    .description('take in a run that was exported; an unfinished one waits until it is resumed')
    .addOption(json())
    .action(ending((file: string, options: JsonFlag) => importRun(context, file, options)));
  program
    .command('delete <runs...>')
    .description('delete runs that have ended, for good')
    .option('-y, --yes', 'do not ask')
    .addOption(json())
    .action(ending((ids: string[], options: JsonFlag & { yes?: boolean }) => deleteRuns(context, ids, options)));
  program
    .command('backup [file]')
    .description('copy all runs of this folder into one SQLite file, checked')
    .addOption(json())
    .action(ending((file: string | undefined, options: JsonFlag) => backUp(context, file, options)));
}
