import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Isolation } from '../../../../commands/ports/sandboxes.ts';
import { hasBwrap, succeeds } from '../fixtures/machine.ts';
import { probes } from '../fixtures/probes.ts';
import type { Tier } from '../profile.ts';
import { removeTree } from '../remove.ts';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const script = join(import.meta.dirname, '../fixtures/run-probes.ts');
const asNobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'];

const nobodyCan = isRoot && hasBwrap && succeeds([...asNobody, 'test', '-r', script]);

const report = z.object({
  isolation: z.custom<Isolation>(),
  outcomes: z.array(z.object({ what: z.string(), leaked: z.boolean(), stderr: z.string() })),
  templateIntact: z.boolean(),
  stillWorks: z.boolean(),
});

type Case = {
  readonly title: string;
  readonly tier: Tier;
  readonly nobody: boolean;
  readonly possible: boolean;
};
const cases: readonly Case[] = [
  { title: 'bubblewrap as root', tier: 'bwrap+uid+cgroup', nobody: false, possible: isRoot && hasBwrap },
  { title: 'bubblewrap as another user', tier: 'bwrap', nobody: true, possible: nobodyCan },
  { title: 'bubblewrap as an ordinary user', tier: 'bwrap', nobody: false, possible: !isRoot && hasBwrap },
  { title: 'plain processes', tier: 'process', nobody: false, possible: true },
];

for (const { title, tier, nobody, possible } of cases) {
  describe.skipIf(!possible)(`An attacker in a sandbox of ${title}`, () => {
    let dir: string;
    let result: z.infer<typeof report>;

    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'mk0r-isolation-'));
      chmodSync(dir, 0o711);
      if (nobody) chownSync(dir, NOBODY, NOBODY);
      const [file = '', ...args] = [...(nobody ? asNobody : []), process.execPath, script, dir, tier];
      const { stdout } = await promisify(execFile)(file, args, { timeout: 110_000, env: process.env });
      result = report.parse(JSON.parse(stdout));
    });
    afterAll(() => removeTree(dir));

    it.each(probes)('$what only where the tier says so', ({ what, withstood, certain }) => {
      const outcome = result.outcomes.find((candidate) => candidate.what === what);
      if (withstood(result.isolation)) expect(outcome).toMatchObject({ leaked: false });
      else if (certain) expect(outcome).toMatchObject({ leaked: true });
    });

    it('cannot change the template other sandboxes are made from', () => {
      expect(result.templateIntact).toBe(true);
    });

    it('leaves a sandbox that still answers', () => {
      expect(result.stillWorks).toBe(true);
    });

    it('is told of by the tier’s own sentence', () => {
      expect(result.isolation.tier.startsWith(tier.split('+')[0] ?? '')).toBe(true);
      expect(result.isolation.summary).toMatch(/not a VM|no isolation/);
    });
  });
}
