/**
 * Who may import whom: the table of docs/architecture.md as data. `import-rule.ts` makes a lint rule of it and
 * `oxlint.config.ts` the globals each part may use. A part not named here may not be imported by any part.
 */
export interface Part {
  /** Folder, relative to the repository. The longest folder that holds a file is the file's part. */
  readonly folder: string;
  /** Folders whose code it may use. A folder stands for its sub-parts too (`engine` for `engine/core`, …). */
  readonly imports: readonly string[];
  /** Folders of which it may use types only. */
  readonly typesOf?: readonly string[];
  /** What it may take for granted: `pure` has neither clock, chance nor I/O; `node` and `browser` have their globals. */
  readonly world: 'pure' | 'node' | 'browser';
  /** May import `vscode`. */
  readonly vscode?: true;
  /** Files other parts may import: its front door (`index.ts` when left out), or any. */
  readonly doors?: readonly string[] | 'any';
  /** Each direct sub-folder is a part of its own, and they may not import each other. */
  readonly separateFolders?: true;
  /** npm packages it may use; left out: any that package.json declares. */
  readonly packages?: readonly string[];
}

export const parts: readonly Part[] = [
  { folder: 'schemas', imports: [], world: 'pure', packages: ['zod'], doors: 'any' },
  {
    folder: 'workflow',
    imports: ['schemas'],
    world: 'pure',
    doors: ['index.ts', 'model/model.ts', 'expressions/index.ts'],
  },
  { folder: 'figures', imports: [], world: 'pure', packages: [] },
  { folder: 'run', imports: ['figures'], world: 'pure', packages: [] },
  { folder: 'models', imports: [], world: 'pure' },
  { folder: 'engine/ports', imports: [], typesOf: ['run'], world: 'pure', packages: [] },
  { folder: 'engine/tasks', imports: ['workflow', 'run', 'engine/ports'], world: 'pure', doors: 'any' },
  { folder: 'engine/core', imports: ['workflow', 'run', 'engine/ports', 'engine/tasks'], world: 'pure', doors: 'any' },
  {
    folder: 'engine/adapters',
    imports: ['engine/ports', 'run', 'models'],
    world: 'node',
    separateFolders: true,
    doors: 'any',
  },
  { folder: 'engine/host', imports: ['engine', 'workflow', 'run', 'models'], world: 'node' },
  { folder: 'client', imports: ['run'], world: 'node' },
  { folder: 'testing', imports: ['workflow', 'run', 'models'], world: 'node' },
  { folder: 'generate', imports: ['workflow', 'run', 'models'], world: 'node' },
  { folder: 'language-server/protocol', imports: [], world: 'pure', packages: [] },
  { folder: 'language-server', imports: ['workflow', 'models', 'figures', 'language-server/protocol'], world: 'node' },
  { folder: 'debug-adapter', imports: ['run'], world: 'node' },
  {
    folder: 'extension',
    imports: ['run', 'client', 'debug-adapter'],
    typesOf: ['language-server/protocol'],
    world: 'node',
    vscode: true,
  },
  { folder: 'webview', imports: ['run'], typesOf: ['language-server/protocol'], world: 'browser' },
  { folder: 'cli', imports: ['workflow', 'run', 'models', 'client', 'testing', 'generate'], world: 'node' },
  { folder: 'api-server', imports: ['workflow', 'run', 'models', 'client', 'testing', 'generate'], world: 'node' },
];

/** @returns the part a file belongs to. @param file relative to the repository, with forward slashes */
export function partOf(file: string): Part | undefined {
  const holding = parts.filter((part) => isIn(file, part.folder));
  return holding.sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** @returns whether `path` is `folder` or lies in it. */
export function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/**
 * Judges one import.
 * @param from the importing file, relative to the repository, with forward slashes
 * @param target a file relative to the repository, or the name of a package
 * @returns why the table forbids it, or undefined when it does not
 */
export function whyForbidden(from: string, target: ImportTarget): string | undefined {
  const part = partOf(from);
  if (!part) return undefined;
  switch (target.kind) {
    case 'file':
      return whyFileForbidden(part, from, target);
    case 'builtin':
      return part.world === 'node' ? undefined : `${part.folder} is ${part.world}: it may not use modules of Node`;
    case 'package':
      return whyPackageForbidden(part, target.name);
  }
}

export type ImportTarget =
  | { readonly kind: 'file'; readonly path: string; readonly typeOnly: boolean }
  | { readonly kind: 'builtin' }
  | { readonly kind: 'package'; readonly name: string };

function whyFileForbidden(part: Part, from: string, target: { path: string; typeOnly: boolean }): string | undefined {
  const other = partOf(target.path);
  if (other === part) {
    const [mine, theirs] = [from, target.path].map((path) => subFolder(part, path));
    const strangers = part.separateFolders && mine !== undefined && theirs !== undefined && mine !== theirs;
    return strangers ? `${part.folder}/${mine} may not know ${part.folder}/${theirs}` : undefined;
  }
  if (target.path === 'package.json' && part.world !== 'pure') return undefined;
  if (!other) return `${part.folder} may not import ${target.path}, which belongs to no part of the product`;
  const doors = other.doors ?? ['index.ts'];
  if (doors !== 'any' && !doors.some((door) => target.path === `${other.folder}/${door}`)) {
    return `${target.path} is behind the front door of ${other.folder} (${doors.join(', ')})`;
  }
  if (part.imports.some((folder) => isIn(other.folder, folder))) return undefined;
  const typesOnly = part.typesOf?.some((folder) => isIn(other.folder, folder)) ?? false;
  if (typesOnly) return target.typeOnly ? undefined : `${part.folder} may import only types of ${other.folder}`;
  return `${part.folder} may not import ${other.folder}`;
}

function subFolder(part: Part, path: string): string | undefined {
  const [first, ...rest] = path.slice(part.folder.length + 1).split('/');
  return rest.length > 0 ? first : undefined;
}

function whyPackageForbidden(part: Part, name: string): string | undefined {
  if (name === 'vscode') return part.vscode ? undefined : `only the extension may import vscode, not ${part.folder}`;
  if (!part.packages || part.packages.includes(name)) return undefined;
  return `${part.folder} may use ${part.packages.join(', ') || 'no package'}, not ${name}`;
}
