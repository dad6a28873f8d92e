import { describe, expect, test } from 'vitest';
import { names } from './expression-fixtures.ts';
import {
  callAt,
  closest,
  completeExpression,
  hoverExpression,
  isReservedName,
  isValidId,
  referencesOf,
} from './index.ts';

describe('referencesOf', () => {
  /** Paths, each segment checked against the text it points at. */
  function paths(source: string): readonly string[] {
    return referencesOf(source).map(({ segments }) => {
      for (const { name, start, end } of segments) expect(source.slice(start, end)).toBe(name);
      return segments.map(({ name }) => name).join('.');
    });
  }

  test.each([
    ['tasks.gather.output.facts', ['tasks.gather.output.facts']],
    ['size(tasks.a.output) > inputs.n', ['tasks.a.output', 'inputs.n']],
    ['tasks.a.output.facts.map(f, f.claim + inputs.x)', ['tasks.a.output.facts', 'inputs.x']],
    ['xs.map(x, x.ys.map(y, y + x.z + w))', ['xs', 'w']],
    ['xs.map(x, x) + x.y', ['xs', 'x.y']],
    ["tasks['a'].output[0].b", ['tasks.a.output']],
    ['tasks[name].output', ['tasks', 'name']],
    ['tasks.a.?output.orValue(other)', ['tasks.a.output', 'other']],
    ['tasks . a\n. output', ['tasks.a.output']],
    ['has(tasks.a.output) ? {k: "tasks.b"} : null', ['tasks.a.output', 'k']],
    ['type(x) == string && optional.of(y).hasValue()', ['x', 'y']],
    ['a // tasks.b', ['a']],
    ['tasks.a.', ['tasks.a']],
    ['tasks.a.output.map(f, f.', ['tasks.a.output']],
    ['(tasks.a + ) tasks.b }', ['tasks.a', 'tasks.b']],
    ["'unfinished tasks.a", []],
    ['', []],
  ])('%s', (source, expected) => {
    expect(paths(source)).toEqual(expected);
  });
});

