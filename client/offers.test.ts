import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addGrant, grantsFile, readGrants, removeGrant } from './grants.ts';
import { offersFromEnvironment } from './offers.ts';
import { readOtherSource, readSources } from './sources.ts';
import { engineEnvironment } from './start-engine.ts';

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segue-test-'));
  env = { XDG_CONFIG_HOME: folder, APPDATA: folder };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('grants are kept for the user, by secret, and taken away', async () => {
  expect(await readGrants(env)).toEqual({});
  await addGrant('OPENAI_API_KEY', 'http://localhost:8080/v1/', env);
  await addGrant('OPENAI_API_KEY', 'https://proxy.example', env);
  await addGrant('OTHER', 'https://proxy.example', env);
  expect(await readGrants(env)).toEqual({
    OPENAI_API_KEY: ['http://localhost:8080', 'https://proxy.example'],
    OTHER: ['https://proxy.example'],
  });
  expect(statSync(grantsFile(env)).mode & 0o077).toBe(0);
  await removeGrant('OPENAI_API_KEY', 'https://proxy.example', env);
  await removeGrant('OTHER', undefined, env);
  expect(await readGrants(env)).toEqual({ OPENAI_API_KEY: ['http://localhost:8080'] });
});

test('a damaged file of grants grants nothing and says so', async () => {
  await addGrant('A', 'https://a.example', env);
  writeFileSync(grantsFile(env), '{"A": "https://a.example"}');
  await expect(readGrants(env)).rejects.toMatchObject({ failure: { code: 'grants_unreadable' } });
});

test('a terminal offers keys by name, with their grants, and its own base URLs', () => {
  const terminal = {
    OPENAI_API_KEY: 'sk-one',
    MY_KEY: 'two',
    ANTHROPIC_API_KEY: '',
    OPENAI_BASE_URL: 'http://localhost:1',
    OTHER: 'x',
  };
  expect(offersFromEnvironment(terminal, ['MY_KEY', 'ABSENT'], { MY_KEY: ['https://a.example'] })).toEqual({
    offer: {
      secrets: [
        { name: 'OPENAI_API_KEY', value: 'sk-one', grantedOrigins: ['http://localhost:1'] },
        { name: 'MY_KEY', value: 'two', grantedOrigins: ['https://a.example'] },
      ],
    },
    baseUrls: { openai: 'http://localhost:1' },
  });
});

test('sources are the workflow and the config, by paths relative to the workspace', async () => {
  writeFileSync(join(folder, 'x.segue.yaml'), 'segue: "1"');
  expect((await readSources(join(folder, 'x.segue.yaml'), folder)).sources).toEqual({ 'x.segue.yaml': 'segue: "1"' });
  await expect(readSources(join(folder, 'none.yaml'), folder)).rejects.toMatchObject({
    failure: { code: 'file_not_found' },
  });
  await expect(readSources(join(folder, 'x.segue.yaml'), join(folder, 'a'))).rejects.toMatchObject({
    failure: { code: 'file_outside_workspace' },
  });
  writeFileSync(join(folder, 'big.yaml'), 'x'.repeat(1024 * 1024 + 1));
  await expect(readSources(join(folder, 'big.yaml'), folder)).rejects.toMatchObject({
    failure: { code: 'file_too_large' },
  });
});

test('an engine inherits what a program needs to live, and nothing else', () => {
  const whole = { PATH: '/bin', HOME: '/me', OPENAI_API_KEY: 'sk', NODE_OPTIONS: '--inspect', VSCODE_PID: '1' };
  expect(engineEnvironment(whole, false)).toEqual({ PATH: '/bin', HOME: '/me' });
  expect(engineEnvironment(whole, true)).toEqual({ PATH: '/bin', HOME: '/me', ELECTRON_RUN_AS_NODE: '1' });
});

test('the files that a workflow names are read with it, unless they lead out of the workspace', async () => {
  const workspace = join(folder, 'workspace');
  mkdirSync(join(workspace, 'flows'), { recursive: true });
  writeFileSync(join(workspace, 'flows', 'a.segue.yaml'), 'a');
  writeFileSync(join(workspace, 'b.segue.yaml'), 'b');
  writeFileSync(join(folder, 'secret.segue.yaml'), 'outside');
  symlinkSync(join(folder, 'secret.segue.yaml'), join(workspace, 'link.segue.yaml'));
  writeFileSync(join(workspace, 'binary.segue.yaml'), Buffer.from([0xff, 0x00]));
  const others = ['../b.segue.yaml', '../link.segue.yaml', '../../secret.segue.yaml', './none.segue.yaml'];
  const { sources } = await readSources(join(workspace, 'flows', 'a.segue.yaml'), workspace, others);
  expect(sources).toEqual({ 'flows/a.segue.yaml': 'a', 'b.segue.yaml': 'b' });
  const problemOf = (path: string) => readOtherSource(workspace, path);
  expect(await problemOf('link.segue.yaml')).toEqual({ problem: 'outside' });
  expect(await problemOf('../secret.segue.yaml')).toEqual({ problem: 'outside' });
  expect(await problemOf('flows')).toEqual({ problem: 'unreadable' });
  expect(await problemOf('binary.segue.yaml')).toEqual({ problem: 'not-text' });
  expect(await problemOf('none.segue.yaml')).toEqual({ problem: 'missing' });
});
