// A workflow whose tasks were extracted into a file of their own gives what it gave before.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { OpenDocument, pathOfUri } from '../../language-server/features/open-document.ts';
import { extractWorkflow } from '../../language-server/features/refactorings/extract-workflow.ts';
import { taskSitesIn } from '../../language-server/features/refactorings/task-sites.ts';
import { edited } from '../../language-server/features/refactorings/written.ts';
import { allTasks } from '../../workflow/index.ts';
import { tell } from './stage.ts';

const folder = fileURLToPath(new URL('../../examples/', import.meta.url));
/** What the stage does not have, or what nobody answers. */
const unplayable = new Set(['tool', 'human', 'wait']);

function opened(text: string): OpenDocument {
  return new OpenDocument({ uri: 'file:///project/story.segue.yaml', version: 1, kind: 'workflow', text });
}

/** The text of a file without what the stage puts before it. */
function withoutHead(text: string): string {
  return text.replace(/^segue:.*\n/m, '').replace(/^name:.*\n/m, '');
}

const stories = readdirSync(folder)
  .map((name) => [name, readFileSync(`${folder}${name}/${name}.segue.yaml`, 'utf8')] as const)
  .filter(([, text]) => {
    const { checked, diagnostics } = opened(text);
    const isClean = diagnostics.every(({ severity }) => severity !== 'error');
    return isClean && allTasks(checked.workflow.root.tasks).every(({ type }) => !unplayable.has(type));
  });

describe('the outcome is the same after an extraction', () => {
  it.each(stories)('%s', async (_, text) => {
    const document = opened(text);
    const before = await tell(withoutHead(text));
    for (const { pair } of taskSitesIn(document.syntax.root)) {
      const range = { start: pair.range.start, end: pair.range.start };
      const [offer] = extractWorkflow({ document, range, workspace: { documents: () => [document] } });
      if (!offer || 'refused' in offer.outcome) continue;
      const { edits, creates } = offer.outcome;
      const after = edited(text, { start: 0, end: text.length }, edits);
      const files = creates
        ? { [pathOfUri(creates.uri).replace('/project/', '')]: creates.text.replace(/^segue:.*\n/, '') }
        : {};
      const told = await tell(withoutHead(after), { files });
      expect([offer.title, told.status, told.outputs]).toEqual([offer.title, before.status, before.outputs]);
    }
  });
});
