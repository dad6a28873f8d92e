/**
 * Writes THIRD-PARTY-NOTICES.md: every package whose code or files travel in `dist/`, with its licence text.
 * Reads what esbuild recorded of the last build.
 *
 *   node scripts/notices.ts           write the file
 *   node scripts/notices.ts --check   fail if the file is not what would be written
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundles, copies } from './bundles.ts';

const root = join(import.meta.dirname, '..');
const target = join(root, 'THIRD-PARTY-NOTICES.md');

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

const text = notices([...travellingPackages()].sort());
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  process.stderr.write('notices: THIRD-PARTY-NOTICES.md is out of date; run `npm run notices`\n');
  process.exitCode = 1;
}

/** Folders of packages (relative to the repository) that are bundled or copied. */
function travellingPackages(): Set<string> {
  const folders = new Set(copies.map(({ from }) => packageFolder(`node_modules/${from}`)));
  for (const { file } of bundles) {
    const metafile: Metafile = JSON.parse(readFileSync(join(root, '.cache/build', `${file}.meta.json`), 'utf8'));
    for (const output of Object.values(metafile.outputs)) {
      for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
        if (bytesInOutput > 0 && input.includes('node_modules/')) folders.add(packageFolder(input));
      }
    }
  }
  return folders;
}

/** `node_modules/@a/b/lib/x.js` → `node_modules/@a/b`; the innermost package counts. */
function packageFolder(file: string): string {
  const start = file.lastIndexOf('node_modules/') + 'node_modules/'.length;
  const [scope = '', name = ''] = file.slice(start).split('/');
  return file.slice(0, start) + (scope.startsWith('@') ? `${scope}/${name}` : scope);
}

function notices(folders: readonly string[]): string {
  const head = '# Third-party notices\n\nSegue is built with the packages below. Made by `npm run notices`.\n';
  return `${head}${folders.map(notice).join('')}`;
}

function notice(folder: string): string {
  const manifest: Manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const file = readdirSync(join(root, folder)).find((name) => /^(licen[cs]e|copying)/i.test(name));
  const licence = file ? readFileSync(join(root, folder, file), 'utf8') : `(${manifest.license ?? 'no licence text'})`;
  const body = licence
    .replaceAll('\r\n', '\n')
    .replace(/[ \t]+$/gm, '')
    .trim();
  return `\n## ${manifest.name} ${manifest.version}\n\nLicence: ${manifest.license ?? 'see below'}\n\n\`\`\`\`text\n${body}\n\`\`\`\`\n`;
}
