/**
 * Two fences, checked on what was really built (run after `build.ts`): only the extension's bundle asks for
 * `vscode`, and the webview's knows no module of Node. Prints every breach with the file that imports it; exits 1.
 */
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { type BundleSpec, bundles } from './bundles.ts';

const root = join(import.meta.dirname, '..');
const breaches = bundles.flatMap((bundle) => breachesOf(bundle, readMetafile(bundle)));
for (const breach of breaches) process.stderr.write(`${breach}\n`);
process.stdout.write(`check-bundles: ${bundles.length} bundles, ${breaches.length} breaches\n`);
process.exitCode = breaches.length > 0 ? 1 : 0;

function readMetafile(bundle: BundleSpec): Metafile {
  return JSON.parse(readFileSync(join(root, '.cache', 'build', `${bundle.file}.meta.json`), 'utf8'));
}

function breachesOf(bundle: BundleSpec, metafile: Metafile): string[] {
  const allowed = new Set([...(bundle.external ?? []), ...bundles.map(({ file }) => `./${file}`)]);
  return Object.entries(metafile.inputs).flatMap(([file, input]) =>
    input.imports
      .filter((imported) => imported.external && !allowed.has(imported.path))
      .filter((imported) => bundle.platform === 'browser' || !isBuiltin(imported.path))
      .map((imported) => `${bundle.file}: ${file} imports "${imported.path}", which this bundle must not know`),
  );
}
