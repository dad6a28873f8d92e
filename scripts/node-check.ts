/**
 * The first lines of every Node bundle: is this Node new enough? They are plain ES5, so that an old Node can still
 * parse and run them; the bundle below them is written in a syntax that Node 20 can read (`build.ts`, `target`).
 */
import type { BundleSpec } from './bundles.ts';

/**
 * Reads the lowest Node from an `engines.node` range.
 * @param range must be `>=MAJOR.MINOR` (a wider grammar would need a parser in every bundle); throws otherwise
 */
export function lowestNode(range: string): { major: number; minor: number } {
  const match = /^>=(\d+)\.(\d+)(?:\.0)?$/.exec(range);
  if (!match) throw new Error(`engines.node in package.json must look like ">=22.12", not "${range}"`);
  return { major: Number(match[1]), minor: Number(match[2]) };
}

/** @returns ES5 source that ends the process, or throws, when it runs on a Node below `range`. */
export function nodeCheck(bundle: BundleSpec, range: string): string {
  const { major, minor } = lowestNode(range);
  const text =
    `"Segue (${bundle.file}) needs Node.js ${major}.${minor} or newer, and this is Node.js " + process.versions.node + ` +
    `" (" + process.execPath + "). Install a newer one from your package manager or nodejs.org, or let a version manager choose it."`;
  const refuse =
    bundle.onOldNode === 'exit'
      ? `process.stderr.write(${text} + "\\n"); process.exit(1);`
      : `throw new Error(${text});`;
  return [
    '"use strict"; (function () {',
    'var v = process.versions.node.split(".");',
    `if (+v[0] > ${major} || (+v[0] === ${major} && +v[1] >= ${minor})) return;`,
    refuse,
    '})();',
  ].join(' ');
}
