import { expect, it } from 'vitest';
import { treeLines } from './tree.ts';

it('shows folders before files, each by name, with their whole path', () => {
  const lines = treeLines([
    'package.json',
    'src/main.tsx',
    'server/routes/habits.ts',
    'README.md',
    'src/a.ts',
  ]);
  expect(lines.map(({ depth, path, folder }) => `${'  '.repeat(depth)}${path}${folder ? '/' : ''}`)).toEqual([
    'server/',
    '  server/routes/',
    '    server/routes/habits.ts',
    'src/',
    '  src/a.ts',
    '  src/main.tsx',
    'package.json',
    'README.md',
  ]);
});