describe('completeExpression', () => {
  /** Labels offered at `|`. */
  function labels(marked: string): readonly string[] {
    const offset = marked.indexOf('|');
    return completeExpression(marked.replace('|', ''), offset, names).map(({ label }) => label);
  }

  test.each([
    ['|', ['inputs', 'tasks', 'size', 'has', 'true'], ['claim', 'map', 'upper']],
    ['inputs.|', ['topic', 'sections', 'tags'], ['tasks', 'upper']],
    ['inputs.to| + 1', ['topic'], ['tasks']],
    ['1 + inputs.|', ['topic'], []],
    ['size(tasks.|)', ['gather', 'publish'], []],
    ['tasks.gather.output.facts.|', ['map', 'filter', 'size', 'join'], ['claim', 'upper']],
    ['tasks.gather.output.facts.map(f, f.|', ['claim', 'source', 'year'], ['map']],
    ['tasks.gather.output.facts.map(f, |', ['f', 'inputs'], []],
    ['tasks.gather.output.facts.map(|', ['inputs'], ['f']],
    ['tasks.gather.output.facts.filter(f, f.year > 1).map(g, g.|)', ['claim'], ['f']],
    ['inputs.tags.map(t, tasks.gather.output.facts.map(f, t.|', ['upper'], ['claim']],
    ['inputs.tags.map(t, t) + [|', ['inputs'], ['t']],
    ['tasks.gather.output.facts[0].|', ['claim'], []],
    ['(inputs.tags + inputs.tags).|', ['map', 'sort'], []],
    ["'a,b'.split(',').|", ['map', 'join'], ['upper']],
    ['tasks.publish.output.|', ['orValue', 'hasValue'], ['upper']],
    ['optional.|', ['of', 'none'], ['inputs']],
    ['inputs.topic.|', ['upper', 'matches', 'size'], ['map']],
    ['inputs.counts.|', ['sum', 'max'], []],
    ['duration("1s").|', ['getSeconds'], ['getFullYear', 'upper']],
    ['secrets.|', ['API_KEY'], []],
    ["tasks.gather.status == '|'", ['completed', 'failed'], ['inputs']],
    ["tasks.gather.status != 'comp|", ['completed', 'failed'], ['inputs']],
    ["tasks['|'].output", ['gather', 'publish'], ['inputs']],
    ['inputs.?|', ['topic'], ['size']],
  ])('%s', (marked, some, none) => {
    const offered = labels(marked);
    expect(offered).toEqual(expect.arrayContaining(some));
    expect(none.filter((label) => offered.includes(label))).toEqual([]);
  });

  test.each(["'inputs.|", "'inputs.|'", '1|', '// inputs.|', 'secrets.API_KEY.|', 'nobody.|'])(
    'nothing in %s',
    (marked) => {
      expect(labels(marked)).toEqual([]);
    },
  );

  test('says what it is, and replaces the word it stands in', () => {
    const items = completeExpression('inputs.topc.upper()', 9, names);
    expect(items.find(({ label }) => label === 'topic')).toEqual({
      label: 'topic',
      kind: 'field',
      detail: 'string',
      docs: 'What it is about',
      insertText: 'topic',
      replace: { start: 7, end: 11 },
      fits: false,
    });
  });

  test.each([
    ['inputs.urgent && |', 'bool', ['bool', 'has', 'true', 'false']],
    ['inputs.|', 'boolean', ['urgent']],
    ['inputs.|', 'array', ['tags', 'counts']],
    ['inputs.|', 'integer', ['sections', 'ratio', 'maybe', 'size']],
    ['!inputs.|', 'string', ['urgent']],
    ['(inputs.|', 'boolean', ['urgent']],
    ['inputs.ratio > inputs.|', 'boolean', ['sections', 'ratio', 'maybe', 'size']],
    ['inputs.topic.split(inputs.|', 'array', ['topic']],
    ['inputs.topic.split(",", inputs.|', 'array', ['sections', 'size']],
    ['inputs.tags.filter(tag, inputs.|', 'array', ['urgent']],
    ['inputs.tags.map(tag, inputs.|', 'array', []],
    ['inputs.topic.|', 'boolean', ['matches', 'contains', 'startsWith', 'endsWith']],
    ['[inputs.|', 'boolean', []],
    ['inputs.|', undefined, []],
  ])('knows what fits in %s where %s is wanted', (marked, type, expected) => {
    const wanted = type === undefined ? undefined : { type };
    const items = completeExpression(marked.replace('|', ''), marked.indexOf('|'), names, wanted);
    expect(items.filter(({ fits }) => fits).map(({ label }) => label)).toEqual(expected);
  });

  test.each([
    ['tasks.gather.output.facts[0].|', '?note'],
    ['tasks.gather.output.facts[0].?|', 'note'],
    ['has(tasks.gather.output.facts[0].|', 'note'],
    ['tasks.gather.output.facts[0]["|"]', 'note'],
  ])('asks safely in %s for what may be missing: %s', (marked, text) => {
    const items = completeExpression(marked.replace('|', ''), marked.indexOf('|'), names);
    expect(items.find(({ label }) => label === 'note')?.insertText).toBe(text);
  });

  test('names that only this place sees come first', () => {
    const local = { item: { kind: 'json', schema: {} } } as const;
    expect(
      completeExpression('', 0, { ...names, ...local })
        .map(({ label }) => label)
        .slice(0, 3),
    ).toEqual(['secrets', 'item', 'inputs']);
  });

  test('writes parentheses unless they are there', () => {
    const upper = (source: string) =>
      completeExpression(source, 14, names).find(({ label }) => label === 'upper')?.insertText;
    const join = completeExpression('inputs.tags.', 12, names).find(({ label }) => label === 'join');
    expect([upper('inputs.topic.u'), upper('inputs.topic.u()')]).toEqual(['upper()', 'upper']);
    expect(join).toMatchObject({
      kind: 'function',
      detail: expect.stringContaining('join('),
      docs: expect.stringContaining('list'),
    });
  });
});

