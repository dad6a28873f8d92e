// The stage of the host tests leaves nothing behind, not even a process that was detached with an environment of its own.
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Stage } from '../host/stage.ts';

const detachOne = `
  const { spawn } = require('node:child_process');
  const env = { HOME: process.env.HOME };
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore', env });
  child.unref();
  console.log(child.pid);
  setInterval(() => {}, 1000);
`;

test.runIf(process.platform === 'linux')(
  'closing a stage ends detached grandchildren and removes the folder',
  async () => {
    const stage = new Stage('t');
    const child = stage.start(process.execPath, ['-e', detachOne]);
    const pid = await new Promise<number>((resolve) => child.stdout?.once('data', (text) => resolve(Number(text))));
    const swept = await stage.close();
    expect(swept.map((survivor) => survivor.pid)).toEqual([pid]);
    // Who is killed takes a moment to be gone.
    await expect.poll(() => stage.survivors()).toEqual([]);
    expect(existsSync(stage.folder)).toBe(false);
  },
);

test('what plays on a stage gets no keys and nothing of an outer editor', () => {
  const stage = new Stage('t');
  process.env['OPENAI_API_KEY'] = 'canary';
  process.env['VSCODE_IPC_HOOK_CLI'] = 'canary';
  try {
    expect(Object.values(stage.env())).not.toContain('canary');
  } finally {
    delete process.env['OPENAI_API_KEY'];
    delete process.env['VSCODE_IPC_HOOK_CLI'];
    stage.closeNow();
  }
});
