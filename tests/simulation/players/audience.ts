import type { Chance } from '../chance.ts';
import type { World } from '../world/world.ts';
import type { Cluster } from './cluster.ts';

/** By then the log knows of a look, unless it could not be told. */
const TOLD_WITHIN_MS = 5_000;

/**
 * Whoever looks at the apps, and owners who change something in them without a word to the agent. They come only where
 * what is not used ends: what they do moves nothing anywhere else.
 */
export const createAudience = (
  world: World,
  cluster: Cluster,
  chance: Chance,
  note: (what: string) => void,
) => {
  const { time, faults } = world;
  const { idleMs } = cluster.settings().life;
  const seenAt = new Map<string, number>();
  let edits = 0;

  const visit = async (): Promise<void> => {
    const server = chance.pick(cluster.alive());
    const sessions = [...(server?.directory.sessions() ?? [])];
    const app = chance.pick(sessions.filter(({ status, claim }) => status === 'open' && claim !== undefined));
    if (server === undefined || app === undefined) return;
    const { sessionId, slug } = app;
    const now = Date.parse(time.now());
    if (chance.happens(0.1)) {
      edits += 1;
      note(`${slug} is changed by hand`);
      const change = { via: 'update', table: 'canary-prompt' } as const;
      await server.commands.changeData({ commandId: `edit-${edits}`, sessionId, owner: 'owner', change })();
      return;
    }
    note(`${slug} is looked at`);
    server.touch(sessionId);
    await time.sleep(TOLD_WITHIN_MS);
    // What only a server knew that died over it is lost.
    if (server.isAlive()) seenAt.set(sessionId, now);
  };

  const start = (): void => {
    if (idleMs === 0) return;
    time.after(chance.between(1_000, idleMs / 2), () => {
      if (!faults.isOn()) return;
      void visit();
      start();
    });
  };

  return { start, seenAt: (sessionId: string): number | undefined => seenAt.get(sessionId) };
};

export type Audience = ReturnType<typeof createAudience>;
