// The grammar that colours files before the server is up: expressions in every style of YAML, and no colour that leaks.
// It is tried on a stand-in for YAML's own grammar, and on that of a real VS Code where one is installed.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';

/** As much of vscode-textmate and vscode-oniguruma as is used here. */
interface Grammar {
  tokenizeLine(line: string, state: unknown): { readonly tokens: readonly Token[]; readonly ruleStack: unknown };
}
interface Token {
  readonly startIndex: number;
  readonly endIndex: number;
  readonly scopes: readonly string[];
}
interface Textmate {
  readonly INITIAL: unknown;
  readonly Registry: new (options: unknown) => { loadGrammar(scope: string): Promise<Grammar | null> };
  parseRawGrammar(text: string, file: string): unknown;
}
interface Oniguruma {
  readonly OnigScanner: new (sources: readonly string[]) => unknown;
  readonly OnigString: new (text: string) => unknown;
  loadWASM(bytes: Uint8Array): Promise<void>;
}

const root = join(import.meta.dirname, '../..');
const host = process.env['SEGUE_HOST_CACHE'] ?? join(root, '.cache/host');
const installed = join(host, 'node_modules/code-server/lib/vscode/extensions/yaml/syntaxes');
const standIn = (scope: string) => (scope === 'source.yaml' ? join(import.meta.dirname, 'yaml-stand-in.json') : '');
const real = (scope: string) =>
  join(installed, `${scope.replace('source.', '').replace(/\.(1\.\d|embedded)$/, '-$1')}.tmLanguage.json`);

const require = createRequire(import.meta.url);
/** False in a checkout that has not seen `npm ci` since these packages came. */
const isInstalled = existsSync(join(root, 'node_modules/vscode-textmate'));
let textmate: Textmate;
let oniguruma: Oniguruma;

beforeAll(async () => {
  if (!isInstalled) return;
  textmate = require('vscode-textmate');
  oniguruma = require('vscode-oniguruma');
  await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
});

