// What axe-core says about the panel.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from 'vitest';
import type { PanelPage } from './panel-page.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core (WCAG 2.2 A and AA) calls serious or critical, as readable lines. */
export async function seriousFindings(panel: PanelPage): Promise<string[]> {
  const { page } = panel;
  // axe puts styles of its own into the page, against its policy: what broke it before is what counts.
  expect(await panel.troubles()).toEqual([]);
  await panel.stopNotes();
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
      );
  });
}
