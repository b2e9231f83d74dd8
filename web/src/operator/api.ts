import type { StepName } from '../../../domain/steps.ts';
import type { ProjectionStatus } from '../../../projections/status.ts';
import type {
  AuditSessions,
  OperatorSession,
  OpsReport,
  OpsState,
  OrphansView,
  SweepRunning,
} from '../../../projections/views.ts';
import { commandId, type RequestOptions, send } from '../server/client.ts';
import { ApiProblem, problemOf } from '../server/problem.ts';
import type { Accepted, Ticket } from '../server/types.ts';
import { type HistorySource, historySource } from '../session/events/source.ts';

/** What a sweep over the providers came to. */
export type Sweep = {
  readonly found: number;
  readonly released: number;
  readonly failed: number;
  readonly missing: number;
  readonly retried: number;
  readonly unreachable: readonly { readonly service: string; readonly code: string }[];
};

/** Asks with nothing but the cookie of the browser: the page itself never holds the token. */
const sendAsOperator = async (path: string, options: RequestOptions = {}): Promise<Response> => {
  const response = await send(path, undefined, options);
  if (!response.ok) throw await problemOf(response);
  return response;
};

const ask = async <T>(path: string, options?: RequestOptions): Promise<T> =>
  (await (await sendAsOperator(path, options)).json()) as T;

const post = <T>(path: string, body: object = {}): Promise<T> => ask(path, { method: 'POST', body });
const command = <T>(path: string, body: object = {}): Promise<T> =>
  post(path, { commandId: commandId(), ...body });

const asked = (signal: AbortSignal | undefined): RequestOptions => (signal === undefined ? {} : { signal });

export const operatorApi = {
  session: (signal?: AbortSignal) => ask<OperatorSession>('/api/operator/session', asked(signal)),
  signIn: async (token: string): Promise<OperatorSession> => {
    try {
      return await post<OperatorSession>('/api/operator/session', { token });
    } catch (error) {
      // To a visitor the same code says that their sign-in has run out.
      const isWrong = error instanceof ApiProblem && error.code === 'token_refused';
      throw isWrong ? new ApiProblem(error.status, 'operator_token_refused', error.message) : error;
    }
  },
  signOut: async (): Promise<void> => {
    await sendAsOperator('/api/operator/session', { method: 'DELETE' });
  },
  ticket: () => post<Ticket>('/api/live/ticket'),
  report: (signal?: AbortSignal) => ask<OpsReport>('/api/ops', asked(signal)),
  orphans: (signal?: AbortSignal) => ask<OrphansView>('/api/orphans', asked(signal)),
  releaseOrphans: () => command<Sweep | SweepRunning>('/api/orphans/release'),
  setTarget: (target: number) => command<Accepted>('/api/pool/target', { target }),
  drain: (reason: string) => command<Accepted>('/api/pool/drain', { reason }),
  retry: (sessionId: string, step: StepName) => command<Accepted>('/api/ops/retry', { sessionId, step }),
  rebuild: (name: string) => post<ProjectionStatus>(`/api/projections/${encodeURIComponent(name)}/rebuild`),
  rollBack: (name: string) => post<ProjectionStatus>(`/api/projections/${encodeURIComponent(name)}/rollback`),
  sessions: (query: string, state: OpsState | '', cursor: string | undefined, signal?: AbortSignal) => {
    const asking = new URLSearchParams({ limit: '50' });
    if (query !== '') asking.set('query', query);
    if (state !== '') asking.set('state', state);
    if (cursor !== undefined) asking.set('cursor', cursor);
    return ask<AuditSessions>(`/api/audit/sessions?${asking}`, asked(signal));
  },
};

/** A session's history as operators may read it: what people wrote reads `[personal]`. */
export const auditOf = (sessionId: string): HistorySource =>
  historySource(`/api/audit/sessions/${encodeURIComponent(sessionId)}`, {
    json: (path, signal) => ask(path, asked(signal)),
    blob: async (path) => (await sendAsOperator(path)).blob(),
  });

/** The server no longer takes this browser for an operator's. */
export const isSignedOut = (error: unknown): boolean => error instanceof ApiProblem && error.status === 401;
