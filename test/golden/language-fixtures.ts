// Golden fixtures: YAML files with what is wrong in them written below it, as comments, so that each opens in any editor.
//     agent: wrtier
//     #      ^^^^^^ error unknown-agent: There is no agent `wrtier`: did you mean `writer`? => writer
// `^^^` stands below the range; `#<<` counts the `#` too, for ranges at the first column; `#|` is a single place there;
// `# @12:9-20` names a line and columns of a text in which no comment can stand. `=>` is what the first fix writes; `(gone)`: it takes something out.
// Workflows that fixtures call stand in `called/`. A file with `NAME.config.yaml` beside it is checked with that configuration.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  checkConfig,
  checkWorkflow,
  type Diagnostic,
  lineMap,
  type OtherFile,
  positionAt,
} from '../../workflow/index.ts';

const folder = fileURLToPath(new URL('../fixtures/language/', import.meta.url));

/** The paths of all fixtures. */
export const languageFixtures = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => `${folder}${name}`);

/** Codes of agent files (`agent-files.test.ts`), and of texts too large for a fixture; `document.test.ts`, `test/bad-input` and the tests of expressions show them. */
export const shownElsewhere = [
  'file-too-large',
  'too-deep',
  'too-many-aliases',
  'expression-too-large',
  'more-findings',
  'too-many-calls',
  'agent-file',
  'not-an-agent',
];

/** @returns what is reported for a fixture now, and what its marks say, both as lines of text */
export function markedFixture(path: string): { readonly marks: readonly string[]; readonly found: readonly string[] } {
  const text = readFileSync(path, 'utf8');
  return { marks: marksIn(text), found: diagnosticsOf(path, text).map((finding) => describeDiagnostic(finding, text)) };
}

/** @returns the findings about a text in the place of a fixture */
export function diagnosticsOf(path: string, text: string): readonly Diagnostic[] {
  const file = basename(path);
  if (file.endsWith('.config.yaml')) return checkConfig(file, text).diagnostics;
  const beside = path.replace('.segue.yaml', '.config.yaml');
  const config = existsSync(beside) ? { config: { file: 'config.yaml', text: readFileSync(beside, 'utf8') } } : {};
  const files = { get: (named: string) => otherFile(`${folder}${named}`) };
  return checkWorkflow({ file, text, ...config, files }).diagnostics.filter((diagnostic) => diagnostic.file === file);
}

function otherFile(path: string): OtherFile {
  return existsSync(path) ? { text: readFileSync(path, 'utf8') } : { problem: 'missing' };
}

/** `line:from-to severity code: message => fix`, all counted from 1; a range over several lines ends with its first. */
function describeDiagnostic({ range, severity, code, message, fixes }: Diagnostic, text: string): string {
  const lines = lineMap(text);
  const start = positionAt(lines, range.start);
  const end = positionAt(lines, range.end);
  const lineText = text.split('\n')[start.line] ?? '';
  const width = Math.max(1, (end.line === start.line ? end.column : lineText.length) - start.column);
  const fix = fixes?.[0] ? ` => ${fixes[0].edits.map(({ newText }) => written(newText)).join(' … ')}` : '';
  return `${start.line + 1}:${start.column + 1}-${start.column + 1 + width} ${severity} ${code}: ${message}${fix}`;
}

/** What an edit writes, in one line. */
function written(newText: string): string {
  return newText === '' ? '(gone)' : newText.replaceAll('\n', '\\n');
}

function marksIn(text: string): readonly string[] {
  let marked = 0;
  const marks = text.split('\n').flatMap((line, index) => {
    const far = /^# @(\d+):(\d+)-(\d+) (.*)$/.exec(line);
    if (far) return [{ line: Number(far[1]), from: Number(far[2]), to: Number(far[3]), rest: far[4] ?? '' }];
    const near = /^\s*#\s*(?:(\^+)|(<*)\|?) ((?:error|warning|information|hint) [a-z-]+: .*)$/.exec(line);
    if (!near) {
      if (line !== '') marked = index + 1;
      return [];
    }
    const from = near[1] === undefined ? 1 : line.indexOf('^') + 1;
    const length = near[1]?.length ?? (near[2]?.length ?? 0) + 1;
    return [{ line: marked, from, to: from + length, rest: near[3] ?? '' }];
  });
  const sorted = marks.toSorted((a, b) => a.line - b.line || a.from - b.from || a.to - b.to);
  return sorted.map((mark) => `${mark.line}:${mark.from}-${mark.to} ${mark.rest}`);
}
