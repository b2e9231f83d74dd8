import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GitCredential, RepositoryProvider } from '../../commands/ports/repository.ts';
import { SERVICE_ENV_NAMES } from '../../domain/services.ts';
import { left, right } from '../../domain/testing/outcome.ts';

export type RepositoryHarness = {
  readonly provider: Omit<RepositoryProvider, 'pack'>;
  /** Slugs nothing else uses, so that the suite may run against a real account. */
  readonly slug: () => string;
  /** False where what answers is a stand-in that speaks the API but not git. */
  readonly speaksGit: boolean;
  readonly close: () => Promise<void>;
};

/** The unmodified git client, with the credential handed over as the sandbox's helper hands it. */
export const git = async (
  cwd: string,
  args: readonly string[],
  credential?: Pick<GitCredential, 'username' | 'password'>,
): Promise<string> => {
  const helper = '!f() { echo "username=$GIT_TEST_USER"; echo "password=$GIT_TEST_PASSWORD"; }; f';
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_TEST_USER: credential?.username,
    GIT_TEST_PASSWORD: credential?.password,
  };
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', '-c', 'commit.gpgsign=false'];
  const how = credential === undefined ? [] : ['-c', `credential.helper=${helper}`];
  const { stdout } = await promisify(execFile)('git', [...who, ...how, ...args], {
    cwd,
    env,
    timeout: 60_000,
  });
  return stdout.trim();
};

/** A work tree with one commit on `main`. */
export const workTree = async (
  content = 'one',
): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'mk0r-work-'));
  await git(path, ['init', '--quiet', '--initial-branch=main']);
  await writeFile(join(path, 'habits.txt'), content);
  await git(path, ['add', '.']);
  await git(path, ['commit', '--quiet', '-m', 'Track habits']);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
};

/** What every provider of the session's repository promises. */
export const repositoryContract = (name: string, open: () => Promise<RepositoryHarness>): void => {
  describe(`${name} as the repository of a session`, () => {
    let harness: RepositoryHarness;
    const used: string[] = [];

    const request = (slug: string, signal = AbortSignal.timeout(60_000)) => ({
      sessionId: `s-${slug}`,
      slug,
      signal,
    });
    const newSlug = (): string => {
      const slug = harness.slug();
      used.push(slug);
      return slug;
    };
    const provision = (slug: string) => right(harness.provider.provision(request(slug)));
    const release = (slug: string) => right(harness.provider.release(request(slug)));
    const listed = async (slug: string) =>
      (await right(harness.provider.list(AbortSignal.timeout(60_000)))).filter((it) => it.slug === slug);

    beforeAll(async () => {
      harness = await open();
    });
    afterAll(async () => {
      for (const slug of used) await release(slug);
      await harness.close();
    });

    it('hands out every variable of the contract, and no credential among them', async () => {
      const slug = newSlug();
      const { env, facts } = await provision(slug);
      const { password } = await right(harness.provider.credential(slug));
      expect(Object.keys(env).sort()).toEqual([...SERVICE_ENV_NAMES.github].sort());
      expect(env.GITHUB_REPO).toMatch(new RegExp(`mk0r-${slug}$`));
      expect(JSON.stringify([env, facts])).not.toContain(password);
      expect(new URL(env.GITHUB_REPO_URL ?? '').password).toBe('');
    });

    it('leaves one repository when provisioned twice, or twice at once', async () => {
      const slug = newSlug();
      const made = await Promise.all([provision(slug), provision(slug), provision(slug)]);
      expect(new Set(made.map(({ resourceId }) => resourceId)).size).toBe(1);
      expect(await provision(slug)).toEqual(made[0]);
      expect(await listed(slug)).toHaveLength(1);
    });

    it('lists what it provisioned under the name of the session', async () => {
      const slug = newSlug();
      const { resourceId } = await provision(slug);
      expect(await listed(slug)).toEqual([{ resourceId, slug, name: `mk0r-${slug}` }]);
    });

    it('no longer lists what was released, and releases it again without complaint', async () => {
      const slug = newSlug();
      await provision(slug);
      await release(slug);
      expect(await listed(slug)).toEqual([]);
      await release(slug);
      await release(newSlug());
    });

    it('does nothing once its deadline has passed', async () => {
      const slug = newSlug();
      const error = await left(harness.provider.provision(request(slug, AbortSignal.abort())));
      expect(error).toMatchObject({ code: 'aborted', retryable: true });
      expect(await listed(slug)).toEqual([]);
    });

    it('gives out a credential that ends within the hour or so', async () => {
      const slug = newSlug();
      await provision(slug);
      const { expiresAt, password } = await right(harness.provider.credential(slug));
      const minutes = (Date.parse(expiresAt) - Date.now()) / 60_000;
      expect(minutes).toBeGreaterThan(5);
      expect(minutes).toBeLessThan(65);
      expect(password.length).toBeGreaterThan(20);
    });

    it('takes a push and gives it back to a clone, also after a second provision', async () => {
      if (!harness.speaksGit) return;
      const slug = newSlug();
      await provision(slug);
      const work = await workTree();
      const credential = await right(harness.provider.credential(slug));
      await git(work.path, ['push', '--quiet', credential.url, 'main'], credential);
      await provision(slug);
      await git(work.path, ['clone', '--quiet', credential.url, 'copy'], credential);
      expect(await git(join(work.path, 'copy'), ['log', '--format=%s', 'origin/main'])).toBe('Track habits');
      await work.remove();
    });

    it('begins empty again when provisioned after a release', async () => {
      if (!harness.speaksGit) return;
      const slug = newSlug();
      await provision(slug);
      const work = await workTree();
      const credential = await right(harness.provider.credential(slug));
      await git(work.path, ['push', '--quiet', credential.url, 'main'], credential);
      await release(slug);
      await provision(slug);
      const again = await right(harness.provider.credential(slug));
      expect(await git(work.path, ['ls-remote', again.url], again)).toBe('');
      await work.remove();
    });

    it('refuses the credential of another repository, and none at all', async () => {
      if (!harness.speaksGit) return;
      const [slug, other] = [newSlug(), newSlug()];
      await Promise.all([provision(slug), provision(other)]);
      const { url } = await right(harness.provider.credential(slug));
      const foreign = await right(harness.provider.credential(other));
      const work = await workTree();
      await expect(git(work.path, ['push', url, 'main'], foreign)).rejects.toThrow();
      await expect(git(work.path, ['ls-remote', url])).rejects.toThrow();
      await work.remove();
    });
  });
};
