// The peers: libraries with their own package.json, installed when they are first measured.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from './rows.ts';
import { freeMb } from './machine.ts';

export const peersFolder = join(import.meta.dirname, 'peers');
const neededMb = 600;
const deadlineMs = 300_000;
const packagesOf: readonly [Engine, readonly string[]][] = [
  ['langgraph', ['@langchain/langgraph', '@langchain/langgraph-checkpoint-sqlite', 'better-sqlite3']],
  ['mastra', ['@mastra/core', '@mastra/libsql', 'zod']],
  ['yaml-language-server', ['yaml-language-server']],
];

export interface Peers {
  readonly installed: ReadonlySet<Engine>;
  /** What to say below the table. */
  readonly notes: readonly string[];
}

/** Installs what is missing. Never throws: a peer that is not there is called so in the table. */
export function installPeers(): Peers {
  if (present().size === packagesOf.length) return { installed: present(), notes: [] };
  if (freeMb(peersFolder) < neededMb) {
    return {
      installed: present(),
      notes: [`Peers are not installed: that needs ${neededMb} MB, ${freeMb(peersFolder)} are free.`],
    };
  }
  process.stderr.write(`Installing the peers into ${peersFolder} …\n`);
  const npm = spawnSync('npm', ['install', '--no-package-lock', '--no-fund', '--no-audit'], {
    cwd: peersFolder,
    encoding: 'utf8',
    timeout: deadlineMs,
    shell: process.platform === 'win32',
  });
  if (npm.status === 0) return { installed: present(), notes: [] };
  const why = npm.error?.message ?? npm.stderr.split('\n').find((line) => line.startsWith('npm error')) ?? 'unknown';
  return { installed: present(), notes: [`Peers could not be installed: ${why}`] };
}

function present(): Set<Engine> {
  const isThere = (name: string): boolean => existsSync(join(peersFolder, 'node_modules', name, 'package.json'));
  return new Set(packagesOf.flatMap(([engine, packages]) => (packages.every(isThere) ? [engine] : [])));
}