describe.each([
  ['a stand-in', standIn, isInstalled],
  ['VS Code', real, isInstalled && existsSync(installed)],
])('with the YAML grammar of %s', (_, fileOf, isThere) => {
  let grammar: Grammar;

  beforeAll(async () => {
    if (!isThere) return;
    const registry = new textmate.Registry({
      onigLib: Promise.resolve({
        createOnigScanner: (sources: readonly string[]) => new oniguruma.OnigScanner(sources),
        createOnigString: (text: string) => new oniguruma.OnigString(text),
      }),
      loadGrammar: (scope: string) => {
        const file = scope === 'source.segue' ? join(root, 'syntaxes/segue.tmLanguage.json') : fileOf(scope);
        return Promise.resolve(existsSync(file) ? textmate.parseRawGrammar(readFileSync(file, 'utf8'), file) : null);
      },
    });
    const loaded = await registry.loadGrammar('source.segue');
    if (!loaded) throw new Error('no grammar');
    grammar = loaded;
  });

  /** Of each line what our grammar says of it: texts with the last word of their scope, joined. */
  function coloured(text: string): readonly string[] {
    let state: unknown = textmate.INITIAL;
    return text.split('\n').map((line) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
      state = ruleStack;
      return tokens
        .map(({ startIndex, endIndex, scopes }) => ({
          text: line.slice(startIndex, endIndex).trim(),
          scope: scopes.findLast((scope) => scope.endsWith('.segue') && scope !== 'source.segue'),
        }))
        .filter(({ text: written, scope }) => written !== '' && scope !== undefined && !scope.startsWith('meta.'))
        .map(({ text: written, scope }) => `${written} ${short[scope ?? ''] ?? scope}`)
        .join(', ');
    });
  }

  test.skipIf(!isThere).each([
    ['plain', 'a: b ${{ inputs.n + 1 }} c', ['${{ open, inputs root, . dot, n field, + op, 1 number, }} close']],
    [
      'whole',
      "a: ${{ size(x) in ['q'] }}",
      ["${{ open, size call, x name, in word, ' single, q single, ' single, }} close"],
    ],
    [
      'double',
      String.raw`a: "b ${'${{'} env.A + \"}}\" }} \n"`,
      ['${{ open, env root, . dot, A field, + op, \\" double, }} double, \\" double, }} close'],
    ],
    ['single', "a: 'b ${{ x == ''}}'' }} c'", ["${{ open, x name, == op, '' single, }} single, '' single, }} close"]],
    [
      'literal',
      'a: |\n  b ${{ xs.map(x, x) }}\n  c\nd: e',
      ['', '${{ open, xs name, . dot, map macro, x name, , dot, x name, }} close', '', ''],
    ],
    ['over lines', 'a: |\n  ${{ x +\n    1 }} y\nd: e', ['', '${{ open, x name, + op', '1 number, }} close', '']],
    ['escaped', 'a: $${{ x }} ${{ true }}', ['$${{ escape, ${{ open, true constant, }} close']],
    ['two on a line', 'a: "${{ x }}${{ y }}"', ['${{ open, x name, }} close, ${{ open, y name, }} close']],
    ['in brackets', 'a: { b: "${{ x }}", c: d }', ['${{ open, x name, }} close']],
    [
      'a condition',
      'when: tasks.a.output == "x" && !y # not this',
      ['tasks root, . dot, a field, . dot, output field, == op, " double, x double, " double, && op, ! op, y name'],
    ],
    ['a condition in quotes', 'until: "round > 2"\nb: c', ['round name, > op, 2 number', '']],
    [
      'a condition in brackets',
      'a:\n  - { when: f(a, [b, c]), to: [d] }',
      ['', 'f call, ( bracket, a name, , dot, [ bracket, b name, , dot, c name, ] bracket, ) bracket'],
    ],
    ['a word that only looks like one', 'prompt: say when: x is', ['']],
    ['a comment', '# ${{ x }}\na: b # ${{ y }}', ['', '']],
  ])('%s', (__, text, expected) => {
    expect(coloured(text)).toEqual(expected);
  });

  test.skipIf(!isThere).each([
    ['plain', 'a: ${{ inputs.x\nb: c\nd: 1'],
    ['plain, going on', 'a: ${{ inputs.x +\n\nb: c\nd: 1'],
    ['double', 'a: "${{ inputs.x"\nb: c\nd: 1'],
    ['double, in a string', String.raw`a: "${'${{'} \"x"` + '\nb: c\nd: 1'],
    ['single', "a: '${{ ''x'\nb: c\nd: 1"],
    ['literal', 'a: |\n  ${{ inputs.x\n  text\nb: c'],
    ['literal, going on', 'a: |\n  ${{ inputs.x +\n\n  text\nb: c'],
    ['a condition', 'when: f(a, [b\nb: c'],
    ['a condition in a string', "when: x == 'a\nb: c"],
  ])('nothing leaks from what has no end: %s', (__, text) => {
    const [first, second, ...rest] = coloured(text);
    const begin = text.startsWith('a: |') ? second : first;
    expect(begin).not.toBe('');
    expect([...(text.startsWith('a: |') ? [] : [second]), ...rest].filter((line) => line !== '')).toEqual([]);
  });
});

const short: { readonly [scope: string]: string } = {
  'punctuation.section.embedded.begin.segue': 'open',
  'punctuation.section.embedded.end.segue': 'close',
  'punctuation.section.brackets.begin.segue': 'bracket',
  'punctuation.section.brackets.end.segue': 'bracket',
  'punctuation.separator.segue': 'dot',
  'variable.language.segue': 'root',
  'variable.other.segue': 'name',
  'variable.other.property.segue': 'field',
  'entity.name.function.segue': 'call',
  'support.function.macro.segue': 'macro',
  'constant.numeric.segue': 'number',
  'constant.language.segue': 'constant',
  'constant.character.escape.segue': 'escape',
  'keyword.operator.segue': 'op',
  'keyword.operator.word.segue': 'word',
  'string.quoted.single.segue': 'single',
  'string.quoted.double.segue': 'double',
};
