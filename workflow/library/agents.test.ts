import { describe, expect, it } from 'vitest';
import { checkAgent, checkWorkflow, libraryAgents, libraryText, type OtherFile, type OtherFiles } from '../index.ts';
import { libraryFile } from './agents.ts';

const taken = (name: string, files?: OtherFiles) =>
  checkWorkflow({
    file: 'a.segue.yaml',
    text: `segue: "1"\nagents: { ${name}: { extends: ${name}, model: mock/a } }\ntasks: { t: { agent: ${name}, with: { prompt: p } } }\n`,
    ...(files && { files }),
  });

describe('the agents that come with Segue', () => {
  it.each(libraryAgents)('%s needs no more than a model', (name) => {
    const text = libraryText(name) ?? '';
    expect(checkAgent({ file: `${name}.agent.yaml`, text }).diagnostics.map(({ code }) => code)).toEqual([
      'missing-key',
    ]);
    expect(checkAgent({ file: `${name}.agent.yaml`, text: `${text}model: mock/a\n` }).diagnostics).toEqual([]);
    const { diagnostics, workflow, library } = taken(name);
    expect(diagnostics).toEqual([]);
    expect([...library]).toEqual([[libraryFile(name), text]]);
    const [agent] = workflow.agents;
    expect(agent?.description).toMatch(/^.{20,120}\.$/);
    expect(agent?.capabilities.length).toBeGreaterThan(0);
    expect(agent?.instructions?.kind).toBe('literal');
  });

  it('stand behind those in files', () => {
    const files = new Map<string, OtherFile>([
      ['agents/summary.agent.yaml', { problem: 'missing' }],
      ['.segue/agents/summary.agent.yaml', { text: 'model: mock/b\ndescription: Mine.\n' }],
    ]);
    const { workflow, library } = taken('summary', files);
    expect(workflow.agents[0]).toMatchObject({ model: 'mock/a', description: 'Mine.' });
    expect(library.size).toBe(0);
  });

  it('say nothing while it is not known whether there is a nearer one', () => {
    const { diagnostics, wanted, library } = taken('summary', new Map());
    expect([diagnostics, wanted, library.size]).toEqual([[], ['agents/summary.agent.yaml'], 0]);
  });

  it('are as they were when the run began, where somebody has kept that', () => {
    const kept = new Map([[libraryFile('summary'), { text: 'description: As it was.\n' }]]);
    const files = { get: (path: string) => kept.get(path) ?? ({ problem: 'missing' } as const) };
    expect(taken('summary', files).workflow.agents[0]?.description).toBe('As it was.');
  });

  it('may be extended by the file of an agent of the same name', () => {
    const files = { get: () => ({ problem: 'missing' }) as const };
    const text = 'extends: summary\nmodel: mock/a\n';
    expect(checkAgent({ file: 'agents/summary.agent.yaml', text, files }).diagnostics).toEqual([]);
  });
});
