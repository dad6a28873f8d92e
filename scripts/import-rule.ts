/** The import table as a lint rule (an oxlint plugin): every import, export-from, `import()` and `import('…')` type. */
import { isBuiltin } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { type ImportTarget, whyForbidden } from './import-table.ts';

/** The part of oxlint's ESLint-like plugin interface that is used here. */
interface Context {
  readonly physicalFilename: string;
  readonly cwd: string;
  report(problem: { message: string; node: Node }): void;
}
interface Node {
  readonly type: string;
  readonly importKind?: string | null;
  readonly exportKind?: string | null;
  readonly specifiers?: readonly { readonly importKind?: string | null; readonly exportKind?: string | null }[];
  readonly source?: Literal | null;
  readonly argument?: Literal;
}
interface Literal extends Node {
  readonly value?: unknown;
}

const importTable = {
  create(context: Context) {
    const check = (node: Node) => checkImport(context, node);
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};

export default { meta: { name: 'segue' }, rules: { 'import-table': importTable } };

function checkImport(context: Context, node: Node): void {
  const specifier = (node.source ?? node.argument)?.value;
  if (typeof specifier !== 'string') return;
  const file = context.physicalFilename;
  const from = repositoryPath(context.cwd, file);
  const why = whyForbidden(from, targetOf(context.cwd, file, specifier, isTypeOnly(node)));
  if (why) context.report({ message: `${why} ("${specifier}"); see scripts/import-table.ts`, node });
}

function targetOf(root: string, file: string, specifier: string, typeOnly: boolean): ImportTarget {
  if (specifier.startsWith('.')) {
    return { kind: 'file', path: repositoryPath(root, join(dirname(file), specifier)), typeOnly };
  }
  if (isBuiltin(specifier)) return { kind: 'builtin' };
  const segments = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1);
  return { kind: 'package', name: segments.join('/') };
}

function repositoryPath(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type') return true;
  const named = node.specifiers ?? [];
  return named.length > 0 && named.every((one) => one.importKind === 'type' || one.exportKind === 'type');
}
