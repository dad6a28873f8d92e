/** Starts a real VS Code as a server (code-server) for a browser to open. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Host } from './install.ts';
import type { Stage } from './stage.ts';

export interface ServerOptions {
  /** Distinguishes servers on one stage: folder of its user data and extensions. The same name finds the same data. */
  readonly name?: string;
  /** Extension package to install before the start. */
  readonly vsix?: string;
  /** Folder of an extension to use in place of an installed package: `package.json` and what its `main` names. */
  readonly extensionFolder?: string;
  /** Every workspace counts as trusted (default), or a window opens in Restricted Mode until trust is given. */
  readonly trust?: 'given' | 'asked';
  /** Needed for tests inside the extension host; it also suppresses notification toasts, so UI drives leave it off. */
  readonly smokeDriver?: boolean;
  /** User settings on top of those that keep the window quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** More environment for the server, its extension hosts and its terminals. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Addresses {
  /** `host:port` */
  readonly authority: string;
  /** Address of a window. @param folder absolute path; none: an empty window. @param payload options of the workbench */
  windowUrl(folder?: string, payload?: readonly (readonly [string, string])[]): string;
  /** Names a file of this machine the way the workbench does. */
  remoteUri(path: string): string;
}

export interface Server extends Addresses {
  /** What the server printed so far. */
  log(): string;
  stop(): Promise<void>;
}

const quietSettings = {
  // Otherwise the chat side bar opens and takes the focus.
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  // A picture taken right after a step shows the end of it.
  'workbench.reduceMotion': 'on',
  // Drawn as text, a terminal can be read by a test.
  'terminal.integrated.gpuAcceleration': 'off',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'remote.autoForwardPorts': false,
  'security.workspace.trust.banner': 'never',
};

export async function startServer(stage: Stage, host: Host, options: ServerOptions = {}): Promise<Server> {
  const args = prepare(stage, host, options);
  // No gallery: it can not be reached from a test, and must not be.
  const env = stage.env({ EXTENSIONS_GALLERY: '{}', ...options.env });
  if (options.vsix)
    await promisify(execFile)(process.execPath, [...args, '--install-extension', options.vsix], { env });
  const child = stage.start(process.execPath, args, { env });
  let log = '';
  const listening = new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      log += chunk.toString();
      const found = /HTTP server listening on http:\/\/([\d.]+:\d+)/.exec(log)?.[1];
      if (found) resolve(found);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`code-server ended with ${code} before it listened:\n${log}`)));
  });
  const authority = await listening;
  return { ...addressesAt(authority), log: () => log, stop: () => stage.end(child) };
}

/** The addresses of a server that runs at `authority` (`host:port`). */
export function addressesAt(authority: string): Addresses {
  return {
    authority,
    windowUrl: (folder, payload = []) => {
      const query = new URLSearchParams(folder ? { folder } : { ew: 'true' });
      if (payload.length > 0) query.set('payload', JSON.stringify(payload));
      return `http://${authority}/?${query}`;
    },
    remoteUri: (path) => `vscode-remote://${authority}${path}`,
  };
}

/** The user settings of a server. @param base folder of the server on its stage */
export function settingsFile(base: string): string {
  return join(base, 'd', 'User', 'settings.json');
}

/** Writes settings and configuration. @returns the arguments of code-server */
function prepare(stage: Stage, host: Host, options: ServerOptions): string[] {
  const base = stage.path(options.name ?? 'server');
  const [data, extensions, config] = [join(base, 'd'), join(base, 'x'), join(base, 'config.yaml')];
  mkdirSync(dirname(settingsFile(base)), { recursive: true });
  mkdirSync(extensions, { recursive: true });
  writeFileSync(config, 'auth: none\n');
  if (options.extensionFolder) linkExtension(extensions, options.extensionFolder);
  const asked = options.trust === 'asked';
  const settings = { ...quietSettings, 'security.workspace.trust.enabled': asked, ...options.settings };
  writeFileSync(settingsFile(base), JSON.stringify(settings));
  const args = [host.codeServer, '--auth', 'none', '--bind-addr', '127.0.0.1:0', '--config', config];
  args.push('--user-data-dir', data, '--extensions-dir', extensions);
  args.push('--disable-telemetry', '--disable-update-check', '--disable-getting-started-override');
  // By default an extension host outlives its page by three hours.
  args.push('--reconnection-grace-time', '5');
  if (!asked) args.push('--disable-workspace-trust');
  if (options.smokeDriver) args.push('--vscode-option', 'enable-smoke-test-driver');
  return args;
}

/** A server that finds no list of installed extensions makes one from the folders it sees. */
function linkExtension(extensions: string, folder: string): void {
  const { publisher, name, version }: Record<string, string> = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  symlinkSync(folder, join(extensions, `${publisher}.${name}-${version}`), 'junction');
}
