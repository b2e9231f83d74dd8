/** Why a command is not carried out; each is one rule of the domain. */
export type Refusal =
  | { readonly tag: 'SessionNotOpen' }
  | { readonly tag: 'SessionExists' }
  | { readonly tag: 'AlreadyClaimed' }
  | { readonly tag: 'NotClaimable'; readonly why: string }
  | { readonly tag: 'AttemptSuperseded' }
  | { readonly tag: 'StepNotDue' }
  | { readonly tag: 'PromptEmpty' }
  | { readonly tag: 'PromptTooLong'; readonly max: number }
  | { readonly tag: 'TooManyQueued'; readonly max: number }
  | { readonly tag: 'TurnUnknown' }
  | { readonly tag: 'NothingToUndo' }
  | { readonly tag: 'NothingToRedo' }
  | { readonly tag: 'CommitUnknown' }
  | { readonly tag: 'TurnRunning' }
  | { readonly tag: 'MoveRunning' }
  | { readonly tag: 'DataRestoreUnavailable' }
  | { readonly tag: 'ServiceNotFailed' }
  | { readonly tag: 'NotReady' };

/** For a person: what the rule is and what can be done. */
export const explain = (refusal: Refusal): string => {
  switch (refusal.tag) {
    case 'SessionNotOpen':
      return 'This session has been closed. Start a new one from the first page.';
    case 'SessionExists':
      return 'A session with this id exists already.';
    case 'AlreadyClaimed':
      return 'This session belongs to somebody already.';
    case 'NotClaimable':
      return `This session cannot be claimed: ${refusal.why}.`;
    case 'AttemptSuperseded':
      return 'Another attempt has taken over.';
    case 'StepNotDue':
      return 'This step is not due.';
    case 'PromptEmpty':
      return 'The prompt is empty. Describe in a sentence what you want.';
    case 'PromptTooLong':
      return `The prompt is longer than ${refusal.max.toLocaleString('en')} characters. Shorten it, or split it into several messages.`;
    case 'TooManyQueued':
      return `${refusal.max} messages are waiting already. Wait for one to finish, or stop the current turn.`;
    case 'TurnUnknown':
      return 'There is no such turn in this session.';
    case 'NothingToUndo':
      return 'There is nothing to undo: the code is as the template had it.';
    case 'NothingToRedo':
      return 'There is nothing to redo.';
    case 'CommitUnknown':
      return 'There is no such commit in the history of this session.';
    case 'TurnRunning':
      return 'The agent is working. Stop the turn, or wait until it has finished.';
    case 'MoveRunning':
      return 'The code is being moved already. Wait until that has finished.';
    case 'DataRestoreUnavailable':
      return 'Restoring data together with code is not available yet. Move the code and keep the data.';
    case 'ServiceNotFailed':
      return 'This service works; there is nothing to retry.';
    case 'NotReady':
      return 'The session is still booting. Try again when it is ready.';
    default:
      return unreachable(refusal);
  }
};

const unreachable = (refusal: never): string => String(refusal);

/** `TurnRunning` → `turn_running`: the stable code in HTTP problems. */
export const refusalCode = (refusal: Refusal): string =>
  refusal.tag.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
