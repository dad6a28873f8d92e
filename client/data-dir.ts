// Which data folder a workflow file belongs to, so that every client of a file meets at the same engine.
import { createHash } from 'node:crypto';
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** Where the runs of a file are kept. */
export interface DataDir {
  /** The data folder, absolute, with links resolved. It may not exist yet. */
  readonly dataDir: string;
  /** The workspace folder: holds `.segue`; what tools may read, and what recorded paths are relative to. */
  readonly workspace: string;
  /** Something the user should know: runs are kept elsewhere, and why. */
  readonly notice?: string;
}

export interface Surroundings {
  /** The open workspace folder that holds the file (the editor knows it). */
  readonly workspace?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Finds the data folder of a workflow file: `data` in the nearest `.segue` at or above it; else a new `.segue` in the
 * workspace folder (the editor's, in its terminals `SEGUE_WORKSPACE`), else in the current folder if that holds the
 * file, else beside the file. On a read-only or network disk: the user's state folder, and a notice.
 */
export function findDataDir(file: string, around: Surroundings = {}): DataDir {
  const env = around.env ?? process.env;
  const real = realPath(resolve(around.cwd ?? process.cwd(), file));
  return dataDirOf(nearestSegue(dirname(real)) ?? newSegueParent(real, around, env), env);
}

/** Finds the data folder of a folder: for commands that name no file, such as `segue runs`. */
export function findDataDirOfFolder(folder: string, around: Surroundings = {}): DataDir {
  const env = around.env ?? process.env;
  const real = realPath(resolve(folder));
  const workspaces = workspacesOf(around, env).filter((one) => isInside(one, real));
  return dataDirOf(nearestSegue(real) ?? workspaces[0] ?? real, env);
}

function newSegueParent(file: string, around: Surroundings, env: NodeJS.ProcessEnv): string {
  const candidates = [...workspacesOf(around, env), realPath(around.cwd ?? process.cwd())];
  return candidates.find((folder) => isInside(folder, file)) ?? dirname(file);
}

/** Several folders may be open: the editor names them all in `SEGUE_WORKSPACE`, separated as in `PATH`. */
function workspacesOf(around: Surroundings, env: NodeJS.ProcessEnv): string[] {
  const named = around.workspace === undefined ? (env['SEGUE_WORKSPACE'] ?? '').split(delimiter) : [around.workspace];
  return named.filter((folder) => folder !== '' && isAbsolute(folder)).map(realPath);
}

function nearestSegue(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (statSync(join(folder, '.segue'), { throwIfNoEntry: false })?.isDirectory()) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

function dataDirOf(workspace: string, env: NodeJS.ProcessEnv): DataDir {
  const inside = join(workspace, '.segue', 'data');
  const why = whyNotIn(workspace, inside);
  if (why === undefined) return { dataDir: realPath(inside), workspace };
  const name = createHash('sha256').update(workspace).digest('hex').slice(0, 16);
  const dataDir = join(stateFolder(env), 'segue', name);
  return {
    dataDir: realPath(dataDir),
    workspace,
    notice: `Runs of ${workspace} are kept in ${dataDir}, because ${why}.`,
  };
}

function whyNotIn(workspace: string, dataDir: string): string | undefined {
  const network = networkFileSystem(workspace);
  if (network) return `that folder is on a network disk (${network}), where the record is not safe`;
  const existing = [dataDir, dirname(dataDir), workspace].find((path) => statSync(path, { throwIfNoEntry: false }));
  if (existing !== undefined && !statSync(existing).isDirectory())
    return `${existing} is a file, and a folder must stand there`;
  return existing !== undefined && isWritable(existing) ? undefined : 'that folder is read-only';
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    // EROFS, EACCES, EPERM: whatever the reason, nothing can be kept there.
    return false;
  }
}

const networkTypes = new Set([
  'nfs',
  'nfs4',
  'cifs',
  'smb3',
  'smbfs',
  '9p',
  'afs',
  'ceph',
  'fuse.sshfs',
  'fuse.rclone',
]);

/** The type of the network file system that holds a folder. Known on Linux and for UNC paths. */
function networkFileSystem(folder: string): string | undefined {
  if (process.platform === 'win32') return folder.startsWith('\\\\') ? 'UNC path' : undefined;
  if (process.platform !== 'linux') return undefined;
  const type = fileSystemOf(folder, readFileSync('/proc/self/mounts', 'utf8'));
  return networkTypes.has(type) ? type : undefined;
}

/** The type of the file system that holds a folder. @param mounts the text of `/proc/self/mounts` (fstab(5)) */
export function fileSystemOf(folder: string, mounts: string): string {
  let best = { place: '', type: '' };
  for (const line of mounts.split('\n')) {
    const [, written = '', type = ''] = line.split(' ');
    const place = written.replace(/\\(\d{3})/g, octal);
    // Of mounts at one place the last one counts.
    if (place !== '' && isInside(place, folder) && place.length >= best.place.length) best = { place, type };
  }
  return best.type;
}

function octal(_: string, digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 8));
}

function stateFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  return env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
}

/** Whether `path` is `folder` or lies in it. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The real path of what exists of a path, with the rest added: two ways to a folder give one name. */
export function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    // A link that leads to itself is as good as none.
    const { code } = error as NodeJS.ErrnoException;
    if ((code !== 'ENOENT' && code !== 'ELOOP') || dirname(path) === path) throw error;
    return join(realPath(dirname(path)), path.slice(dirname(path).length));
  }
}
