// The run panel in a browser, as people use it: what it shows, where the keyboard leads, what it sends.
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { PanelOptions, PanelPage } from './panel-page.ts';
import type { RecordedRun } from './record-builder.ts';
import {
  failedRun,
  finishedRun,
  hostileRun,
  large,
  liveRun,
  nextWords,
  printingRun,
  questions,
  talkingRun,
  thirdParagraphEnds,
  waitingRun,
  wideRun,
} from './records.ts';
import { panelSuite, row, selectedRow } from './suite.ts';

const suite = panelSuite();
let panel: PanelPage;

async function open(run?: RecordedRun, options?: PanelOptions): Promise<Page> {
  panel = await suite.open(run, options);
  return panel.page;
}

describe('at the start', () => {
  it('says which run it showed before the reload, and nothing else', async () => {
    await open(undefined, { saved: { runId: 'run-1', selected: 'facts', split: 30 } });
    expect(await panel.sent('ready')).toEqual([{ type: 'ready', runId: 'run-1' }]);
    expect(await panel.page.getByText('Waiting for the first event…').isVisible()).toBe(true);
  });

  it('takes up nothing from a state of another version', async () => {
    await open(undefined, { saved: { runId: 7, toggled: 'x', split: 'wide' } });
    expect(await panel.sent('ready')).toEqual([{ type: 'ready' }]);
    expect(await panel.page.getByText('No run is shown.').isVisible()).toBe(true);
  });

  it('comes back to the row, the tab and the width chosen before', async () => {
    const page = await open(finishedRun());
    await row(page, /^estimate/).click();
    await page.getByRole('tab', { name: 'Messages' }).click();
    await page.getByRole('separator').press('ArrowLeft');
    const saved = await panel.state();
    await page.close();
    const again = await open(finishedRun(), { saved });
    expect(await selectedRow(again)).toMatch(/^estimate/);
    expect(await again.getByRole('tab', { selected: true }).textContent()).toContain('Messages');
    expect(await again.getByRole('separator').getAttribute('aria-valuenow')).toBe('40');
  });

  it('forgets what was chosen when another run is shown', async () => {
    const page = await open(finishedRun());
    await row(page, /^estimate/).click();
    await panel.show(failedRun());
    await expect.poll(() => selectedRow(page)).toMatch(/^Overview/);
  });
});

