// Before a run with modules begins: each is loaded once, in a process of its own, to see that it exports what the
// workflow says. Its text is recorded with the run, and no other text is run in it.
import type { Failure, ToolDescriptor } from '../../run/index.ts';
import { type Diagnostic, filesOf, type ToolModule } from '../../workflow/index.ts';
import type { InspectedModule } from '../adapters/tools/index.ts';
import { invalidWorkflow, type Prepared, type RunMaterial } from './prepare-start.ts';
import type { ToolGate } from './tool-gate.ts';

/** @returns the material with its modules, or why the run does not begin: each reason at its place in the workflow */
export async function admitModules(material: RunMaterial, tools: Pick<ToolGate, 'inspect'>): Promise<Prepared> {
  const { workflow, started } = material;
  const modules = filesOf(workflow).flatMap(({ file, toolsets }) =>
    toolsets.flatMap(({ module }) => (module ? [{ module, declaredIn: file }] : [])),
  );
  if (modules.length === 0) return { ok: true, material };
  const inspected = await Promise.all(
    modules.map(async ({ module, declaredIn }) => ({
      module,
      declaredIn,
      found: await tools.inspect(module.file ?? module.path, started),
    })),
  );
  const problems = inspected.flatMap(({ module, declaredIn, found }) => problemsOf(module, found, declaredIn));
  if (problems.length > 0) return { ok: false, refused: invalidWorkflow(problems, started.sources) };
  const sources = inspected.map(({ module, found }) => [module.file, 'text' in found ? found.text : ''] as const);
  const known = new Map(inspected.flatMap(({ module, found }) => toolsOf(module, found)));
  const withModules: RunMaterial['started'] = {
    ...started,
    sources: { ...Object.fromEntries(sources), ...started.sources },
    tools: started.tools.map((tool) => ({ ...tool, ...known.get(tool.name) })),
  };
  return { ok: true, material: { ...material, started: withModules } };
}

function problemsOf(
  module: ToolModule,
  found: InspectedModule | { readonly error: Failure },
  file: string,
): readonly Diagnostic[] {
  const problem = (code: string, message: string, range: Diagnostic['range']): Diagnostic => ({
    ...{ code, message, range, file },
    severity: 'error',
  });
  if ('error' in found) {
    const { code, message, remedy } = found.error;
    return [problem(code.replaceAll('_', '-'), remedy === undefined ? message : `${message} ${remedy}`, module.range)];
  }
  const lacking = module.tools.filter(({ name }) => !found.functions.includes(name));
  return lacking.map(({ name, nameRange }) => problem('unknown-export', whyUnknown(name, module, found), nameRange));
}

function whyUnknown(name: string, { path }: ToolModule, { functions, others }: InspectedModule): string {
  if (others.includes(name)) return `What ${path} exports as \`${name}\` is not a function.`;
  const list = functions.map((one) => `\`${one}\``).join(', ');
  return `${path} exports no function \`${name}\`${list === '' ? '' : `; it exports ${list}`}.`;
}

function toolsOf(
  { file, tools, timeoutMs }: ToolModule,
  found: InspectedModule | { readonly error: Failure },
): readonly (readonly [string, Pick<ToolDescriptor, 'module'>])[] {
  if ('error' in found || file === undefined) return [];
  const module = { file, hash: found.hash, ...(timeoutMs !== undefined && { timeoutMs }) };
  return tools.map(({ name }) => [name, { module }]);
}
