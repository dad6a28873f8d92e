// Golden fixtures of the features: see `marks.ts` for what stands in them. `npm run golden` writes the answers anew.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { OtherFile } from '../../workflow/index.ts';
import { fileKindOf, OpenDocument } from '../features/open-document.ts';
import type { Workspace } from '../features/workspace.ts';
import { asked } from './asked.ts';
import { marksIn, withAnswer } from './marks.ts';

const folder = fileURLToPath(new URL('../../test/fixtures/features/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const features = new Set(Object.keys(asked));
const isWritten = process.env['SEGUE_GOLDEN'] === 'write';

describe('feature fixtures', () => {
  it.each(files)('%s', (name) => checkFixture(`${folder}${name}`));

  it('ask every feature', () => {
    const shown = files.flatMap((name) => marksIn(readFileSync(`${folder}${name}`, 'utf8'), features));
    expect([...features].filter((feature) => !shown.some((mark) => mark.feature === feature))).toEqual([]);
  });
});

function checkFixture(path: string): void {
  const text = readFileSync(path, 'utf8');
  const document = opened(path, text);
  const workspace = workspaceOf(document);
  const lines = text.split('\n');
  for (const { line, range, feature, argument } of marksIn(text, features)) {
    const answer = asked[feature]?.(document, range, argument, workspace) ?? '';
    lines[line] = withAnswer(lines[line] ?? '', answer.replaceAll('\n', '⏎').trimEnd());
  }
  const answered = lines.join('\n');
  if (isWritten) writeFileSync(path, answered);
  else expect(answered).toBe(text);
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
    ...(hasConfig && { config: { uri: pathToFileURL(beside).href, text: readFileSync(beside, 'utf8') } }),
  });
}

function otherFile(place: string): OtherFile {
  return existsSync(place) ? { text: readFileSync(place, 'utf8') } : { problem: 'missing' };
}
