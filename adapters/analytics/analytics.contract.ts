import { randomInt } from 'node:crypto';
import { PostHog } from 'posthog-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Provisioned, ServiceProvider } from '../../commands/ports/services.ts';
import { resourceName } from '../../domain/services.ts';
import { right } from '../../domain/testing/outcome.ts';

/** An analytics service under test, and what it has of an app, as far as anybody is told. */
export type AnalyticsSubject = {
  readonly provider: ServiceProvider;
  /** Names of the events it has of an app; `undefined` where a project key does not get to see them. */
  readonly eventsOf?: (appId: string) => Promise<readonly string[]>;
  /** Whether a release deletes what was recorded, and the apps can be listed: what is shared by all cannot be either. */
  readonly isOurs: boolean;
  readonly close: () => Promise<void>;
};

const newSlug = (): string => Array.from({ length: 12 }, () => randomInt(36).toString(36)).join('');

/** What every analytics service must do for a session, through the unmodified SDK over a real socket. */
export const analyticsContract = (name: string, start: () => Promise<AnalyticsSubject>): void => {
  describe(`the analytics service of a session (${name})`, () => {
    let subject: AnalyticsSubject;
    beforeAll(async () => {
      subject = await start();
    });
    afterAll(() => subject.close());

    const requestFor = (slug: string) => ({
      sessionId: `session-${slug}`,
      slug,
      signal: AbortSignal.timeout(30_000),
    });
    const provisioned = (slug: string): Promise<Provisioned> =>
      right(subject.provider.provision(requestFor(slug)));
    const track = async ({ env }: Provisioned, event: string): Promise<void> => {
      const { VITE_POSTHOG_KEY: key = '', VITE_POSTHOG_HOST: host = '', VITE_POSTHOG_APP_ID: app = '' } = env;
      const posthog = new PostHog(key, { host, flushAt: 1, fetchRetryCount: 0 });
      posthog.identify({ distinctId: 'guest', properties: { plan: 'free' } });
      posthog.groupIdentify({ groupType: 'app', groupKey: app });
      posthog.capture({ distinctId: 'guest', event, groups: { app } });
      await posthog.shutdown(20_000);
    };

    it('is an app id in the project all share, the same however often it is asked for', async () => {
      const slug = newSlug();
      const first = await provisioned(slug);
      expect(first).toMatchObject({
        resourceId: resourceName(slug),
        env: {
          VITE_POSTHOG_KEY: expect.stringMatching(/^phc_/),
          VITE_POSTHOG_HOST: expect.stringMatching(/^https?:/),
          VITE_POSTHOG_APP_ID: resourceName(slug),
        },
      });
      expect(await provisioned(slug)).toEqual(first);
    });

    it('takes what an app tells it, and keeps the apps apart by their group', async () => {
      const [mine, others] = [await provisioned(newSlug()), await provisioned(newSlug())];
      await track(mine, 'habit added');
      await track(others, 'run logged');
      const { eventsOf } = subject;
      if (eventsOf === undefined) return;
      await expect.poll(() => eventsOf(mine.resourceId)).toContain('habit added');
      expect(await eventsOf(mine.resourceId)).not.toContain('run logged');
    });

    it('may be given back, twice, and what it does not know of as well', async () => {
      const slug = newSlug();
      await provisioned(slug);
      for (const time of ['once', 'twice'])
        expect(await subject.provider.release(requestFor(slug))(), time).toMatchObject({ _tag: 'Right' });
      expect(await subject.provider.release(requestFor(newSlug()))()).toMatchObject({ _tag: 'Right' });
    });

    it('lists its apps, or says that nobody can', async () => {
      const slug = newSlug();
      const { resourceId } = await provisioned(slug);
      const listed = await subject.provider.list(AbortSignal.timeout(30_000))();
      if (!subject.isOurs) {
        expect(listed).toMatchObject({ left: { code: 'not_listable', retryable: false } });
        return;
      }
      expect(listed).toMatchObject({
        right: expect.arrayContaining([{ resourceId, name: resourceId, slug }]),
      });
      await subject.provider.release(requestFor(slug))();
      const { eventsOf } = subject;
      if (eventsOf !== undefined) expect(await eventsOf(resourceId)).toEqual([]);
    });
  });
};
