import type { SessionEventOf } from '../../domain/session/events.ts';
import type { AppErrorView } from '../views.ts';

type Errors = readonly AppErrorView[];

/** What nobody works on and no longer happens is not shown; this bounds what is. */
const MOST = 20;

/** The error at the end, where it was seen last; what was done about it before stays with it. */
export const seen = (
  errors: Errors,
  { fingerprint, source, sha, message, detail }: SessionEventOf<'AppErrorSeen'>['data'],
  at: string,
): Errors => {
  const attempts = errors.find((error) => error.fingerprint === fingerprint)?.attempts ?? [];
  const error = { fingerprint, source, message, sha, at, attempts };
  return [
    ...errors.filter(
      (known) => known.fingerprint !== fingerprint && (known.sha === sha || known.attempts.length > 0),
    ),
    detail === undefined ? error : { ...error, detail },
  ].slice(-MOST);
};

/** A turn that is to fix an error is one attempt more; whatever else a person says starts the count anew. */
export const turnSubmitted = (
  errors: Errors,
  { turnId, fixes }: SessionEventOf<'TurnSubmitted'>['data'],
): Errors =>
  errors.map((error) => {
    if (fixes === undefined) return { ...error, attempts: [] };
    return error.fingerprint === fixes ? { ...error, attempts: [...error.attempts, turnId] } : error;
  });

export const takenBack = (errors: Errors, turnId: string): Errors =>
  errors.map((error) => ({ ...error, attempts: error.attempts.filter((attempt) => attempt !== turnId) }));
