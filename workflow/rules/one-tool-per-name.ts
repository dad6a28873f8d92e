import { type LibraryEntry, reachableFrom } from '../model/library.ts';
import type { ModuleTool, ToolModule } from '../model/model.ts';
import type { Facts, Report } from './rule.ts';

/** In one run a name stands for one tool, whichever of its files declares it. */
export function oneToolPerName(facts: Facts, report: Report): void {
  const known = new Map<string, { readonly file: string; readonly identity: string }>();
  const files = [{ entry: facts.entry, range: undefined }, ...calledFrom(facts)];
  for (const { entry, range } of files) {
    for (const { name, identity } of toolsOf(entry)) {
      const { file } = entry.document;
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
  return entry.calls.flatMap(({ range, ...reference }) => {
    const found = library.find({ range, ...reference });
    if (typeof found !== 'object') return [];
    return reachableFrom(library, found).map((called) => ({ entry: called, range }));
  });
}

function toolsOf({ built }: LibraryEntry) {
  return built.workflow.toolsets.flatMap(({ module }) =>
    (module?.tools ?? []).map((tool) => ({ name: tool.name, identity: identityOf(module, tool) })),
  );
}

function identityOf(module: ToolModule | undefined, { description, input, output, effect }: ModuleTool): string {
  return JSON.stringify([module?.file, module?.timeoutMs, description, input, output, effect]);
}
