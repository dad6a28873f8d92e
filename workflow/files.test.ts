import { describe, expect, it } from 'vitest';
import { describeProblem, FilesInCheck, maxOtherFiles, maxPlaces, pathOfReference } from './files.ts';

describe('pathOfReference', () => {
  it.each([
    ['a.segue.yaml', './b.segue.yaml', 'b.segue.yaml'],
    ['flows/a.segue.yaml', 'b.segue.yaml', 'flows/b.segue.yaml'],
    ['flows/a.segue.yaml', '../lib/./c.segue.yaml', 'lib/c.segue.yaml'],
    ['flows/a.segue.yaml', '../../c.segue.yaml', undefined],
    ['a.segue.yaml', 'x/../../c.segue.yaml', undefined],
    ['/project/flows/a.segue.yaml', '../b.segue.yaml', '/project/b.segue.yaml'],
    ['/a.segue.yaml', '../b.segue.yaml', undefined],
    ['a.segue.yaml', '/etc/b.segue.yaml', undefined],
    ['a.segue.yaml', 'c:/b.segue.yaml', undefined],
    ['a.segue.yaml', 'https://example.com/b.segue.yaml', undefined],
    ['a.segue.yaml', '..\\b.segue.yaml', undefined],
  ])('%s names %s: %s', (from, reference, path) => {
    expect(pathOfReference(from, reference)).toBe(path);
  });
});

it.each(['missing', 'outside', 'unreadable', 'not-text', 'too-large', 'too-many'] as const)(
  'a file that is %s is named, and said what is wrong with it',
  (problem) => expect(describeProblem('./b.segue.yaml', problem)).toMatch(/`\.\/b\.segue\.yaml`.*\.$/),
);

describe('the files of a check', () => {
  it('are noted when they are asked for, known or not', () => {
    const files = new FilesInCheck(new Map([['a', { text: 'x' }]]));
    expect(files.find('a')).toEqual({ text: 'x' });
    expect(files.find('b')).toBeUndefined();
    expect([files.asked, files.wanted]).toEqual([['a', 'b'], ['b']]);
  });

  it('have a limit in number and in size', () => {
    const many = new FilesInCheck({ get: () => ({ text: '' }) });
    for (let count = 0; count < maxOtherFiles; count += 1) expect(many.find(`${count}`)).toEqual({ text: '' });
    expect(many.find('more')).toEqual({ problem: 'too-many' });
    expect(many.find('0')).toEqual({ text: '' });
    const none = new FilesInCheck({ get: () => ({ problem: 'missing' }) });
    for (let count = 0; count < maxPlaces; count += 1) expect(none.find(`${count}`)).toEqual({ problem: 'missing' });
    expect(none.find('more')).toEqual({ problem: 'too-many' });
    const large = new FilesInCheck({ get: () => ({ text: 'x'.repeat(5_000_000) }) });
    expect(large.find('a')).toHaveProperty('text');
    expect(large.find('b')).toEqual({ problem: 'too-many' });
    expect(large.asked).toEqual(['a']);
  });
});
