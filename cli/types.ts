// `segue types FILE`: writes the TypeScript types of the tools that a workflow declares, beside their modules.
import { basename, join, relative } from 'node:path';
import { failure } from '../run/index.ts';
import { toolTypes } from '../workflow/index.ts';
import { checkFile } from './check.ts';
import { type CommandContext, existingFile } from './engine-access.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure, print } from './terminal/output.ts';
import { writeWholeFile } from './whole-file.ts';

/** The command. Writes `shop.tools.d.ts` beside `shop.ts`; nothing of the modules is run. */
export async function types(context: CommandContext, file: string): Promise<number> {
  const { checked, workspace, path } = await checkFile(context, existingFile(context, file));
  const modules = checked.workflow.toolsets.flatMap(({ module }) => (module?.file && !module.problem ? [module] : []));
  const files = new Set(modules.map((module) => module.file ?? ''));
  if (files.size === 0) {
    throw new CommandFailure(
      failure('no_modules', `${path} names no module that is there.`, {
        remedy: 'Give a toolset a `module`, and create the file.',
      }),
    );
  }
  for (const module of files) {
    const tools = modules.filter((one) => one.file === module).flatMap((one) => one.tools);
    const target = join(workspace, module.replace(/\.([cm]?)[jt]s$/, '.tools.d.$1ts'));
    await writeWholeFile(target, piecesOf(toolTypes(tools, basename(path))));
    print(context.terminal, [relative(context.terminal.cwd, target)]);
  }
  return exitCodes.ok;
}

async function* piecesOf(text: string): AsyncIterable<string> {
  yield text;
}
