// Names a process so that nobody can be taken for it later: a pid alone is used again.
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { LockRecord } from '../../run/index.ts';

/** Who and where a process is, as the lock file says it. */
export type ProcessIdentity = Pick<LockRecord, 'host' | 'boot' | 'pidNamespace' | 'pid' | 'pidStart'>;

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
  return {
    host: hostname(),
    boot: bootId(),
    pidNamespace: pidNamespace(),
    pid: process.pid,
    pidStart: startOf(process.pid) ?? '',
  };
}

/** Whether `other` lives where this process can see it: same boot of the same host, same pid namespace. */
export function isSamePlace(own: ProcessIdentity, other: ProcessIdentity): boolean {
  return own.host === other.host && own.boot === other.boot && own.pidNamespace === other.pidNamespace;
}

/** Whether the very process that wrote `other` still lives. Ask only when `isSamePlace`. */
export function isAlive(other: ProcessIdentity): boolean {
  const start = startOf(other.pid);
  return start !== undefined && (start === other.pidStart || other.pidStart === '' || start === '');
}

/** When a process started: undefined if there is none, empty if this system does not tell. */
function startOf(pid: number): string | undefined {
  if (process.platform === 'linux') return linuxStart(pid);
  if (!exists(pid)) return undefined;
  return process.platform === 'win32' ? windowsStart(pid) : posixStart(pid);
}

/** Field 22 of `/proc/PID/stat` (proc(5)): clock ticks since boot. A zombie has ended, even if nobody waited for it. */
function linuxStart(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  // The second field is the program's name in brackets and may hold anything, so count from its end.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return fields[19];
}

function posixStart(pid: number): string {
  return runProgram('ps', ['-o', 'lstart=', '-p', String(pid)]);
}

function windowsStart(pid: number): string {
  return runProgram('powershell.exe', ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`]);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but is another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Linux and macOS name each boot; elsewhere a process's start is an absolute time and needs no boot. */
function bootId(): string {
  if (process.platform === 'linux') return readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  if (process.platform === 'darwin') return runProgram('sysctl', ['-n', 'kern.bootsessionuuid']);
  return '';
}

function pidNamespace(): string {
  if (process.platform !== 'linux') return '';
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    // A kernel without namespaces: there is one, and it has no name.
    return '';
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No such process (or it went while we looked).
    return undefined;
  }
}

function runProgram(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', timeout: 5000, windowsHide: true }).trim();
  } catch {
    // The program is missing or the process went: "not known" is an answer that callers treat with care.
    return '';
  }
}
