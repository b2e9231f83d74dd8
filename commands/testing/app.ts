import type { ExecResult } from '../ports/sandboxes.ts';

/** What can be wrong with an app, by the check that notices. */
export type Breakable = 'secrets' | 'types' | 'http' | 'page';

export type FakeApp = {
  readonly broken: Set<Breakable>;
  /** Answers the checks of `commands/turns/checks.ts`; `undefined` for any other script. */
  readonly run: (script: string) => ExecResult | undefined;
  /** How often its page was looked at. */
  readonly looks: () => number;
};

const ok = (stdout = ''): ExecResult => ({ exitCode: 0, stdout, stderr: '' });

/** An app of which nothing is there but whether it holds. */
export const createFakeApp = (): FakeApp => {
  const broken = new Set<Breakable>();
  let looks = 0;

  const look = (): ExecResult => {
    looks += 1;
    if (broken.has('http')) return ok(JSON.stringify({ http: { ok: false, status: 500 } }));
    const page = broken.has('page')
      ? { how: 'modules', ok: false, detail: 'ReferenceError: habit is not defined' }
      : { how: 'modules', ok: true, detail: 'All 12 modules of the page are served.' };
    return ok(JSON.stringify({ http: { ok: true, status: 200 }, page }));
  };

  const guard = () => ({
    findings: broken.has('secrets')
      ? [{ path: 'src/broken.tsx', name: 'DATABASE_URL', how: 'value' as const }]
      : [],
    isInHistory: false,
  });

  const run: FakeApp['run'] = (script) => {
    if (script.includes('tsc --noEmit')) {
      return broken.has('types')
        ? { exitCode: 2, stdout: 'src/broken.tsx(1,7): error TS2322: no.\n', stderr: '' }
        : ok();
    }
    if (script.includes('$MK0R_CHECK_DIR/secrets.ts')) return ok(JSON.stringify(guard()));
    return script.includes('$MK0R_CHECK_DIR/main.ts') ? look() : undefined;
  };

  return { broken, run, looks: () => looks };
};
