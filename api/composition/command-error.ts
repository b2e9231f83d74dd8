import type { CommandFailure } from '../../commands/handler.ts';
import { explain, refusalCode } from '../../domain/session/refusals.ts';
import type { CommandError } from '../application/command.ts';

/** What the write side says, in the words of the API. */
export const toCommandError = (failure: CommandFailure): CommandError => {
  switch (failure.tag) {
    case 'Refused':
      return { tag: 'Refused', code: refusalCode(failure.refusal), message: explain(failure.refusal) };
    case 'StoreFull':
    case 'VaultFull':
      return {
        tag: 'Unavailable',
        code: 'store_full',
        message:
          'The disk of this server is full: nothing was changed and nothing was lost. Try again later.',
      };
    case 'VaultUnavailable':
      return {
        tag: 'Unavailable',
        code: 'vault_unavailable',
        message:
          'The vault with the key to this app cannot be read right now: nothing was recorded and nothing was lost. Try ' +
          'again in a moment; if it stays so, tell whoever runs this server.',
      };
    case 'RevisionConflict':
      return {
        tag: 'Unavailable',
        code: 'contended',
        message: 'Too much is happening in this session at once. Try again in a moment.',
      };
    default:
      return {
        tag: 'Unavailable',
        code: 'store_unavailable',
        message: 'The log cannot be written right now; nothing was lost. Try again in a moment.',
      };
  }
};

/** The log, or the vault without which it cannot be read, does not answer. */
export const storeUnavailable = ({ message }: { readonly message: string }): CommandError => ({
  tag: 'Unavailable',
  code: 'store_unavailable',
  message,
});