describe('callAt', () => {
  /** The signature at `|`, with its active parameter in brackets. */
  function shown(marked: string): string | undefined {
    const call = callAt(marked.replace('|', ''), marked.indexOf('|'), names);
    const active = call?.signatures[call.active];
    const place = active?.parameters[call?.activeParameter ?? 0];
    return place
      ? `${active.label.slice(0, place.start)}[${active.label.slice(place.start, place.end)}]`
      : active?.label;
  }

  test.each([
    ['size(|', 'size([value: string]'],
    ['size(inputs.tags|', 'size([value: list<any>]'],
    ['size(|inputs.tags) > 1', 'size([value: list<any>]'],
    ['inputs.topic.split(|', 'string.split([separator: string]'],
    ['inputs.topic.split(",", |', 'string.split(separator: string, [limit: int]'],
    ['inputs.topic.split(",|', 'string.split([separator: string]'],
    ['inputs.tags.join(|', 'list<any>.join([separator: string]'],
    ['max(1.5, |', 'max(a: double, [b: double]'],
    ['max(inputs.counts|', 'max([list: list<int>]'],
    ['inputs.tags.map(t, |', 'list<T>.map(name, [expression]'],
    ['inputs.tags.map(t, t != "", |', 'list<T>.map(name, condition, [expression]'],
    ['inputs.tags.map(t, t.split(|', 'string.split([separator: string]'],
    ['has(|', 'has([value.field]'],
    ['optional.of(|', 'optional.of([value: T]'],
    ['size((1 + |', 'size([value: string]'],
    ['json([1, |', 'json([value: any]'],
    ['json({"a": [1, |', 'json([value: any]'],
    ['inputs.topic.trim(|', 'string.trim(): string'],
    ['inputs.topic.split(",", 1, |', 'string.split(separator: string): list<string>'],
    ['lost(size(|', 'size([value: string]'],
    ['size(lost(|', 'size([value: string]'],
  ])('%s', (marked, expected) => {
    expect(shown(marked)).toBe(expected);
  });

  test.each(['|', 'inputs.topic|', 'size(inputs.tags)|', 'lost(|', '(|', '[|', '"size(|', 'size|(', 'x in (|'])(
    'none in %s',
    (marked) => {
      expect(shown(marked)).toBeUndefined();
    },
  );
});

describe('hoverExpression', () => {
  test.each([
    ['inputs.sections |+ 1', 'inputs.sections + 1: int', undefined],
    ['1 + inputs.sections |> 2', '1 + inputs.sections > 2: bool', undefined],
    ['(inputs.tags)|[0]', '(inputs.tags)[0]: string', undefined],
    ['inputs.topic.si|ze()', 'string.size(): int', expect.stringContaining('number of')],
    ['inputs.to|pic', 'inputs.topic: string', 'What it is about'],
    ['tasks.gather.output.facts.map(f, f.cla|im)', 'f.claim: string', 'What is said'],
    ['tasks.publish.out|put', 'tasks.publish.output: optional<string>', undefined],
    ['tasks.gather.stat|us == "x"', 'tasks.gather.status: "completed" | "failed"', undefined],
    ['si|ze(inputs.tags)', expect.stringContaining('size(value: string): int'), expect.stringContaining('number of')],
    ['inputs.tags.ma|p(t, t)', expect.stringContaining('map(name'), expect.stringContaining('list')],
    ['inputs.tags.map(t, |t.upper())', 't: string', undefined],
  ])('%s', (marked, title, docs) => {
    const hover = hoverExpression(marked.replace('|', ''), marked.indexOf('|'), names);
    expect(hover).toMatchObject(docs === undefined ? { title } : { title, docs });
  });

  test('is silent elsewhere', () => {
    expect(hoverExpression('1 + "inputs"', 6, names)).toBeUndefined();
  });
});

test('closest finds what was meant, and nothing far away', () => {
  const candidates = ['researcher', 'writer', 'critic', 'a'];
  expect(
    ['wrtier', 'reseacher', 'Writer', 'cirtic', 'publisher', 'xyz'].map((name) => closest(name, candidates)),
  ).toEqual(['writer', 'researcher', 'writer', 'critic', undefined, undefined]);
});

test('ids', () => {
  expect(['gather', '_a1', 'in', 'true', 'constructor', '__x', '1a', 'a-b', ''].map(isValidId)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
  expect(
    ['fact', 'item', 'index', 'while', 'string', 'tasks', 'inputs', 'optional', 'output'].map(isReservedName),
  ).toEqual([false, false, false, true, true, true, true, true, true]);
});
