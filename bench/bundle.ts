// Measures run as the product does: bundled, without type stripping, whose compiler alone would weigh on every RSS.
import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles one measure into a folder. @returns the program's path */
export async function bundleMeasure(name: string, folder: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, 'measures', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    // CommonJS packages inside an ES module ask for `require`.
    banner: {
      js: "import { createRequire as bundledRequire } from 'node:module'; const require = bundledRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outfile;
}
