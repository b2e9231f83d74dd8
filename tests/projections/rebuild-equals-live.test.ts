import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startViews, type Views } from '../../api/composition/views.ts';
import { reach, SEED } from '../../domain/testing/reach.ts';
import type { FeedEvent, ReadModels } from '../../projections/ports.ts';
import { createRandomFeed, randomLog } from './support/log.ts';
import { mortal } from './support/mortal.ts';
import { createRandom, type Random } from './support/random.ts';
import { openViewsFile, type ViewsFile } from './support/views-file.ts';

/** `MK0R_HISTORIES=<n>` for another number. */
const HISTORIES = Number(process.env.MK0R_HISTORIES ?? reach({ short: 1_500, full: 10_000, long: 100_000 }));
const PER_LOG = 200;
/** Calls to its storage after which a process is killed, at the latest. */
const LONGEST_LIFE = 600;
const NEVER_MS = 20_000;
const quiet = { info: () => undefined, warn: () => undefined };

type Feed = ReturnType<typeof createRandomFeed>;
type Counts = { crashes: number; rebuilds: number; events: number };

const startLife = (readModels: ReadModels, { feed }: Feed) => {
  const stop = new AbortController();
  const views = startViews(feed, readModels, { signal: stop.signal, log: quiet });
  return { views, stop: () => stop.abort() };
};

/** Everything appended so far can be read, nothing is being built, and what is kept beside has it all as well. */
const atRest = async (views: Views, feed: Feed): Promise<void> => {
  const last = String(feed.length());
  await Promise.all(views.all.map((view) => view.waitFor(last, NEVER_MS)));
  for (const view of views.all) while (await isBusy(view)) await nextTurn();
};

const isBusy = async (view: Views['all'][number]): Promise<boolean> => {
  const { building, kept } = await view.status();
  return building !== undefined || (kept?.followed === true && kept.behind > 0);
};

/** One process: events arrive, now and then a rebuild or a rollback is asked for, until it is killed or all is in. */
const live = async (
  file: ViewsFile,
  feed: Feed,
  log: readonly FeedEvent[],
  random: Random,
  counts: Counts,
): Promise<void> => {
  const { readModels, died } = mortal(file.readModels, 1 + random.below(LONGEST_LIFE), random.oneIn(2));
  const { views, stop } = startLife(readModels, feed);
  let isDead = false;
  const death = died.then(() => {
    isDead = true;
  });
  while (!isDead && feed.length() < log.length) {
    feed.append(log.slice(feed.length(), feed.length() + 1 + random.below(120)));
    const asked = views.all[random.below(views.all.length * 3)];
    if (asked !== undefined) void (random.oneIn(3) ? asked.rollback() : asked.rebuild());
    if (asked !== undefined) counts.rebuilds += 1;
    if (random.oneIn(3)) await Promise.race([atRest(views, feed), death]);
    else await nextTurn();
  }
  await Promise.race([atRest(views, feed), death]);
  if (isDead) counts.crashes += 1;
  // A process that is killed takes what it was about to do along; one that is not has to come to its end first.
  stop();
  if (isDead) await nextTurn();
  else await views.stopped;
};

const rebuilt = async (feed: Feed): Promise<ViewsFile> => {
  const file = openViewsFile();
  const { views, stop } = startLife(file.readModels, feed);
  await atRest(views, feed);
  stop();
  await views.stopped;
  return file;
};

test(`${HISTORIES} histories, live over crashes, repeats and rebuilds, are what a rebuild makes of them (seed ${SEED})`, {
  timeout: 3_600_000,
}, async () => {
  const counts: Counts = { crashes: 0, rebuilds: 0, events: 0 };
  for (let first = 0; first < HISTORIES; first += PER_LOG) {
    const seed = SEED + first;
    const random = createRandom(seed);
    const log = randomLog(Math.min(PER_LOG, HISTORIES - first), seed, random);
    const feed = createRandomFeed(random, { largest: 90 });
    const file = openViewsFile();
    while (feed.length() < log.length) await live(file, feed, log, random, counts);
    const { views, stop } = startLife(file.readModels, feed);
    await atRest(views, feed);
    stop();
    await views.stopped;

    const anew = await rebuilt(feed);
    for (const { name } of views.all) {
      const expected = anew.dump(name, 'serving');
      expect(file.dump(name, 'serving'), `${name}, seed ${seed}`).toEqual(expected);
      const kept = file.dump(name, 'kept');
      if (kept.length > 0) expect(kept, `${name} as kept, seed ${seed}`).toEqual(expected);
    }
    counts.events += log.length;
    await Promise.all([file.close(), anew.close()]);
  }
  process.stdout.write(
    `rebuild equals live: ${HISTORIES} histories, ${counts.events} events, ${counts.crashes} crashes, ` +
      `${counts.rebuilds} rebuilds and rollbacks asked for; 0 differences; MK0R_SEED=${SEED}\n`,
  );
});
