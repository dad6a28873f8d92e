/**
 * Packs what `build.ts` made into `segue-VERSION.vsix`, and looks at what is inside: no sources, no source maps, no
 * tests, and less than 5 MB. What travels is the list `files` in package.json.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createVSIX, listFiles } from '@vscode/vsce';

const mostBytes = 5_000_000;
const root = join(import.meta.dirname, '..');
const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const packagePath = join(root, `segue-${version}.vsix`);

const files = await listFiles({ cwd: root });
const strays = files.filter((file) => /\.(ts|map|db|log)$|^(test|scripts|node_modules|\.)/.test(file));
if (strays.length > 0) throw new Error(`these files must not travel: ${strays.join(', ')}`);
await createVSIX({ cwd: root, packagePath, dependencies: false, allowMissingRepository: true });
const bytes = statSync(packagePath).size;
process.stdout.write(`${packagePath}: ${files.length} files, ${(bytes / 1e6).toFixed(2)} MB\n`);
if (bytes >= mostBytes) throw new Error(`the package has ${bytes} bytes and must stay below ${mostBytes}`);
