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
  | { readonly tag: 'NoPicture' }
  | { readonly tag: 'PictureTooLarge'; readonly max: number }
  | { readonly tag: 'TooManyPictures'; readonly max: number }
  | { readonly tag: 'TooManyPicturesKept'; readonly max: number }
  | { readonly tag: 'PictureUnknown' }
  | { readonly tag: 'PicturesNeedApp' }
  | { readonly tag: 'AppErrorUnknown' }
  | { readonly tag: 'FixRunning' }
  | { readonly tag: 'FixGivenUp'; readonly attempts: number }
  | { readonly tag: 'LinkInvalid' }
  | { readonly tag: 'LinkExpired' }
  | { readonly tag: 'LinkUsed' }
  | { readonly tag: 'TooManyLinks'; readonly max: number }
  | { readonly tag: 'TooManyRecipients'; readonly max: number }
  | { readonly tag: 'MailQuotaReached'; readonly max: number }
  | { readonly tag: 'MailUnverified' }
  | { readonly tag: 'TooManyCodes'; readonly max: number }
  | { readonly tag: 'NoCodeSent' }
  | { readonly tag: 'CodeExpired' }
  | { readonly tag: 'NothingToUndo' }
  | { readonly tag: 'NothingToRedo' }
  | { readonly tag: 'CommitUnknown' }
  | { readonly tag: 'TurnRunning' }
  | { readonly tag: 'MoveRunning' }
  | { readonly tag: 'SaveRunning' }
  | { readonly tag: 'FilePathInvalid'; readonly why: string }
  | { readonly tag: 'FileTooLong'; readonly max: number }
  | { readonly tag: 'VariableUnknown' }
  | { readonly tag: 'VariableNameInvalid' }
  | { readonly tag: 'VariableValueInvalid' }
  | { readonly tag: 'TooManyVariables'; readonly max: number }
  | { readonly tag: 'ServiceNotThere' }
  | { readonly tag: 'ServiceReleasing' }
  | { readonly tag: 'DataNotKept' }
  | { readonly tag: 'NoDataToFork' }
  | { readonly tag: 'NotFull' }
  | { readonly tag: 'SandboxAsleep' }
  | { readonly tag: 'ForkRunning' }
  | { readonly tag: 'NothingToBring' }
  | { readonly tag: 'ForkInUse' }
  | { readonly tag: 'ForkGone' }
  | { readonly tag: 'ServiceNotFailed' }
  | { readonly tag: 'StepNotParked' }
  | { readonly tag: 'OwnerOnly' }
  | { readonly tag: 'QuickPage' }
  | { readonly tag: 'NotQuick' }
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
    case 'NoPicture':
      return 'This is no picture that can be attached. Attach a PNG, JPEG, WebP or GIF.';
    case 'PictureTooLarge':
      return `A picture may have ${refusal.max / 1024 / 1024} MB at most. Attach a smaller one.`;
    case 'TooManyPictures':
      return `A message takes ${refusal.max} pictures at most. Send the others with the next one.`;
    case 'TooManyPicturesKept':
      return `This app keeps ${refusal.max} pictures already. Attach one of those again, or describe in words what you want.`;
    case 'PicturesNeedApp':
      return 'A quick page is written from words alone. Make it a full app to send pictures, or send the words without them.';
    case 'PictureUnknown':
      return 'One of the pictures is not in this session any more. Attach it again.';
    case 'AppErrorUnknown':
      return 'This error was not seen in the app as it is now. Reload the preview; if it is still there, try again.';
    case 'FixRunning':
      return 'The agent is already told to fix this error. Wait until it has finished.';
    case 'FixGivenUp':
      return `${refusal.attempts} attempts have not fixed this error, so no other begins by itself. Say in your own words what should happen, or undo to before it appeared.`;
    case 'LinkInvalid':
      return 'This link does not lead to an app. Make a new one in the browser that has the app.';
    case 'LinkExpired':
      return 'This link was good for a few minutes, which are over. Make a new one in the browser that has the app.';
    case 'LinkUsed':
      return 'This link was used already, and works once. Make a new one in the browser that has the app.';
    case 'TooManyLinks':
      return `${refusal.max} links are waiting to be used already. Use one of them, or wait until they have expired.`;
    case 'TooManyRecipients':
      return `One mail may go to ${refusal.max} addresses at most. Send several.`;
    case 'MailQuotaReached':
      return `This app may send ${refusal.max} mails a day. The count starts anew at 00:00 UTC.`;
    case 'MailUnverified':
      return 'Mail of this app goes to real inboxes, so its owner verifies an address first: in the Backend tab, under Mail.';
    case 'TooManyCodes':
      return `${refusal.max} codes were sent today. Use the last one, or try again tomorrow (UTC).`;
    case 'NoCodeSent':
      return 'There is no code to enter. Have one sent to your address.';
    case 'CodeExpired':
      return 'This code was good for a quarter of an hour, which is over. Have another sent.';
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
    case 'SaveRunning':
      return 'A file is being saved already. Wait a moment, then save again.';
    case 'FilePathInvalid':
      return `This file cannot be saved here: ${refusal.why}.`;
    case 'FileTooLong':
      return `Files of more than ${refusal.max.toLocaleString('en')} bytes are not edited here. Clone the repository instead.`;
    case 'VariableUnknown':
      return 'There is no such variable in the env file.';
    case 'VariableNameInvalid':
      return 'A variable is named by letters, digits and underscores, and does not begin with a digit.';
    case 'VariableValueInvalid':
      return 'The env file cannot hold this value: one line of at most 4,096 characters, without single quotes and dollar signs, that does not end in a backslash.';
    case 'TooManyVariables':
      return `At most ${refusal.max} variables can be your own. Put one back first.`;
    case 'ServiceNotThere':
      return 'There is nothing to release: this service is not there.';
    case 'ServiceReleasing':
      return 'This service is being released. Wait until it has been, then ask for a new one.';
    case 'DataNotKept':
      return 'The data of this version is not kept, or not any more. Move the code and keep the data as it is.';
    case 'SandboxAsleep':
      return 'The app is not awake, and an older version is shown beside it. Wake it first.';
    case 'NotFull':
      return 'This is a quick page, without a sandbox and a backend. Make it a full app first.';
    case 'NoDataToFork':
      return 'The data of this version is not kept, or not any more. Fork it with an empty database.';
    case 'ForkRunning':
      return 'The version this app was forked from is still coming over. Wait a moment.';
    case 'NothingToBring':
      return 'There is nothing left to bring over: this app has all it was forked with.';
    case 'ForkInUse':
      return 'This app has been worked on since, and bringing the rest over would replace that. Fork the version once more.';
    case 'ForkGone':
      return 'What did not come over is gone for good. Go on with what is here, or fork another version.';
    case 'ServiceNotFailed':
      return 'This service works; there is nothing to retry.';
    case 'StepNotParked':
      return 'This step was not given up on; there is nothing to try again.';
    case 'OwnerOnly':
      return 'What was in it is lost. A new one would be empty, and only the owner of the session can ask for that.';
    case 'QuickPage':
      return 'A quick page is changed in the chat. Make it a full app to work on its code by hand.';
    case 'NotQuick':
      return 'This is a full app already.';
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
