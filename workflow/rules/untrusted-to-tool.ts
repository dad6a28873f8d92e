import { type Trust, trustIn } from '../model/trust.ts';
import type { LibraryEntry } from '../model/library.ts';
import type { Workflow } from '../model/model.ts';
import type { Facts, Report } from './rule.ts';

/** What a model or a tool says, and reaches a place that acts on it without a person between. */
export function untrustedToTool({ entry, library, document }: Facts, report: Report): void {
  const byWorkflow = new Map(library.entries.map((each) => [each.built.workflow, each]));
  for (const { sink, range, from, way } of trustOf(entry, byWorkflow).found) {
    const between = way.length > 0 ? ` through ${way.map(({ id }) => `\`${id}\``).join(', ')}` : '';
    report({
      code: 'untrusted-to-tool',
      severity: 'warning',
      message: `What \`${from.id}\` says reaches ${sink.what}${between}. Have a \`human\` task look at it before, or give it as one of listed words.`,
      range,
      related: [
        { file: document.file, range: from.nameRange, message: `\`${from.id}\` says it` },
        ...way.map(({ nameRange, id }) => ({
          file: document.file,
          range: nameRange,
          message: `\`${id}\` hands it on`,
        })),
        ...(sink.file === document.file
          ? []
          : [{ file: sink.file, range: sink.range, message: `it reaches ${sink.what}` }]),
      ],
    });
  }
}

const known = new WeakMap<LibraryEntry, Trust>();

/** Called files come first; they never call each other in a circle here, for such a call is not followed. */
function trustOf(entry: LibraryEntry, entries: ReadonlyMap<Workflow, LibraryEntry>): Trust {
  const found = known.get(entry);
  if (found) return found;
  const trust = trustIn(entry.built, entry.document.file, (workflow) => {
    const called = entries.get(workflow);
    return called && trustOf(called, entries);
  });
  known.set(entry, trust);
  return trust;
}
