/** What a command names, and what it answers. */

export type SessionCommand = {
  readonly commandId: string;
  readonly sessionId: string;
  readonly owner: string;
};
export type Revision = { readonly revision: number };

/** Why a command was not carried out. `Refused` is the domain's own word; the others are about this moment. */
export type CommandError =
  | { readonly tag: 'NotFound' }
  /** The session is there; what was asked about in it is not. */
  | { readonly tag: 'Missing'; readonly code: string; readonly message: string }
  /** `code` is stable, e.g. `turn_not_running`, `prompt_too_long`, `nothing_to_undo`. */
  | { readonly tag: 'Refused'; readonly code: string; readonly message: string }
  /** The log cannot be written now (full disk, store away). Nothing was lost; try again later. */
  | { readonly tag: 'Unavailable'; readonly code: string; readonly message: string };

export type CreatedSession = {
  readonly sessionId: string;
  readonly slug: string;
  readonly sessionKey: string;
  readonly revision: number;
  readonly source: 'pool' | 'cold';
};
