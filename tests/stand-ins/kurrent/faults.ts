import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { AppendTooBig, MAX_APPEND_BYTES } from './append.ts';

const refusal = (
  code: status,
  details: string,
  fields: Readonly<Record<string, string>> = {},
): ServiceError => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(fields)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
};

/** Details travel in the trailers, under the names of `Constants.Exceptions` in the server. */
export const notLeader = (leader: { readonly host: string; readonly port: number }): ServiceError =>
  refusal(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': leader.host,
    'leader-endpoint-port': String(leader.port),
  });

export const connectionLost = (): ServiceError => refusal(status.UNAVAILABLE, 'Connection dropped');

export const accessDenied = (): ServiceError =>
  refusal(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

export const toServiceError = (error: unknown): ServiceError =>
  error instanceof AppendTooBig
    ? refusal(status.INVALID_ARGUMENT, `Maximum Append Size of ${MAX_APPEND_BYTES} Exceeded.`, {
        exception: 'maximum-append-size-exceeded',
        'maximum-append-size': String(MAX_APPEND_BYTES),
      })
    : refusal(status.UNKNOWN, error instanceof Error ? error.message : String(error));
