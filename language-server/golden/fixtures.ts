// The fixtures of the features: each text with the answers that the features give now. See `marks.ts` for what stands in them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openModelBook } from '../../models/index.ts';
import type { OtherFile } from '../../workflow/index.ts';
import { fileKindOf, OpenDocument } from '../features/open-document.ts';
import type { Workspace } from '../features/workspace.ts';
import { asked } from './asked.ts';
import { marksIn, withAnswer } from './marks.ts';

const folder = fileURLToPath(new URL('../../test/fixtures/features/', import.meta.url));

/** The paths of all fixtures. */
export const fixtures = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => `${folder}${name}`);

/** What a server would have listed. */
const nearby = [
  'flows/summary.segue.yaml',
  'tools/shop.ts',
  'tools/shop.d.ts',
  '../notes.txt',
  '../other.segue.yaml',
].map((name) => join(folder, name).replaceAll('\\', '/'));
const models = await openModelBook();

/** The names of all features that can be asked. */
export const features: ReadonlySet<string> = new Set(Object.keys(asked));

/** @returns a fixture as it stands, and with the answers that the features give now */
export function answeredFixture(path: string): { readonly text: string; readonly answered: string } {
  const text = readFileSync(path, 'utf8');
  const document = opened(path, text);
  const workspace = workspaceOf(document);
  void document.checked; // As a moment after it was opened.
  const lines = text.split('\n');
  for (const { line, range, feature, argument } of marksIn(text, features)) {
    const answer = asked[feature]?.(document, range, argument, workspace) ?? '';
    lines[line] = withAnswer(lines[line] ?? '', answer.replaceAll('\n', '⏎').trimEnd());
  }
  return { text, answered: lines.join('\n') };
}

/** The folders of the files that fixtures name. */
const besides = ['called', 'agents'];

function workspaceOf(document: OpenDocument): Workspace {
  const others = besides.flatMap((name) => readdirSync(`${folder}${name}`).map((file) => `${folder}${name}/${file}`));
  const documents = [document, ...others.map((path) => opened(path, readFileSync(path, 'utf8')))];
  return { documents: () => documents };
}

function opened(path: string, text: string): OpenDocument {
  const uri = pathToFileURL(path).href;
  const beside = path.replace('.segue.yaml', '.config.yaml');
  const hasConfig = beside !== path && existsSync(beside);
  return new OpenDocument({
    uri,
    version: 1,
    kind: path.endsWith('.config.yaml') ? 'config' : (fileKindOf(uri, 'segue') ?? 'workflow'),
    text,
    files: { get: (named) => otherFile(named) },
    models: () => models,
    nearby: () => nearby,
    ...(hasConfig && { config: { uri: pathToFileURL(beside).href, text: readFileSync(beside, 'utf8') } }),
  });
}

function otherFile(place: string): OtherFile {
  return existsSync(place) ? { text: readFileSync(place, 'utf8') } : { problem: 'missing' };
}
