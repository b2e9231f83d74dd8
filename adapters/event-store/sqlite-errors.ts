import type { AppendError, ReadError } from '../../commands/ports/event-store.ts';
import { isBusy, isDamage, isFull, messageOf } from '../sqlite-file/error-codes.ts';
import { damaged } from '../sqlite-file/open-error.ts';
import { DamagedRow } from './sqlite-rows.ts';

export const unavailable = (message: string): ReadError => ({ tag: 'StoreUnavailable', message });

export const toReadError = (file: string, error: unknown): ReadError =>
  isDamage(error) || error instanceof DamagedRow
    ? unavailable(damaged(file, 'event store', messageOf(error)).message)
    : unavailable(messageOf(error));

/**
 * A full disk is met while pages are written, always before the commit frame, so nothing was written. Whatever else
 * goes wrong with a commit may have happened after it: ambiguous.
 */
export const toAppendError = (error: unknown): AppendError => {
  if (isFull(error)) {
    return {
      tag: 'StoreFull',
      message: 'the disk is full: nothing was written; free some space and try again',
    };
  }
  if (isBusy(error)) return unavailable('another process has kept the event store locked for too long');
  return unavailable(messageOf(error));
};
