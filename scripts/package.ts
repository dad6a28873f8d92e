/**
 * Packs what `build.ts` made into `segue-VERSION.vsix`. What travels is listed in `.vscodeignore`; it is first copied
 * to a folder of its own, because vsce would otherwise walk through every cache of the checkout. Fails when sources,
 * source maps or tests are inside, or when the package has 5 MB or more.
 */
import { cpSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';

const mostBytes = 5_000_000;
const root = join(import.meta.dirname, '..');
const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const packagePath = join(root, `segue-${version}.vsix`);
const folder = join(root, '.cache/package');

const files = ['package.json', '.vscodeignore', ...listedFiles()];
// An example may bring a module of its own, in TypeScript.
const ours = files.filter((file) => !file.startsWith('examples/'));
const strays = [
  ...ours.filter((file) => file.endsWith('.ts')),
  ...files.filter((file) => /\.(map|db|log)$|^(test|scripts|node_modules)\//.test(file)),
];
if (strays.length > 0) throw new Error(`these files must not travel: ${strays.join(', ')}`);
rmSync(folder, { recursive: true, force: true });
for (const file of files) cpSync(join(root, file), join(folder, file));
for (const file of ['README.md', 'CHANGELOG.md']) dropRelativeLinks(join(folder, file));
await createVSIX({ cwd: folder, packagePath, dependencies: false, allowMissingRepository: true });
const bytes = statSync(packagePath).size;
process.stdout.write(`${packagePath}: ${files.length} files, ${(bytes / 1e6).toFixed(2)} MB\n`);
if (bytes >= mostBytes) throw new Error(`the package has ${bytes} bytes and must stay below ${mostBytes}`);

/** The editor shows these pages without the checkout around them: pictures go, links to files become plain words. */
function dropRelativeLinks(page: string): void {
  const text = readFileSync(page, 'utf8');
  const own = String.raw`\((?!https?:|mailto:|#)[^)]*\)`;
  const pictures = new RegExp(String.raw`!\[[^\]]*\]${own}\n*`, 'g');
  const links = new RegExp(String.raw`\[([^\]]*)\]${own}`, 'g');
  writeFileSync(page, text.replace(pictures, '').replace(links, '$1'));
}

/** The files that the exceptions (`!pattern`) of `.vscodeignore` let through. */
function listedFiles(): string[] {
  const lines = readFileSync(join(root, '.vscodeignore'), 'utf8').split('\n');
  const patterns = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  return globSync(patterns, { cwd: root, exclude: ['**/.segue/data/**', '**/.segue/tmp/**'] })
    .filter((file) => statSync(join(root, file)).isFile())
    .sort();
}
