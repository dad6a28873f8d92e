/**
 * The language server in an editor that is not ours: a real Neovim without a screen, set up word for word as
 * docs/editor.md says, with a person's keys. `.ci/run` sees to it that there is one (SEGUE_NEOVIM=required); elsewhere the
 * tests are skipped where there is none.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Stage } from '../host/stage.ts';
import { Neovim, neovimVersion } from './neovim.ts';

const cure = 'On Debian and Ubuntu: apt-get install neovim; elsewhere see neovim.io. It must be on the PATH.';
const version = neovimVersion();
const trip = `segue: "1"
name: trip
inputs:
  town: { type: string }
agents:
  guide: { model: mock/small }
  writer: { instructions: You write about 🏔️ towns., model: openai/gpt-5-mini }
tasks:
  idea:
    agent: wrtier
    with: { prompt: "An idea for \${{ inputs.town }}." }
  plan:
    workflow: ./plan.segue.yaml
    with: { idea: "\${{ tasks.idea.output }}" }
outputs:
  plan: \${{ tasks.plan.output.text }}
`;
const plan = `segue: "1"
name: plan
inputs:
  idea: { type: string }
agents:
  planner: { model: mock/small }
tasks:
  text: { agent: planner, with: { prompt: "\${{ inputs.idea }}" } }
outputs:
  text: \${{ tasks.text.output }}
`;
const offered = "vim.tbl_map(function(i) return i.word end, vim.fn.complete_info({ 'items' }).items)";
/** Place (from 0) and sender of each error. */
const errors =
  'vim.tbl_map(function(d) return { d.lnum, d.col, d.source } end, vim.diagnostic.get(0, { severity = 1 }))';
/** All lines of a file that is loaded. */
const lines = (file: string) => `vim.api.nvim_buf_get_lines(vim.fn.bufnr('${file}'), 0, -1, true)`;
/** What stands in floating windows. */
const floating = `vim.tbl_map(function(w) return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(w), 0, -1, true), ' ') end,
  vim.tbl_filter(function(w) return vim.api.nvim_win_get_config(w).relative ~= '' end, vim.api.nvim_list_wins()))`;

if (version === undefined && process.env['SEGUE_NEOVIM'] !== 'required') {
  process.stdout.write(`The language server was not tried in Neovim, for there is none. ${cure}\n`);
}

test.runIf(process.env['SEGUE_NEOVIM'] === 'required')('Neovim is there', () => {
  expect(version, `There is no Neovim. ${cure}`).toBeDefined();
});

describe.skipIf(version === undefined)('in Neovim', () => {
  const stage = new Stage('nvim');
  const folder = stage.path('w');
  let neovim: Neovim;

  beforeAll(() => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'trip.segue.yaml'), trip);
    writeFileSync(join(folder, 'plan.segue.yaml'), plan);
    neovim = new Neovim(stage, { version: version ?? '', folder, file: 'trip.segue.yaml' });
  });
  afterAll(async () => {
    await stage.close();
  });

  test('an unknown agent is a diagnostic at its place', async () => {
    await neovim.until(errors, [[9, 11, 'segue']]);
    expect(await neovim.lua('vim.diagnostic.get(0, { severity = 1 })[1].message')).toContain('wrtier');
  });

  test('completion offers the agents, and taking one mends the file', async () => {
    await neovim.type('10GfwDa<C-x><C-o>');
    await neovim.until(offered, ['guide', 'writer']);
    await neovim.type('<C-n><C-y><Esc>');
    await neovim.until('vim.fn.getline(10)', '    agent: writer');
    await neovim.until(errors, []);
  });

  test('hover tells what a model costs, right of signs that are wider than one unit', async () => {
    await neovim.type('7Gf/K');
    await neovim.until(`#(${floating})`, 1);
    expect(await neovim.lua(floating)).toEqual([expect.stringMatching(/openai\/gpt-5-mini.*\$\d/)]);
    await neovim.type('h');
    await neovim.until(`#(${floating})`, 0);
  });

  test('rename changes a declaration and every use, in the other file too, and undo takes it back', async () => {
    await neovim.type(':w<CR>14G0f{w:lua vim.lsp.buf.rename("hint")<CR>');
    await neovim.until('vim.fn.getline(14)', '    with: { hint: "${{ tasks.idea.output }}" }');
    await neovim.until(
      lines('plan.segue.yaml'),
      plan
        .replaceAll(/\bidea\b/g, 'hint')
        .split('\n')
        .slice(0, -1),
    );
    await neovim.type('u:b plan.segue.yaml<CR>u');
    await neovim.until(lines('plan.segue.yaml'), plan.split('\n').slice(0, -1));
    await neovim.until(lines('trip.segue.yaml'), trip.replace('wrtier', 'writer').split('\n').slice(0, -1));
  });

  test('when the editor is left, so is the server', async () => {
    await neovim.type(':qa!<CR>');
    expect(await neovim.ended).toBe(0);
    await expect.poll(() => stage.survivors()).toEqual([]);
  });
});
