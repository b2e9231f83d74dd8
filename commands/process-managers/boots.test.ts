import { parse } from 'dotenv';
import { describe, expect, test } from 'vitest';
import { resourceName } from '../../domain/services.ts';
import { never } from '../testing/port-of.ts';
import { OUTAGE, REFUSED } from '../testing/providers.ts';
import { coldSession, isReady, visitorOf } from '../testing/visits.ts';
import { createTestWorld, factsOf, historyOf, liveResources, ONE_OF_EACH } from '../testing/world.ts';

describe('a boot', () => {
  test('ends ready, with one of everything and a file that holds what the services gave', async () => {
    const { world, server, sessionId, slug } = await coldSession();
    await world.time.until(() => isReady(server.session(sessionId)));
    expect(liveResources(world)).toEqual(ONE_OF_EACH);
    const file = parse(world.sandboxes.files(resourceName(slug)).get('/app/.env') ?? '');
    expect(file).toMatchObject({
      DATABASE_URL: `DATABASE_URL-value-of-${slug}`,
      RESEND_API_KEY: `RESEND_API_KEY-value-of-${slug}`,
      GITHUB_REPO: `GITHUB_REPO-value-of-${slug}`,
      VITE_POSTHOG_KEY: `VITE_POSTHOG_KEY-value-of-${slug}`,
    });
    const [ready] = await factsOf(world, sessionId, 'SessionReady');
    expect(ready).toEqual({ missing: [] });
  });

  test('says every intent before its outcome, and no secret at all', async () => {
    const { world, server, sessionId, slug } = await coldSession();
    await world.time.until(() => isReady(server.session(sessionId)));
    const events = await historyOf(world, sessionId);
    const attempts = new Set<unknown>();
    for (const { type, data } of events) {
      const { attemptId } = data as { attemptId?: string };
      if (type === 'StepStarted' || type === 'TurnStarted') attempts.add(attemptId);
      else if (attemptId !== undefined) expect(attempts).toContain(attemptId);
    }
    expect(JSON.stringify(events)).not.toContain(`value-of-${slug}`);
  });

  test('takes as long as its slowest leg', async () => {
    const world = createTestWorld({ latencyMs: 1 });
    const { server, sessionId } = await coldSession(world);
    world.providers.neon.next(OUTAGE);
    await world.time.until(() => isReady(server.session(sessionId)));
    const state = server.session(sessionId);
    const took = Date.parse(state?.readyAt ?? '') - Date.parse(state?.plannedAt ?? '');
    expect(took).toBeGreaterThan(250);
    expect(took).toBeLessThan(600);
  });

  test('goes on by itself after two outages of a service', async () => {
    const { world, server, sessionId } = await coldSession();
    world.providers.github.next(OUTAGE, OUTAGE);
    await world.time.until(() => server.session(sessionId)?.env?.services.includes('github') === true);
    expect(
      (await factsOf(world, sessionId, 'StepFailed')).map(({ step, attempt }) => [step, attempt]),
    ).toEqual([
      ['github', 1],
      ['github', 2],
    ]);
    expect(liveResources(world)).toEqual(ONE_OF_EACH);
  });

  test('waits for its turn where a service takes two at a time, and no attempt is lost by that', async () => {
    const world = createTestWorld({ latencyMs: 100 });
    const { resend } = world.providers;
    let [now, most] = [0, 0];
    const provision: typeof resend.provision = (request) => async () => {
      now += 1;
      most = Math.max(most, now);
      const made = await resend.provision(request)();
      now -= 1;
      return made;
    };
    world.providers.resend = { ...resend, atOnce: 2, provision };
    const { server } = await coldSession(world);
    for (let n = 1; n < 10; n += 1)
      await world.time.during(
        server.create({ commandId: `create-${n}`, owner: 'ann', residentialIp: false })(),
      );
    const sessions = () => [...server.context.directory.sessions()];
    await world.time.until(() => sessions().length === 10 && sessions().every(isReady));
    expect(most).toBe(2);
    expect(resend.calls()).toBe(10);
    expect(sessions().flatMap(({ env }) => env?.services ?? [])).toHaveLength(40);
  });

  test('says of a service’s first attempt alone that there is nothing to adopt', async () => {
    const world = createTestWorld();
    const { github } = world.providers;
    const firsts: unknown[] = [];
    const provision: typeof github.provision = (request) => {
      firsts.push(request.isFirst);
      return github.provision(request);
    };
    world.providers.github = { ...github, provision };
    github.next(OUTAGE, OUTAGE);
    const { server, sessionId } = await coldSession(world);
    await world.time.until(() => server.session(sessionId)?.env?.services.includes('github') === true);
    expect(firsts).toEqual([true, undefined, undefined]);
  });

  test('a service that refuses is left out until its retry is asked for', async () => {
    const { world, server, sessionId } = await coldSession();
    world.providers.resend.down(REFUSED);
    await world.time.until(() => isReady(server.session(sessionId)));
    expect(await factsOf(world, sessionId, 'SessionReady')).toEqual([{ missing: ['resend'] }]);

    world.providers.resend.down(undefined);
    await world.time.during(server.commands.retryService({ ...visitorOf(sessionId), service: 'resend' })());
    await world.time.until(() => server.session(sessionId)?.env?.version === 2);
    expect(server.session(sessionId)?.env?.services).toContain('resend');
  });

  test('a service that never answers is given up on after its attempts, and the session does without', async () => {
    const { world, server, sessionId } = await coldSession();
    world.providers.neon.next('hang', 'hang', 'hang', 'hang', 'hang');
    await world.time.until(() => server.session(sessionId)?.steps.neon?.status === 'parked');
    const failures = await factsOf(world, sessionId, 'StepFailed');
    expect(failures.map(({ step, attempt, error }) => [step, attempt, error.code])).toEqual(
      [1, 2, 3, 4].map((attempt) => ['neon', attempt, 'deadline_exceeded']),
    );
    expect(await factsOf(world, sessionId, 'SessionReady')).toEqual([{ missing: ['neon'] }]);
    expect(world.providers.neon.calls()).toBe(5);
  });

  test('an attempt ends at the deadline that the log has, however long it took to write that down', async () => {
    const world = createTestWorld({ appendMs: 8_000 });
    const { resend } = world.providers;
    const signals: AbortSignal[] = [];
    const silent: typeof resend = {
      ...resend,
      provision: ({ signal }) => {
        signals.push(signal);
        return never;
      },
    };
    const { sessionId } = await coldSession({ ...world, providers: { ...world.providers, resend: silent } });
    await world.time.until(() => signals[0]?.aborted === true);
    const started = (await factsOf(world, sessionId, 'StepStarted')).find(({ step }) => step === 'resend');
    expect(world.time.now()).toBe(started?.deadline);
  });

  test('a sandbox that stops while it boots is booted again', async () => {
    const { world, server, sessionId, slug } = await coldSession();
    await world.time.until(() => server.session(sessionId)?.steps.git_setup?.status === 'done');
    world.sandboxes.exits(resourceName(slug));
    server.sandboxExited(slug);
    await world.time.until(() => isReady(server.session(sessionId)));
    expect(world.sandboxes.boots()).toBe(2);
    expect(liveResources(world)).toEqual(ONE_OF_EACH);
  });

  test('a sandbox that stopped without anybody being told is noticed', async () => {
    const { world, server, sessionId, slug } = await coldSession();
    await world.time.until(() => server.session(sessionId)?.steps.vm_boot?.status === 'done');
    world.sandboxes.exits(resourceName(slug));
    await world.time.until(() => isReady(server.session(sessionId)));
    expect(world.sandboxes.boots()).toBe(2);
  });
});

describe('mail that is down', () => {
  test('does not hold the session back; its late lines leave the user’s own alone', async () => {
    const { world, server, sessionId, slug } = await coldSession();
    world.providers.resend.down(OUTAGE);
    await world.time.until(() => isReady(server.session(sessionId)));
    expect(await factsOf(world, sessionId, 'SessionReady')).toEqual([{ missing: ['resend'] }]);
    const files = world.sandboxes.files(resourceName(slug));
    const written = files.get('/app/.env') ?? '';
    expect(written).not.toContain('RESEND_');
    files.set(
      '/app/.env',
      `${written.replace(/^DATABASE_URL=.*$/m, 'DATABASE_URL=mine')}STRIPE_KEY=sk_mine\n`,
    );

    world.providers.resend.down(undefined);
    await world.time.until(() => server.session(sessionId)?.env?.version === 2);
    const file = parse(files.get('/app/.env') ?? '');
    expect(file).toMatchObject({
      RESEND_API_KEY: `RESEND_API_KEY-value-of-${slug}`,
      NEON_HOST: `NEON_HOST-value-of-${slug}`,
      DATABASE_URL: 'mine',
      STRIPE_KEY: 'sk_mine',
    });
  });
});