describe('a live run', () => {
  it('follows the task that runs and shows its words as they come', async () => {
    const page = await open(liveRun(Date.now()));
    expect(await selectedRow(page)).toMatch(/^\[2\] In 2023/);
    const text = page.locator('.text.live');
    expect(await text.textContent()).toContain('known as the seasonal');
    const { runId } = liveRun(0);
    for (const word of nextWords.split(/(?<= )/)) {
      await panel.tell({
        type: 'batch',
        runId,
        messages: [{ type: 'progress', progress: { type: 'text', call: 'paragraphs[2]/turn[1]#1', text: word } }],
      });
    }
    await expect.poll(() => text.textContent()).toContain('in a field study of 2022.');
    await panel.tell({ type: 'batch', ...thirdParagraphEnds(Date.now(), eventsOf(liveRun(0))) });
    await expect.poll(() => selectedRow(page)).toMatch(/^\[3\] Noise limits/);
    expect(await row(page, /^\[2\]/).textContent()).toContain('Completed');
  });

  it('shows what a tool prints, on its task and on its call', async () => {
    const page = await open(printingRun(Date.now()));
    const text = page.locator('.text.live');
    expect(await text.textContent()).toContain('Saved 1 of 3');
    const progress = { type: 'text', call: 'save/call#1', text: 'Saved 2 of 3\n' } as const;
    await panel.tell({ type: 'batch', runId: 'run-prints', messages: [{ type: 'progress', progress }] });
    await expect.poll(() => text.textContent()).toContain('Saved 2 of 3');
    await row(page, /save_all/).click();
    expect(await text.textContent()).toContain('Saved 2 of 3');
  });

  it('keeps the end of a growing text in view until the reader scrolls up', async () => {
    const page = await open(liveRun(Date.now()), { height: 420 });
    const pane = page.locator('.details');
    const say = async (lines: number) => {
      const text = 'One more line.\n'.repeat(lines);
      const progress = { type: 'text', call: 'paragraphs[2]/turn[1]#1', text } as const;
      await panel.tell({ type: 'batch', runId: liveRun(0).runId, messages: [{ type: 'progress', progress }] });
    };
    const toEnd = () =>
      pane.evaluate((element) => Math.round(element.scrollHeight - element.scrollTop - element.clientHeight));
    await say(20);
    await say(20);
    await expect.poll(() => pane.evaluate((element) => element.scrollTop)).toBeGreaterThan(200);
    await expect.poll(toEnd).toBeLessThan(2);
    await pane.evaluate((element) => element.scrollTo(0, 100));
    await say(5);
    await expect.poll(toEnd).toBeGreaterThan(200);
    expect(await pane.evaluate((element) => element.scrollTop)).toBe(100);
  });

  it('stays with a row once it was chosen, and follows again on request', async () => {
    const page = await open(liveRun(Date.now()));
    await row(page, /^facts/).click();
    await panel.tell({ type: 'batch', ...thirdParagraphEnds(Date.now(), eventsOf(liveRun(0))) });
    await row(page, /^\[2\].*Completed/).waitFor();
    expect(await selectedRow(page)).toMatch(/^facts/);
    await page.getByRole('button', { name: 'Follow the running task' }).click();
    await expect.poll(() => selectedRow(page)).toMatch(/^\[3\]/);
  });

  it('shows what is still to come, and the time going on', async () => {
    const page = await open(liveRun(Date.now() - 5000));
    expect(await row(page, /^brief agent · editor ?, Pending/).count()).toBe(1);
    const time = page.locator('.figures dd').first();
    const before = await time.textContent();
    await expect.poll(() => time.textContent(), { timeout: 5000 }).not.toBe(before);
  });

  it('sends the commands of its buttons', async () => {
    const page = await open(liveRun(Date.now()));
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: /Copy the run id/ }).click();
    expect(await panel.sent('cancel')).toHaveLength(1);
    expect(await panel.sent('copy')).toEqual([{ type: 'copy', text: liveRun(0).runId }]);
  });

  it('says when the engine is away, and when it refuses', async () => {
    const page = await open(liveRun(Date.now()));
    await panel.tell({ type: 'connection', problem: 'The engine does not answer. Trying again…' });
    await page.getByText('The engine does not answer.').waitFor();
    await panel.tell({ type: 'connection' });
    await page.getByText('The engine does not answer.').waitFor({ state: 'detached' });
    await panel.tell({
      type: 'refused',
      message: 'There is no key for anthropic.',
      remedy: 'Set it.',
      code: 'missing_key',
    });
    await page.getByRole('alert').getByRole('button', { name: 'Set Key…' }).click();
    expect(await panel.sent('set-key')).toHaveLength(1);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('tells a screen reader what changes, not what had happened before', async () => {
    const page = await open(liveRun(Date.now()));
    const said = page.locator('[aria-live=polite]');
    expect(await said.textContent()).toBe('');
    const question = {
      type: 'question-asked',
      id: 'approve:question',
      task: 'approve',
      question: questions.options,
    } as const;
    await panel.tell({
      type: 'batch',
      runId: liveRun(0).runId,
      messages: [{ type: 'event', event: { ...question, seq: eventsOf(liveRun(0)) + 1, at: Date.now() } }],
    });
    await expect.poll(() => said.textContent(), { timeout: 6000 }).toContain('Question: Four paragraphs are ready.');
  });
});

