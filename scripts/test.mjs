// `npm test`: everything a change must pass, in under ten minutes on two cores. Longer runs: `npm run test:long`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const vitest = (project, env = {}) => {
  const result = spawnSync('vitest', ['run', '--project', project, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return result.status ?? 1;
};

const startedAt = Date.now();
const shared = mkdtempSync(join(tmpdir(), 'mk0r-test-'));
const statuses = ['unit', 'browser'].map((project) => vitest(project, { MK0R_TEST_SHARED: shared }));
rmSync(shared, { recursive: true, force: true });
process.stdout.write(`\nAll suites took ${Math.round((Date.now() - startedAt) / 1000)} s.\n`);
process.exit(statuses.find((status) => status !== 0) ?? 0);
