// How patterns look in the run panel: stages, tries, branches, rounds and assignments as what they are. The records are
// those of the examples.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seriousFindings } from './accessibility.ts';
import type { Theme } from './panel-page.ts';
import { runOfExample } from './real-runs.ts';
import { panelSuite, row } from './suite.ts';

const screenshots = join(import.meta.dirname, '../screenshots');
mkdirSync(screenshots, { recursive: true });
const suite = panelSuite();

/** Rows that the panel must show, by the example. */
const scenes: readonly (readonly [string, readonly RegExp[]])[] = [
  [
    'letter',
    [/^outline stage · planner/, /^try 1 .*sent back/, /^judge 1 judge .*score 0\.3/, /^polished stage · writer/],
  ],
  ['second-opinions', [/^optimist branch/, /^in_figures branch/, /^fusion judge/]],
  ['report', [/^draft 2 writer/, /^critique 1 critic · score 0\.3/]],
  [
    'market-study',
    [/^plan 2 lead/, /^demand assignment · analyst/, /^sales assignment · desk .*Failed/, /^synthesis lead/],
  ],
  ['garden-party', [/^plan 2 /, /^run 1 /, /^menu agent · cook/]],
  ['help-desk', [/^route router · clerk/, /^person human · not chosen/]],
  ['hotline', [/^handoff workshop/]],
  ['weekend', [/^weather sub-agent/]],
  ['new-shop', [/^market branch · supervisor/, /^report stage · reflect/, /^try 2 .*passed the gate with 0\.85/]],
];

describe('patterns', () => {
  it.each(scenes)('%s', async (name, rows) => {
    const { page } = await suite.open(await runOfExample(name), { theme: 'dark', width: 1400, height: 900 });
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: join(screenshots, `pattern-${name}.png`) });
    for (const words of rows) expect(await row(page, words).count(), String(words)).toBeGreaterThan(0);
  });

  const looks: readonly { theme: Theme; width: number }[] = [
    { theme: 'light', width: 1400 },
    { theme: 'hc', width: 1400 },
    { theme: 'dark', width: 320 },
  ];
  it.each(looks)('patterns in patterns in $theme, $width px', async ({ theme, width }) => {
    const panel = await suite.open(await runOfExample('new-shop'), { theme, width, height: 900 });
    await panel.page.screenshot({ path: join(screenshots, `pattern-new-shop-${theme}-${width}.png`) });
    expect(await seriousFindings(panel)).toEqual([]);
  });

  it('a pattern under way says how far it is', async () => {
    const cut = await runOfExample(
      'new-shop',
      (event) => event.type === 'task-ended' && event.path.endsWith('/people'),
    );
    const { page } = await suite.open(cut, { theme: 'dark', width: 1400, height: 900 });
    await page.screenshot({ path: join(screenshots, 'pattern-under-way.png') });
    await row(page, /^study pipeline · 0 of 2 stages/).waitFor();
    await row(page, /^research stage · parallel · 1 of 2 branches/).waitFor();
  });

  it.each(looks)('a gate in $theme, $width px', async ({ theme, width }) => {
    const panel = await suite.open(await runOfExample('letter'), { theme, width, height: 900 });
    const { page } = panel;
    await row(page, /^text stage/).click();
    await page.getByRole('heading', { name: 'Gate' }).waitFor();
    await page.screenshot({ path: join(screenshots, `pattern-gate-${theme}-${width}.png`) });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    expect(await seriousFindings(panel)).toEqual([]);
  });
});