describe('the tree, by keyboard', () => {
  it('moves, opens, closes and reveals as a tree view does', async () => {
    const page = await open(finishedRun());
    const tree = page.getByRole('tree');
    const press = async (...keys: string[]) => {
      for (const key of keys) await tree.press(key);
      return selectedRow(page);
    };
    expect(await press('Home')).toMatch(/^Overview/);
    expect(await press('ArrowDown', 'ArrowDown')).toMatch(/^paragraphs/);
    expect(await press('ArrowRight')).toMatch(/^\[0\]/);
    expect(await press('ArrowLeft')).toMatch(/^paragraphs/);
    await press('ArrowLeft');
    expect(await row(page, /^paragraphs/).getAttribute('aria-expanded')).toBe('false');
    expect(await press('ArrowDown')).toMatch(/^estimate/);
    expect(await press('End')).toMatch(/^write_file/);
    expect(await press('ArrowLeft')).toMatch(/^save/);
    expect(await press('b')).toMatch(/^brief/);
    expect(await press('Home', 'e', 's')).toMatch(/^estimate/);
    await press('Enter');
    expect(await panel.sent('reveal')).toMatchObject([{ range: { file: 'research.segue.yaml', startLine: 36 } }]);
    const active = await tree.getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${active}"]`).getAttribute('aria-selected')).toBe('true');
    await press('Home', '*');
    expect(await page.locator('[role=treeitem][aria-expanded=false]').count()).toBe(4);
  });

  it('leads through the tabs, and back with Escape', async () => {
    const page = await open(finishedRun());
    await row(page, /^estimate/).click();
    await page.getByRole('tab', { name: 'Output' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('tab', { selected: true }).textContent()).toContain('Messages');
    await page.keyboard.press('End');
    expect(await page.getByRole('tab', { selected: true }).textContent()).toContain('JSON');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('tree');
  });

  it('keeps thousands of rows at hand, with few of them in the page', async () => {
    const page = await open(wideRun(3000, Date.now()));
    const tree = page.getByRole('tree');
    await tree.press('End');
    await expect.poll(() => selectedRow(page)).toMatch(/^\[2999\]/);
    expect(await page.locator('[role=treeitem][aria-selected=true]').getAttribute('aria-setsize')).toBe('3000');
    expect(await page.getByRole('treeitem').count()).toBeLessThan(100);
  });
});

describe('questions', () => {
  const answers = () => panel.sent('answer');

  it('sends the option that was pressed, once', async () => {
    const page = await open(waitingRun(Date.now(), questions.options));
    await page.getByRole('button', { name: 'Rework first' }).click();
    await page.getByText('sending your answer').waitFor();
    await page.getByRole('button', { name: 'Publish' }).click({ force: true });
    expect(await answers()).toEqual([{ type: 'answer', question: 'approve:question', answer: 'Rework first' }]);
  });

  it('lets people answer again when the engine refused', async () => {
    const page = await open(waitingRun(Date.now(), questions.options));
    await page.getByRole('button', { name: 'Publish' }).click();
    await panel.tell({ type: 'refused', message: 'This run waits for something else.' });
    await page.getByText('This run waits for something else.').waitFor();
    await page.getByRole('button', { name: 'Drop it' }).click();
    expect((await answers()).map(({ answer }) => answer)).toEqual(['Publish', 'Drop it']);
  });

  it('reads a form, and says what is wrong before it sends', async () => {
    const page = await open(waitingRun(Date.now()));
    await page.getByRole('button', { name: 'Answer', exact: true }).click();
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe('tk-dropdown');
    await page.getByRole('button', { name: 'Send Answer' }).click();
    expect(await page.locator('.problem').allTextContents()).toEqual(['Please fill this in.', 'Please fill this in.']);
    await page.getByRole('combobox').click();
    await page.getByRole('option', { name: 'publish' }).click();
    await page.getByRole('textbox', { name: /^Audience/ }).fill('House owners');
    await page.getByRole('textbox', { name: /^Pages/ }).fill('7');
    await page.getByRole('button', { name: 'Send Answer' }).click();
    expect(await page.locator('.problem').allTextContents()).toEqual(['The most is 4.']);
    await page.getByRole('textbox', { name: /^Pages/ }).fill('3');
    await page.getByRole('checkbox').click();
    await page.getByRole('textbox', { name: /^Remarks/ }).fill('Short,\nplease.');
    await page.keyboard.press('Control+Enter');
    expect((await answers()).map(({ answer }) => answer)).toEqual([
      { decision: 'publish', audience: 'House owners', pages: 3, sources: false, remarks: 'Short,\nplease.' },
    ]);
  });

  it.each([
    ['Allow once', 'allow'],
    ['Allow for this run', 'allow_all'],
    ['Deny', 'deny'],
  ])('a tool asks: %s', async (name, answer) => {
    const page = await open(waitingRun(Date.now(), questions.approve));
    expect(await page.locator('.question-card').textContent()).toContain('out/brief.md');
    await page.getByRole('button', { name }).click();
    expect((await answers()).map((sent) => sent.answer)).toEqual([answer]);
  });

  it.each([
    ['Repeat', '', 'repeat'],
    ['Fail', '', 'fail'],
    ['It was done', '', 'done'],
    ['It was done', '{"id": 7}', { answer: 'done', output: { id: 7 } }],
  ])('a call was lost: %s %s', async (name, output, answer) => {
    const page = await open(waitingRun(Date.now(), questions.lost));
    if (output) await page.getByRole('textbox', { name: /^Result of the call/ }).fill(output);
    await page.getByRole('button', { name, exact: true }).click();
    expect((await answers()).map((sent) => sent.answer)).toEqual([answer]);
  });
});

describe('details', () => {
  it('show the conversation of an agent with its tools', async () => {
    const page = await open(finishedRun());
    await row(page, /^estimate/).click();
    await page.getByRole('tab', { name: 'Messages' }).click();
    expect(await page.locator('.message h3').allInnerTexts()).toEqual(['Prompt', 'Model', 'Tool result', 'Model']);
    expect(await page.locator('.tool-call').textContent()).toContain('20000 * 0.11');
  });

  it('show what failed with what helps', async () => {
    const page = await open(failedRun());
    expect(await page.locator('.failure').first().textContent()).toContain('missing_key');
    await page.locator('.failure').getByRole('button', { name: 'Set Key…' }).click();
    await page.locator('.header').getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Run Again' }).click();
    expect([
      ...(await panel.sent('set-key')),
      ...(await panel.sent('resume')),
      ...(await panel.sent('run-again')),
    ]).toHaveLength(3);
    expect(await page.locator('.figures').textContent()).toContain('unknown');
  });

  it('show outputs and the costs, by model, agent and task', async () => {
    const page = await open(finishedRun());
    const firstCells = () => page.locator('.costs tbody th').allTextContents();
    expect(await firstCells()).toEqual(['openai/gpt-5-mini', 'anthropic/claude-sonnet-4-5']);
    await page.getByRole('button', { name: 'Agent' }).click();
    expect(await firstCells()).toEqual(['researcher', 'analyst', 'writer', 'editor']);
    expect(await page.locator('.costs tfoot').textContent()).toContain('$0.0233');
    await page.getByRole('button', { name: 'Copy', exact: true }).first().click();
    expect((await panel.sent('copy'))[0]?.text).toContain('# Heat pumps in old houses');
    await page.getByRole('button', { name: 'Open in Editor' }).first().click();
    expect(await panel.sent('open-text')).toMatchObject([{ language: 'markdown' }]);
  });

  it('show who said what to whom, who has read it, and the shared values with what they were before', async () => {
    const page = await open(talkingRun());
    const cells = await page.locator('.messages tbody tr').allInnerTexts();
    expect(cells.map((cell) => cell.replace(/\s+/g, ' ').trim())).toEqual([
      '1 reporter editor 8 The tide on Saturday will be the highest in nine years: the harbour road floods at noon. read by editor',
      '2 reporter all 5 {"words":420} not read',
    ]);
    const board = page.getByRole('heading', { name: 'board.tide, version 2 by reporter' });
    expect(await board.isVisible()).toBe(true);
    await page.getByText('Earlier versions of board.tide').click();
    expect(await page.getByText('Harbour road floods', { exact: true }).isVisible()).toBe(true);
    const other = await open(finishedRun());
    expect(await other.locator('.messages').count()).toBe(0);
  });

  it('load a large value in parts', async () => {
    const page = await open(finishedRun());
    const half = Math.floor(large.text.length / 2);
    const part = (offset: number, text: string) =>
      panel.tell({ type: 'value', hash: large.hash, text, total: large.text.length, offset });
    await page.getByRole('button', { name: /^Load all/ }).click();
    await part(0, large.text.slice(0, half));
    await page.getByRole('button', { name: /^Load more/ }).click();
    await part(half, large.text.slice(half));
    await page.getByRole('button', { name: /^Load/ }).waitFor({ state: 'detached' });
    expect((await panel.sent('load-value')).map(({ offset }) => offset)).toEqual([0, half]);
    expect(await page.getByRole('button', { name: /characters hidden/ }).count()).toBe(1);
  });

  it('let nothing that a model says become anything but text', async () => {
    const page = await open(hostileRun(Date.now()));
    await row(page, /^talk/).click();
    for (const tab of ['Output', 'Messages', 'Input', 'Details', 'JSON'])
      await page.getByRole('tab', { name: tab }).click();
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
    expect(await page.locator('segue-run-panel :is(img, script, style, iframe, a)').count()).toBe(0);
    await page.getByRole('tab', { name: 'Messages' }).click();
    const shown = await page.locator('.message .text').first().textContent();
    expect(shown).toContain('⟨U+202E⟩gnp.exe');
    expect(shown).toContain('>red ⟨');
    expect(shown?.length).toBeLessThan(21_000);
  });
});

function eventsOf({ messages }: RecordedRun): number {
  return messages.filter((message) => message.type === 'event').length;
}
