import { filesOf } from '../model/called.ts';
import type { ModuleTool, ToolModule, Workflow } from '../model/model.ts';
import type { Facts, Report } from './rule.ts';

/** In one run a name stands for one tool, whichever of its files declares it. */
export function oneToolPerName(facts: Facts, report: Report): void {
  const known = new Map<string, { readonly file: string; readonly identity: string }>();
  const files = [{ workflow: facts.workflow, range: undefined }, ...calledFrom(facts)];
  for (const { workflow, range } of files) {
    for (const { name, identity } of toolsOf(workflow)) {
      const { file } = workflow;
      const other = known.get(name);
      if (!other) known.set(name, { file, identity });
      else if (range && other.file !== file && other.identity !== identity) {
        const message = `\`${file}\` declares another tool \`${name}\` than \`${other.file}\`: export one of them under another name.`;
        report({ code: 'duplicate-name', severity: 'error', message, range });
      }
    }
  }
}

function calledFrom({ entry, library }: Facts) {
  return entry.calls.flatMap((reference) => {
    const found = library.find(reference);
    if (typeof found !== 'object') return [];
    return filesOf(found.built.workflow).map((workflow) => ({ workflow, range: reference.range }));
  });
}

function toolsOf({ toolsets }: Workflow) {
  return toolsets.flatMap(({ module }) =>
    (module?.tools ?? []).map((tool) => ({ name: tool.name, identity: identityOf(module, tool) })),
  );
}

function identityOf(module: ToolModule | undefined, { description, input, output, effect }: ModuleTool): string {
  return JSON.stringify([module?.file, module?.timeoutMs, description, input, output, effect]);
}
