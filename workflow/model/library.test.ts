import { describe, expect, it } from 'vitest';
import { checkWorkflow, filesOf, locateTask, type OtherFile, planOf } from '../index.ts';

function check(files: { readonly [path: string]: string }, file = 'a.segue.yaml') {
  const known = new Map<string, OtherFile>(Object.entries(files).map(([path, text]) => [path, { text }]));
  return checkWorkflow({ file, text: files[file] ?? '', files: known });
}

function calls(...paths: readonly string[]): string {
  const tasks = paths.map((path, index) => `  t${index}: { workflow: ${path} }\n`).join('');
  return `segue: "1"\nname: calls\ntasks:\n${tasks || '  none: { type: set, values: { a: 1 } }\n'}`;
}

const codes = (files: { readonly [path: string]: string }): readonly string[] =>
  check(files).diagnostics.map(({ code, file, range }) => `${file}:${range.start} ${code}`);

describe('calls of other files', () => {
  it('are wanted file by file, and nothing is said of one that is not known', () => {
    const first = check({ 'a.segue.yaml': calls('./b.segue.yaml', './x/c.segue.yaml') });
    expect([first.wanted, first.diagnostics]).toEqual([['b.segue.yaml', 'x/c.segue.yaml'], []]);
    const second = check({
      'a.segue.yaml': calls('./b.segue.yaml', './x/c.segue.yaml'),
      'b.segue.yaml': calls(),
      'x/c.segue.yaml': calls('../b.segue.yaml', './d.segue.yaml'),
    });
    expect([second.wanted, second.files]).toEqual([
      ['x/d.segue.yaml'],
      ['b.segue.yaml', 'x/c.segue.yaml', 'x/d.segue.yaml'],
    ]);
  });

  it('never read a file of another name', () => {
    expect(check({ 'a.segue.yaml': calls('./.env', './b.yaml', '/etc/b.segue.yaml') }).wanted).toEqual([]);
  });

  it('read each file once, however often it is called', () => {
    const { workflow } = check({
      'a.segue.yaml': calls('./b.segue.yaml', './c.segue.yaml'),
      'b.segue.yaml': calls('./c.segue.yaml'),
      'c.segue.yaml': calls(),
    });
    expect(filesOf(workflow).map(({ file }) => file)).toEqual(['a.segue.yaml', 'b.segue.yaml', 'c.segue.yaml']);
    expect(locateTask(workflow, 't0/t0/none')?.files.map(({ path }) => path)).toEqual([
      't0/t0/none',
      't0/none',
      'none',
    ]);
    expect(locateTask(workflow, 't0/none')).toBeUndefined();
  });

  it('put what is wrong where it stands, and say so at the call', () => {
    const files = {
      'a.segue.yaml': calls('./b.segue.yaml'),
      'b.segue.yaml': 'segue: "1"\nname: b\ntasks: { t: { tool: nothing } }\n',
    };
    expect(codes(files)).toEqual(['a.segue.yaml:48 called-file', 'b.segue.yaml:39 unknown-tool']);
  });

  it('look at what a mock says for a task of the called file', () => {
    const agent = 'agents: { a: { model: mock/a, output_schema: { type: object, required: [score] } } }\n';
    const files = (reply: string) => ({
      'a.segue.yaml': `${calls('./b.segue.yaml')}mock: [{ task: t0/judge, reply: ${reply} }]\n`,
      'b.segue.yaml': `segue: "1"\n${agent}tasks: { judge: { agent: a, with: { prompt: p } } }\n`,
    });
    expect(codes(files('{ score: 1 }'))).toEqual([]);
    expect(codes(files('{ points: 1 }'))).toEqual(['a.segue.yaml:97 mock-mismatch']);
  });

  it('find a circle from each file on it', () => {
    const files = {
      'a.segue.yaml': calls('./b.segue.yaml'),
      'b.segue.yaml': calls('./c.segue.yaml'),
      'c.segue.yaml': calls('./a.segue.yaml'),
    };
    const found = check(files).diagnostics;
    expect(found.map(({ code, file }) => [code, file])).toEqual([
      ['call-cycle', 'a.segue.yaml'],
      ['call-cycle', 'b.segue.yaml'],
      ['call-cycle', 'c.segue.yaml'],
    ]);
    expect(found[0]?.message).toContain('a.segue.yaml → b.segue.yaml → c.segue.yaml → a.segue.yaml');
  });

  it('go 10 deep, and no deeper', () => {
    const chain = (length: number) =>
      Object.fromEntries(
        Array.from({ length }, (_, index) => [
          index === 0 ? 'a.segue.yaml' : `f${index}.segue.yaml`,
          index === length - 1 ? calls() : calls(`./f${index + 1}.segue.yaml`),
        ]),
      );
    expect(codes(chain(10))).toEqual([]);
    expect(codes(chain(11))).toEqual(['a.segue.yaml:48 too-many-calls']);
    expect(codes(chain(200)).length).toBeGreaterThan(1);
  });

  it('may not bring more tasks than a run can show, and that is seen without writing them out', () => {
    const tenfold = (path: string) => calls(...Array.from({ length: 10 }, () => path));
    const files: { [path: string]: string } = { 'a.segue.yaml': tenfold('./f1.segue.yaml'), 'f8.segue.yaml': calls() };
    for (let level = 1; level < 8; level += 1) files[`f${level}.segue.yaml`] = tenfold(`./f${level + 1}.segue.yaml`);
    expect(codes(files)[0]).toBe('a.segue.yaml:48 too-many-calls');
  });

  it('are a part of the plan, with the places of their own file', () => {
    const files = { 'a.segue.yaml': calls('./b.segue.yaml'), 'b.segue.yaml': `# first\n${calls()}` };
    const [task] = planOf(check(files).workflow, files['a.segue.yaml']).tasks;
    expect(task).toMatchObject({ path: 't0', range: { file: 'a.segue.yaml', startLine: 3 } });
    expect(task?.children).toMatchObject([{ path: 't0/none', range: { file: 'b.segue.yaml', startLine: 4 } }]);
  });
});
