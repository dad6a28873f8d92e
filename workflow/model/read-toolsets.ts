// Toolsets, and the tools that a file declares: exported functions of modules of the workspace.
import type { ToolSchema } from '../../schemas/index.ts';
import { type Node, type Pair, pairsOf, valueOf } from '../syntax/tree.ts';
import { type FileProblem, pathOfReference } from '../files.ts';
import type { ModuleTool, ToolModule, Toolset } from './model.ts';
import { defined, durationAt, scalarAt, schemaAt, textAt, textsAt, wordAt } from './read.ts';
import type { ReadingContext } from './reading-context.ts';

/** Reads the toolsets of a file. @param builtin the tools that the engine has */
export function readToolsets(
  context: ReadingContext,
  root: Node | undefined,
  builtin: readonly ToolSchema[],
): readonly Toolset[] {
  const all = new Map(builtin.map((tool) => [tool.name, undefined]));
  return pairsOf(valueOf(root, 'toolsets')).map((pair): Toolset => {
    const named = { name: pair.key, nameRange: pair.keyNode.range, range: pair.range };
    const module = readModule(context, pair.value);
    if (module) return { ...named, tools: module.tools.map((tool) => tool.name), module };
    const names = textsAt(pair.value, 'builtin');
    for (const name of names) context.use('tool', name, 'builtin', () => all);
    return { ...named, tools: names.map((name) => name.text) };
  });
}

/** @returns the tools that a file declares, read without looking at anything else of it */
export function toolsDeclaredIn(root: Node | undefined): readonly ModuleTool[] {
  return pairsOf(valueOf(root, 'toolsets')).flatMap((set) => pairsOf(valueOf(set.value, 'tools')).map(readModuleTool));
}

/** @returns the tools that toolsets declare, in file order */
export function declaredTools(toolsets: readonly Toolset[]): readonly ModuleTool[] {
  return toolsets.flatMap((set) => set.module?.tools ?? []);
}

function readModule(context: ReadingContext, node: Node): ToolModule | undefined {
  const path = scalarAt(node, 'module');
  if (!path) return undefined;
  const file = pathOfReference(context.file, path.text);
  const problem = isCode(path.text) ? problemOf(context, file) : undefined;
  return {
    path: path.text,
    range: path.range,
    tools: pairsOf(valueOf(node, 'tools')).map(readModuleTool),
    ...defined({
      file,
      problem,
      timeoutMs: durationAt(node, 'timeout'),
    }),
  };
}

/** What is called otherwise is no module, and nobody looks for it. */
function isCode(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path);
}

function problemOf(context: ReadingContext, file: string | undefined): FileProblem | undefined {
  if (file === undefined) return 'outside';
  const found = context.around.files.find(file);
  return found && 'problem' in found ? found.problem : undefined;
}

function readModuleTool(pair: Pair): ModuleTool {
  const effect = wordAt(pair.value, 'effect', ['none', 'repeatable', 'once']) ?? 'once';
  return {
    name: pair.key,
    nameRange: pair.keyNode.range,
    range: pair.range,
    description: textAt(pair.value, 'description') ?? '',
    input: schemaAt(pair.value, 'input') ?? { type: 'object', properties: {}, additionalProperties: false },
    ...defined({ output: schemaAt(pair.value, 'output') }),
    effect,
    asks: effect === 'once' ? 'first' : 'never',
  };
}
