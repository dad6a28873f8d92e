// The `segue` command: its words, and nothing else. Each command is a file of its own.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { EngineError } from '../client/index.ts';
import { failure } from '../run/index.ts';
import { check, type CheckOptions } from './check.ts';
import { answer, cancel, resume } from './control.ts';
import { doctor } from './doctor.ts';
import { logs, restart, status, stop } from './engine.ts';
import { type CommandContext, installationIn } from './engine-access.ts';
import { exitCodes } from './exit-codes.ts';
import { grant, type GrantOptions } from './grant.ts';
import { lsp, type LspOptions } from './lsp.ts';
import { addRecordCommands } from './record-commands.ts';
import { run, type RunOptions } from './run.ts';
import { runs, type RunsOptions } from './runs.ts';
import { show } from './show.ts';
import { CommandFailure, ownTerminal, printFailure } from './terminal/output.ts';
import { types } from './types.ts';

const runStatuses = ['running', 'waiting', 'completed', 'partially_completed', 'failed', 'cancelled'];
const json = (): Option => new Option('--json', 'print JSON for programs');
const noInput = (): Option => new Option('--no-input', 'nobody is here to be asked');

interface InputFlag {
  readonly input?: boolean;
}

function buildProgram(context: CommandContext, done: (exitCode: number) => void): Command {
  const program = new Command('segue')
    .description('Write, check, run and watch multi-agent LLM workflows.')
    .version(context.installation.version)
    .showHelpAfterError('(segue --help lists the commands)')
    .exitOverride();
  const ending =
    <Args extends unknown[]>(work: (...args: Args) => Promise<number> | number) =>
    async (...args: Args): Promise<void> =>
      done(await work(...args));

  program
    .command('check <files...>')
    .description('check workflow files: names, types, references')
    .option('--plan', 'show what runs after what')
    .addOption(new Option('--format <format>', 'how to print findings').choices(['text', 'json']).default('text'))
    .addOption(json())
    .action(ending((files: string[], options: CheckOptions) => check(context, files, options)));
  program
    .command('types <file>')
    .description('write the TypeScript types of the tools that a workflow declares')
    .action(ending((file: string) => types(context, file)));
  program
    .command('run <file>')
    .description('run a workflow and watch it')
    .option('-i, --set <name=value>', 'an input; @file takes the text of a file', collect, [])
    .option('--mock', 'answer all model calls without a model')
    .option('--detach', 'print the run id and leave; the run goes on')
    .addOption(noInput())
    .addOption(json())
    .action(
      ending((file: string, { set, input, ...options }: RunOptions & InputFlag & { set: string[] }) =>
        run(context, file, { ...options, input: set, interactive: input !== false }),
      ),
    );
  program
    .command('runs')
    .description('list the runs of this folder')
    .option('-n, --limit <count>', 'how many', positive, 20)
    .addOption(new Option('--status <status>', 'only these').choices(runStatuses))
    .addOption(json())
    .action(ending((options: RunsOptions) => runs(context, options)));
  program
    .command('show [run]')
    .description('show a run: its tree, outputs, errors, costs (default: the newest)')
    .addOption(json())
    .action(ending((id: string | undefined, options: { json?: boolean }) => show(context, id, options)));
  addControl(program, context, ending);
  addRecordCommands(program, context, ending);
  addUpkeep(program, context, ending);
  return program;
}

type Ending = <Args extends unknown[]>(
  work: (...args: Args) => Promise<number> | number,
) => (...args: Args) => Promise<void>;

function addControl(program: Command, context: CommandContext, ending: Ending): void {
  program
    .command('resume [run]')
    .description('go on with a run that failed or was cancelled; what is finished is not done again')
    .option('--detach', 'do not watch it')
    .addOption(noInput())
    .addOption(json())
    .action(
      ending((id: string | undefined, { input, ...options }: InputFlag & { json?: boolean; detach?: boolean }) =>
        resume(context, id, { ...options, interactive: input !== false }),
      ),
    );
  program
    .command('cancel [run]')
    .description('cancel a run (default: the newest)')
    .addOption(json())
    .action(ending((id: string | undefined, options: { json?: boolean }) => cancel(context, id, options)));
  program
    .command('answer <run> <question-or-answer> [answer]')
    .description('answer a question of a run; with one open question its id may be left out')
    .addOption(json())
    .action(
      ending((id: string, first: string, second: string | undefined, options: { json?: boolean }) =>
        answer(context, id, second === undefined ? { text: first } : { question: first, text: second }, options),
      ),
    );
}

function addUpkeep(program: Command, context: CommandContext, ending: Ending): void {
  program
    .command('doctor')
    .description('look whether everything is there that runs need')
    .addOption(json())
    .action(ending((options: { json?: boolean }) => doctor(context, options)));
  program
    .command('grant [secret] [origin]')
    .description('allow a key to be sent to an origin that a workspace names; lists without arguments')
    .option('--remove', 'take it back')
    .addOption(json())
    .action(
      ending((secret: string | undefined, origin: string | undefined, options: GrantOptions) =>
        grant(context, secret, origin, options),
      ),
    );
  const engine = program.command('engine').description('the background process of this folder');
  const force = (): Option => new Option('--force', 'also with calls in flight, or when it does not answer');
  engine
    .command('status')
    .description('whether it runs, and how it is')
    .addOption(json())
    .action(ending((options: { json?: boolean }) => status(context, options)));
  engine
    .command('stop')
    .description('end it; unfinished runs go on with the next one')
    .addOption(force())
    .addOption(json())
    .action(ending((options: { json?: boolean; force?: boolean }) => stop(context, options)));
  engine
    .command('restart')
    .description('end it and start another')
    .addOption(force())
    .addOption(json())
    .action(ending((options: { json?: boolean; force?: boolean }) => restart(context, options)));
  engine
    .command('logs')
    .description('print its log')
    .action(ending(() => logs(context)));
  program
    .command('lsp')
    .description('the language server for other editors, on stdin and stdout')
    .option('--stdio', 'the only way, and the default')
    .option('--version', 'print the version')
    .action(ending((options: LspOptions) => lsp(context, options)));
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function positive(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}

/** Turns whatever went wrong into a message and an exit code. */
function report(context: CommandContext, error: unknown): number {
  const asJson = process.argv.includes('--json');
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof CommandFailure) {
    printFailure(context.terminal, error.failure, asJson);
    return error.exitCode;
  }
  if (error instanceof EngineError) {
    printFailure(context.terminal, error.failure, asJson);
    return error.failure.code.startsWith('file_') ? exitCodes.usage : exitCodes.engine;
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const remedy = 'This is a mistake in Segue. Set SEGUE_DEBUG=1 to see where.';
  printFailure(context.terminal, failure('internal_error', message, { remedy }), asJson);
  if (process.env['SEGUE_DEBUG'] && stack) context.terminal.stderr.write(`${stack}\n`);
  return exitCodes.engine;
}

async function main(): Promise<void> {
  const context: CommandContext = {
    terminal: ownTerminal(),
    installation: installationIn(__dirname, packageJson.version),
  };
  // A reader that leaves early (`| head`) is no reason for a stack trace.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(exitCodes.ok);
      throw error;
    });
  }
  let exitCode: number = exitCodes.ok;
  try {
    await buildProgram(context, (code) => {
      exitCode = code;
    }).parseAsync();
  } catch (error) {
    exitCode = report(context, error);
  }
  process.exitCode = exitCode;
}

void main();
