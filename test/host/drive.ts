/** What a UI drive (a vitest file in `test/ui`) starts from: the shared browser and the shared editor. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { beforeEach, inject, onTestFailed } from 'vitest';
import { type Addresses, addressesAt, settingsFile } from './server.ts';
import type { Workbench } from './workbench.ts';

/** Connects to the shared browser. Close the connection in `afterAll`; the browser itself goes on. */
export function connectBrowser(): Promise<Browser> {
  return chromium.connect(inject('browserEndpoint'));
}

/** The shared editor server: every workspace trusted, the packed extension installed. */
export function sharedEditor(): Addresses {
  return addressesAt(inject('editorAuthority'));
}

/** @returns a new folder on the shared stage: a copy of `source`, or empty */
export function newWorkspace(source?: string): string {
  const folder = mkdtempSync(join(inject('stageFolder'), 'ws-'));
  if (source) cpSync(source, folder, { recursive: true });
  return folder;
}

/** Sets the colour theme of the shared editor by its id, for all its windows; none: as it was. */
export function setTheme(id?: string): void {
  const file = settingsFile(join(inject('stageFolder'), 'server'));
  const { 'workbench.colorTheme': _, ...settings }: Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...settings, ...(id !== undefined && { 'workbench.colorTheme': id }) }));
}

/** To be called at the start of a test: when it fails, what is seen is kept as `test/screenshots/failed-NAME.png`. */
export function keepPictureOfFailure(window: Workbench, name: string): void {
  onTestFailed(async () => {
    await window.screenshot(`failed-${name}`);
  });
}

/**
 * Makes the tests of a file the steps of one drive: after a failed one the others are skipped, and what is seen then is
 * kept as `test/screenshots/failed-NAME-STEP-WINDOW.png`.
 */
export function stepsOfOneDrive(name: string, windows: () => readonly (Workbench | undefined)[]): void {
  let step = 0;
  let failed = false;
  beforeEach(({ skip }) => {
    step++;
    if (failed) skip('an earlier step failed');
    onTestFailed(async () => {
      failed = true;
      for (const [at, window] of windows().entries()) await window?.screenshot(`failed-${name}-${step}-${at + 1}`);
    });
  });
}
