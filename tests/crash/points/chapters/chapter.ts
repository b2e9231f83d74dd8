import { resourceName } from '../../../../domain/services.ts';
import type { SessionEvent, SessionEventType } from '../../../../domain/session/events.ts';
import type { ToldEvent, WorkerOptions } from '../../../support/ledger/worker-calls.ts';
import type { Stage } from '../stage.ts';

/** A part of the story of a server: what visitors, operators and the world outside do, whatever the server does. */
export type Chapter = Pick<WorkerOptions, 'settings' | 'residentialProxy'> & {
  readonly name: string;
  readonly play: (stage: Stage) => Promise<void>;
};

export type Session = { readonly sessionId: string; readonly sandbox: string; readonly owner: string };

export const eventsOf = (log: readonly ToldEvent[], { sessionId }: Pick<Session, 'sessionId'>) =>
  log
    .filter(({ stream }) => stream === `session-${sessionId}`)
    .map((event) => event as unknown as SessionEvent);

export const has =
  (session: Session, type: SessionEventType, isIt: (event: SessionEvent) => boolean = () => true) =>
  (log: readonly ToldEvent[]): boolean =>
    eventsOf(log, session).some((event) => event.type === type && isIt(event));

/** A visitor with a session, who asks until answered. */
export const newSession = async (
  { ask, commandId }: Stage,
  owner: string,
  {
    prompt,
    residentialIp = false,
    mode,
  }: { readonly prompt?: string; readonly residentialIp?: boolean; readonly mode?: 'quick' },
): Promise<Session & { readonly source: 'pool' | 'cold' }> => {
  const { sessionId, slug, source } = await ask('createSession', {
    commandId: commandId(),
    owner,
    residentialIp,
    ...(prompt === undefined ? {} : { prompt }),
    ...(mode === undefined ? {} : { mode }),
  });
  return { sessionId, sandbox: resourceName(slug), owner, source };
};

export const commandOf = ({ commandId }: Stage, { sessionId, owner }: Session) => ({
  commandId: commandId(),
  sessionId,
  owner,
});

export const turnEnded =
  (session: Session, turnId: string) =>
  (log: readonly ToldEvent[]): boolean =>
    eventsOf(log, session).some(
      (event) =>
        (event.type === 'TurnFinished' || event.type === 'TurnFailed' || event.type === 'TurnCancelled') &&
        event.data.turnId === turnId,
    );

/** The operator looks until the log says so: what has to be seen twice is forgotten by a server that was killed. */
export const sweepUntil = async (
  stage: Stage,
  what: string,
  isIt: (log: readonly ToldEvent[]) => boolean,
) => {
  for (let looks = 0; !isIt(stage.log()); looks += 1) {
    if (looks === 10) throw new Error(`${what}: not after ${looks} sweeps`);
    await stage.ask('releaseOrphans', { commandId: stage.commandId() });
    // What the sweep has written comes back by way of the log.
    await stage.rest();
  }
};
