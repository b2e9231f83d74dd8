import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import type { EventStore, Json } from '../../commands/ports/event-store.ts';
import { sealOf } from '../../commands/seal.ts';
import { sessionStream } from '../../domain/session/events.ts';
import { right, rightOf } from '../../domain/testing/outcome.ts';
import { newVisitor, type Visitor } from './visitor.ts';

export const ADMIN_TOKEN = 'the-operator-of-this-test';

/** Signs in with the form, as a person does. */
export const signIn = async (page: Page, token = ADMIN_TOKEN): Promise<void> => {
  await page.getByLabel('Operator token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
};

/** A browser in which the operator has signed in, at one of their pages. */
export const newOperator = async (
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> => {
  const operator = await newVisitor(browser, options);
  await operator.page.goto(address);
  await signIn(operator.page);
  return operator;
};

const PER_APPEND = 5_000;
const MODEL = 'a-model-of-the-test';

/** Another process that writes to the log of a server which runs, as a second server would. */
const usingStore = async (dataDir: string, work: (store: EventStore) => Promise<void>): Promise<void> => {
  const store = rightOf(openSqliteEventStore({ file: join(dataDir, 'log', 'events.db') }));
  try {
    await work(store);
  } finally {
    await store.close();
  }
};

const unsealed = (type: string, data: Json, causationId: string) => ({
  id: randomUUID(),
  type,
  data,
  metadata: {
    causationId,
    correlationId: causationId,
    actor: 'process-manager:turns' as const,
    at: new Date().toISOString(),
    schema: 1,
  },
});

/** Events of a pool that no release fills any more: they make a log long, and nobody anything to do. */
export const lengthenLog = (dataDir: string, events: number): Promise<void> =>
  usingStore(dataDir, async (store) => {
    const stream = `pool-${randomUUID()}`;
    for (let from = 0; from < events; from += PER_APPEND) {
      const page = Array.from({ length: Math.min(PER_APPEND, events - from) }, (_, index) => {
        const event = unsealed('PoolTargetSet', { target: index % 2 }, stream);
        return { ...event, metadata: { ...event.metadata, seal: '' } };
      });
      await right(store.append(stream, from - 1, page));
    }
  });

/**
 * Events that a session takes note of and does nothing about, sealed as a server seals them; `forged`: by somebody who
 * cannot.
 */
export const lengthenSession = (
  dataDir: string,
  sessionId: string,
  { events, forged = false }: { readonly events: number; readonly forged?: boolean },
): Promise<void> =>
  usingStore(dataDir, async (store) => {
    const stream = sessionStream(sessionId);
    const history = await right(store.readStream(stream));
    const last = history.at(-1);
    if (last === undefined) throw new Error(`${stream} is not in the log`);
    let { seal } = last.metadata;
    const more = Array.from({ length: events }, (_, index) => {
      const data = {
        turnId: 'of-the-test',
        model: MODEL,
        inputTokens: index,
        outputTokens: 0,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        source: 'agent',
        outcome: 'complete',
      };
      const event = unsealed('UsageRecorded', data, randomUUID());
      seal = forged ? 'f'.repeat(64) : sealOf(seal, stream, last.revision + 1 + index, event);
      return { ...event, metadata: { ...event.metadata, seal } };
    });
    await right(store.append(stream, last.revision, more));
  });
