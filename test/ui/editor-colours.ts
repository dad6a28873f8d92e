// What colours an editor gives to the words of a file, and whether they can be read.
import type { Locator } from 'playwright-core';

export interface Word {
  readonly text: string;
  /** As CSS says it: `rgb(…)`. */
  readonly colour: string;
  /** Of the word on the editor's background, from 1 to 21 (WCAG 2). */
  readonly contrast: number;
}

/** @returns what stands in the lines in view, by pieces of one colour; hints that are no part of the file left out */
export function wordsOf(editor: Locator): Promise<readonly Word[]> {
  return editor.evaluate((element) => {
    const parts = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (colour: string): number => {
      const [red = 0, green = 0, blue = 0] = parts(colour).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const ground = element.querySelector('.monaco-editor-background') ?? element;
    const below = luminance(getComputedStyle(ground).backgroundColor);
    return [...element.querySelectorAll('.view-line > span > span[class^="mtk"]')]
      .filter((span) => !/dyn-rule|ced-/.test(span.className) && span.textContent.trim() !== '')
      .map((span) => {
        const { color } = getComputedStyle(span);
        const [high, low] = [luminance(color), below].sort((a, b) => b - a) as [number, number];
        return { text: span.textContent.trim(), colour: color, contrast: (high + 0.05) / (low + 0.05) };
      });
  });
}
