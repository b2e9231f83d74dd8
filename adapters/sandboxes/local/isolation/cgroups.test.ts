import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeTree } from '../remove.ts';
import { findCgroups } from './cgroups.ts';

/** Directories in place of the kernel's: they show which files are written where, not that limits hold. */
describe('Control groups', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'mk0r-cgroup-'));
  });
  afterEach(() => removeTree(root));
  const written = (path: string) => readFileSync(join(root, path), 'utf8');

  it('of version 2 are switched on from the top and limited in one place', () => {
    writeFileSync(join(root, 'cgroup.controllers'), 'cpu memory pids');
    const groups = findCgroups('mk0r-key', root, '0::/');
    expect(groups?.version).toBe('cgroup2');
    expect(groups?.create('a')).toEqual([join(root, 'mk0r-key/a/cgroup.procs')]);
    expect(written('cgroup.subtree_control')).toBe('+memory +pids +cpu');
    expect(written('mk0r-key/cgroup.subtree_control')).toBe('+memory +pids +cpu');
    expect(written('mk0r-key/a/memory.max')).toBe('1610612736');
    expect(written('mk0r-key/a/pids.max')).toBe('512');
    expect(written('mk0r-key/a/cpu.max')).toBe('150000 100000');
  });

  it('of version 1 hang below the group this process is in, one in each tree', () => {
    for (const dir of ['memory/service', 'pids', 'cpu,cpuacct'])
      mkdirSync(join(root, dir), { recursive: true });
    mkdirSync(join(root, 'cpu'));
    const groups = findCgroups('mk0r-key', root, '3:memory:/service\n2:pids:/\n1:cpu,cpuacct:/elsewhere\n');
    expect(groups?.version).toBe('cgroup1');
    groups?.create('a');
    expect(written('memory/service/mk0r-key/a/memory.limit_in_bytes')).toBe('1610612736');
    expect(written('pids/mk0r-key/a/pids.max')).toBe('512');
    expect(written('cpu/mk0r-key/a/cpu.cfs_quota_us')).toBe('150000');
  });

  it('are not offered where there is no tree', () => {
    expect(findCgroups('mk0r-key', join(root, 'none'), '')).toBeUndefined();
    expect(existsSync(join(root, 'none'))).toBe(false);
  });
});
