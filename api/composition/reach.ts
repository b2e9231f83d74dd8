import * as E from 'fp-ts/lib/Either.js';
import type { Sandbox } from '../../commands/ports/sandboxes.ts';
import type { Context } from '../../commands/process-managers/context.ts';
import { isOutOfReach, takeUpSandbox } from '../../commands/process-managers/sandbox-watch.ts';
import { resourceName } from '../../domain/services.ts';

const LIMIT_MS = 10_000;
/** A preview that waits asks several times a second, and the sandbox's host counts calls. */
const PAUSE_AFTER_FAILURE_MS = 1_000;

const NOT_TAKEN_UP = 'a sandbox that runs elsewhere could not be taken up';

export type Reach = (sessionId: string) => Promise<Sandbox | undefined>;

/**
 * The sandbox of a session, got hold of where another process has booted it: that process runs what is due in it, and
 * this one only shows it. Who asks meanwhile waits for the same attempt. `undefined` where it does not run, or cannot
 * be had now.
 */
export const createReach = (context: Context): Reach => {
  const { world, directory, log } = context;
  const reaching = new Map<string, Promise<Sandbox | undefined>>();
  /** Why a session's was not had the last time: who waits asks every second, and that is said once. */
  const told = new Map<string, string>();

  const tell = (sessionId: string, why: string, say: () => void): void => {
    if (told.get(sessionId) === why) return;
    told.set(sessionId, why);
    say();
  };

  const takeUp = async (sessionId: string): Promise<Sandbox | undefined> => {
    const state = directory.session(sessionId);
    if (state === undefined || state.sandbox.status !== 'awake' || !isOutOfReach(context, state)) {
      told.delete(sessionId);
      return undefined;
    }
    const taken = await takeUpSandbox(context, state, LIMIT_MS);
    if (E.isRight(taken)) return taken.right;
    const { code } = taken.left;
    tell(sessionId, code, () => log.warn({ sessionId, code }, NOT_TAKEN_UP));
    return undefined;
  };

  const attempt = async (sessionId: string): Promise<Sandbox | undefined> => {
    const sandbox = await takeUp(sessionId).catch((error: unknown) => {
      tell(sessionId, String(error), () => log.error({ err: error, sessionId }, NOT_TAKEN_UP));
      return undefined;
    });
    if (sandbox !== undefined) {
      reaching.delete(sessionId);
      told.delete(sessionId);
    } else setTimeout(() => reaching.delete(sessionId), PAUSE_AFTER_FAILURE_MS).unref();
    return sandbox;
  };

  return async (sessionId) => {
    const slug = directory.session(sessionId)?.slug;
    const held = slug === undefined ? undefined : world.sandboxes.running(resourceName(slug));
    if (held !== undefined) return held;
    const running = reaching.get(sessionId) ?? attempt(sessionId);
    if (!reaching.has(sessionId)) reaching.set(sessionId, running);
    return running;
  };
};
