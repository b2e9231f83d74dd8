import type { ServiceName } from '../../../domain/services.ts';
import type { SessionView } from '../../../projections/views.ts';
import { commandId, request } from './client.ts';
import type {
  Accepted,
  AcceptedTurn,
  Analytics,
  Clone,
  CommitDiff,
  Database,
  EventPage,
  FileContent,
  FileList,
  Mailbox,
  TableRows,
  Ticket,
  Variables,
  Verification,
} from './types.ts';

/** Everything the session screen asks of one session. Commands carry an id, so that a repeat does nothing twice. */
export const sessionApi = (sessionId: string) => {
  const base = `/api/sessions/${encodeURIComponent(sessionId)}`;
  const get = <T>(path: string, signal?: AbortSignal): Promise<T> =>
    request<T>(`${base}${path}`, signal === undefined ? {} : { signal });
  const post = <T>(path: string, body: object = {}): Promise<T> =>
    request<T>(`${base}${path}`, { method: 'POST', body: { commandId: commandId(), ...body } });

  return {
    view: (signal?: AbortSignal) => get<SessionView>('', signal),
    submitTurn: (prompt: string, id: string) => post<AcceptedTurn>('/turns', { prompt, commandId: id }),
    cancelTurn: (turnId: string) => post<Accepted>(`/turns/${encodeURIComponent(turnId)}/cancel`),
    move: (to: 'undo' | 'redo' | { readonly sha: string }) =>
      post<Accepted>('/history', { to, data: 'keep' }),
    retryService: (service: ServiceName) => post<Accepted>(`/services/${service}/retry`),
    wake: () => post<Accepted>('/wake'),
    remove: () => request<Accepted>(base, { method: 'DELETE' }),
    events: (from: number, limit: number, signal?: AbortSignal) =>
      get<EventPage>(`/events?from=${from}&limit=${limit}`, signal),
    verify: () => get<Verification>('/events/verify'),
    files: (signal?: AbortSignal) => get<FileList>('/files', signal),
    file: (path: string, signal?: AbortSignal) =>
      get<FileContent>(`/files/${path.split('/').map(encodeURIComponent).join('/')}`, signal),
    diff: (sha: string, signal?: AbortSignal) => get<CommitDiff>(`/diff/${encodeURIComponent(sha)}`, signal),
    database: (signal?: AbortSignal) => get<Database>('/database', signal),
    rows: (table: string, offset: number, limit: number, signal?: AbortSignal) =>
      get<TableRows>(`/database/${encodeURIComponent(table)}?limit=${limit}&offset=${offset}`, signal),
    mail: (signal?: AbortSignal) => get<Mailbox>('/mail', signal),
    analytics: (signal?: AbortSignal) => get<Analytics>('/analytics', signal),
    variables: (signal?: AbortSignal) => get<Variables>('/env', signal),
    clone: () => get<Clone>('/clone'),
  };
};
export type SessionApi = ReturnType<typeof sessionApi>;

export const liveTicket = (): Promise<Ticket> => request('/api/live/ticket', { method: 'POST', body: {} });
