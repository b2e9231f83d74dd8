import type { ServiceName } from '../../../domain/services.ts';
import type { Attachment } from '../../../domain/session/events.ts';
import type { HistoryAnswer } from '../../../projections/history-views.ts';
import type { SessionView } from '../../../projections/views.ts';
import { commandId, request, requestBlob } from './client.ts';
import type {
  Accepted,
  AcceptedSave,
  AcceptedTurn,
  Analytics,
  Changed,
  Clone,
  CommitDiff,
  Created,
  Database,
  FileContent,
  FileList,
  KeptPicture,
  Mailbox,
  OldVersion,
  OneTimeLink,
  Revealed,
  RowChange,
  RowRange,
  SearchResult,
  SqlResult,
  TablePage,
  Ticket,
  Variables,
} from './types.ts';

const ROW_METHODS = { insert: 'POST', update: 'PATCH', delete: 'DELETE' } as const;

/** Before the first commit there is none to name. */
const at = (sha: string): string => (sha === '' ? '' : `?sha=${encodeURIComponent(sha)}`);
const filePath = (path: string): string => `/files/${path.split('/').map(encodeURIComponent).join('/')}`;

type WithTurn = {
  /** Fingerprint of the error of the app it is to fix. */
  readonly fixes?: string;
  /** Ids of pictures that are kept already. */
  readonly pictures?: readonly string[];
};

/** Everything the session screen asks of one session. Commands carry an id, so that a repeat does nothing twice. */
export const sessionApi = (sessionId: string) => {
  const base = `/api/sessions/${encodeURIComponent(sessionId)}`;
  const get = <T>(path: string, signal?: AbortSignal): Promise<T> =>
    request<T>(`${base}${path}`, signal === undefined ? {} : { signal });
  const command = <T>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body: object = {},
  ): Promise<T> => request<T>(`${base}${path}`, { method, body: { commandId: commandId(), ...body } });
  const post = <T>(path: string, body: object = {}): Promise<T> => command<T>('POST', path, body);

  return {
    view: (signal?: AbortSignal) => get<SessionView>('', signal),
    submitTurn: (prompt: string, id: string, { fixes, pictures = [] }: WithTurn = {}) =>
      post<AcceptedTurn>('/turns', {
        prompt,
        commandId: id,
        ...(fixes === undefined ? {} : { fixes }),
        ...(pictures.length === 0 ? {} : { pictures }),
      }),
    keepPicture: async (picture: Blob): Promise<Attachment> =>
      (await request<KeptPicture>(`${base}/pictures`, { method: 'POST', body: picture })).attachment,
    picture: (pictureId: string): Promise<Blob> =>
      requestBlob(`${base}/pictures/${encodeURIComponent(pictureId)}`),
    noteError: (error: {
      readonly source: 'page' | 'build';
      readonly message: string;
      readonly detail?: string;
    }) => post<Accepted>('/errors', error),
    issueLink: () => post<OneTimeLink>('/links'),
    chooseModel: (model: string) => post<Accepted>('/model', { model }),
    verifyAddress: (address: string) => post<Accepted>('/mail/address', { address }),
    confirmAddress: (code: string) => post<{ readonly verified: boolean }>('/mail/code', { code }),
    cancelTurn: (turnId: string) => post<Accepted>(`/turns/${encodeURIComponent(turnId)}/cancel`),
    history: (signal?: AbortSignal) => get<HistoryAnswer>('/history', signal),
    move: (
      to: 'undo' | 'redo' | { readonly sha: string },
      data: { readonly data: 'keep' } | { readonly data: 'restore'; readonly checkpointId: string } = {
        data: 'keep',
      },
    ) => post<Accepted>('/history', { to, ...data }),
    fork: (version: { readonly commit: string; readonly data: 'kept' | 'empty' }, id: string) =>
      post<Created>('/fork', { ...version, commandId: id }),
    openVersion: (commit: string) =>
      request<OldVersion>(`${base}/version`, { method: 'POST', body: { commit } }),
    version: (signal?: AbortSignal) => get<OldVersion>('/version', signal),
    closeVersion: () => request<OldVersion>(`${base}/version`, { method: 'DELETE' }),
    retryFork: () => post<Accepted>('/fork/retry'),
    retryService: (service: ServiceName) => post<Accepted>(`/services/${service}/retry`),
    upgrade: () => post<Accepted>('/upgrade'),
    wake: () => post<Accepted>('/wake'),
    remove: () => request<Accepted>(base, { method: 'DELETE' }),
    files: (sha: string, signal?: AbortSignal) => get<FileList>(`/files${at(sha)}`, signal),
    file: (path: string, sha: string, signal?: AbortSignal) =>
      get<FileContent>(`${filePath(path)}${at(sha)}`, signal),
    saveFile: (path: string, content: string, blob: string | null, id: string) =>
      command<AcceptedSave>('PUT', filePath(path), { content, base: blob, commandId: id }),
    /** `blob`: what the file was when it was looked at. */
    renameFile: (path: string, blob: string, to: string) =>
      command<AcceptedSave>('PATCH', filePath(path), { to, base: blob }),
    deleteFile: (path: string, blob: string) =>
      command<AcceptedSave>('DELETE', filePath(path), { base: blob }),
    search: (text: string, sha: string, signal?: AbortSignal) =>
      get<SearchResult>(`/search?${new URLSearchParams({ q: text, sha })}`, signal),
    diff: (sha: string, signal?: AbortSignal) => get<CommitDiff>(`/diff/${encodeURIComponent(sha)}`, signal),
    database: (signal?: AbortSignal) => get<Database>('/database', signal),
    rows: (table: string, range: RowRange, signal?: AbortSignal) => {
      const { limit, offset, sort } = range;
      const query = new URLSearchParams({
        limit: `${limit}`,
        offset: `${offset}`,
        ...(sort === undefined ? {} : { sort: sort.column, direction: sort.direction }),
      });
      return get<TablePage>(`/database/${encodeURIComponent(table)}?${query}`, signal);
    },
    changeRow: (table: string, { kind, ...change }: RowChange) =>
      command<Changed>(ROW_METHODS[kind], `/database/${encodeURIComponent(table)}/rows`, change),
    sql: (statement: string, mode: 'read' | 'write') => post<SqlResult>('/sql', { statement, mode }),
    mail: (signal?: AbortSignal) => get<Mailbox>('/mail', signal),
    analytics: (signal?: AbortSignal) => get<Analytics>('/analytics', signal),
    variables: (signal?: AbortSignal) => get<Variables>('/env', signal),
    reveal: (name: string) => post<Revealed>(`/env/${encodeURIComponent(name)}/reveal`),
    /** `null`: back to what its service gave. */
    replace: (name: string, value: string | null) =>
      command<Accepted>('PUT', `/env/${encodeURIComponent(name)}`, { value }),
    release: (service: ServiceName) => post<Accepted>(`/services/${service}/release`),
    clone: () => get<Clone>('/clone'),
  };
};
export type SessionApi = ReturnType<typeof sessionApi>;

/** Uses a one-time link: this browser opens the session from now on. */
export const join = (sessionId: string, secret: string, id: string): Promise<Accepted> =>
  request('/api/links', { method: 'POST', body: { sessionId, secret, commandId: id } });

export const liveTicket = (): Promise<Ticket> => request('/api/live/ticket', { method: 'POST', body: {} });
