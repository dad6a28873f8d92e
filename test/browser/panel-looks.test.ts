// How the run panel looks: three themes, narrow and wide, with a picture of each, and what axe-core says about it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seriousFindings } from './accessibility.ts';
import type { Theme } from './panel-page.ts';
import type { RecordedRun } from './record-builder.ts';
import { failedRun, finishedRun, liveRun, questions, talkingRun, waitingRun } from './records.ts';
import { panelSuite, row } from './suite.ts';

const screenshots = join(import.meta.dirname, '../screenshots');
mkdirSync(screenshots, { recursive: true });
const suite = panelSuite();

describe('for every eye', () => {
  const scenes: readonly (readonly [string, () => RecordedRun])[] = [
    ['live', () => liveRun(Date.now())],
    ['waiting', () => waitingRun(Date.now())],
    ['approval', () => waitingRun(Date.now(), questions.approve)],
    ['failed', failedRun],
    ['finished', finishedRun],
    ['talking', talkingRun],
  ];
  // Colours do not depend on the width: one theme is enough for the narrow panel.
  const sizes: readonly { theme: Theme; width: number }[] = [
    { theme: 'dark', width: 1400 },
    { theme: 'light', width: 1400 },
    { theme: 'hc', width: 1400 },
    { theme: 'dark', width: 320 },
  ];
  const looks = scenes.flatMap(([scene, run]) => sizes.map((size) => ({ scene, run, ...size })));

  it.each(looks)(
    '$scene, $theme, $width px: nothing is cut off, axe finds nothing serious',
    async ({ scene, run, theme, width }) => {
      const panel = await suite.open(run(), { theme, width, height: 800 });
      const { page } = panel;
      if (scene === 'failed') await row(page, /^paragraphs/).click();
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: join(screenshots, `panel-${scene}-${theme}-${width}.png`) });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      const details = page.getByRole('main');
      expect(await details.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0);
      expect(await seriousFindings(panel)).toEqual([]);
    },
  );

  it('stands still when motion is unwanted', async () => {
    const { page } = await suite.open(liveRun(Date.now()));
    const animation = () =>
      page
        .locator('.codicon-loading')
        .first()
        .evaluate((element) => getComputedStyle(element).animationName);
    expect(await animation()).toBe('codicon-spin');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await animation()).toBe('none');
  });
});
