import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { SessionEvent } from '../../domain/session/events.ts';
import type { SaveState } from '../../domain/session/state.ts';
import type { StepError } from '../../domain/steps.ts';
import { type Attempt, type Effect, fromVault, runScript, sandboxOf } from '../effects/context.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { ProviderError } from '../ports/services.ts';
import { type KeptSave, readKeptSave, saveName } from '../saves.ts';
import { CHANGE_SCRIPT } from './change-file.ts';
import { parseCommit } from './commit.ts';

/**
 * Writes one file and commits it alone. It is compared by its blob with what was edited, and what lies in the working
 * tree uncommitted is kept under a ref of its own. An attempt that was cut short is recognised by what it left: the file
 * as it should be, committed or not.
 */
const SCRIPT = `
set -e
export GIT_LITERAL_PATHSPECS=1
file="./$MK0R_PATH"
dir=$(dirname "$file")
while [ "$dir" != . ]; do
  if [ -L "$dir" ] || { [ -e "$dir" ] && [ ! -d "$dir" ]; }; then echo no-file; exit 0; fi
  dir=$(dirname "$dir")
done
if [ -L "$file" ] || { [ -e "$file" ] && [ ! -f "$file" ]; }; then echo no-file; exit 0; fi
wanted=$(git hash-object -w --stdin --path="$MK0R_PATH")
committed=$(git rev-parse -q --verify "HEAD:$MK0R_PATH" || echo none)
head=$(git rev-parse HEAD)
if [ "$committed" = "$wanted" ]; then
  if [ "$head" = "$MK0R_FROM" ]; then echo unchanged; exit 0; fi
else
  if [ "$committed" != "$MK0R_BASE" ]; then echo conflict; exit 0; fi
  if [ "$committed" = none ] && GIT_LITERAL_PATHSPECS= git check-ignore -q "$file"; then echo ignored; exit 0; fi
  if [ -e "$file" ]; then
    there=$(git hash-object -w "$file")
    if [ "$there" != "$committed" ] && [ "$there" != "$wanted" ]; then
      git update-ref "refs/mk0r/aside/$MK0R_SAVE" "$there"
    fi
  fi
  mkdir -p "$(dirname "$file")"
  new="$(dirname "$file")/.mk0r-save"
  if [ -e "$file" ]; then cp -p "$file" "$new"; fi
  git cat-file --filters --path="$MK0R_PATH" "$wanted" > "$new"
  mv -f "$new" "$file"
  git add -- "$MK0R_PATH"
  git -c user.name=Owner -c user.email=owner@mk0r.local commit -q --no-verify -m "$MK0R_TITLE" --only -- "$MK0R_PATH"
fi
echo saved
git update-ref "refs/mk0r/commits/$(git rev-parse HEAD)" HEAD
git rev-parse HEAD
git diff --name-status --no-renames -z "$MK0R_FROM" HEAD
`;

const REFUSALS: Readonly<Record<string, StepError>> = {
  conflict: {
    code: 'file_changed',
    message: 'Somebody else has changed this file since it was opened.',
    retryable: false,
  },
  exists: {
    code: 'file_exists',
    message: 'There is a file of that name already. Choose another name.',
    retryable: false,
  },
  unchanged: { code: 'file_unchanged', message: 'The file has this content already.', retryable: false },
  ignored: { code: 'file_ignored', message: 'Git is told to ignore this file.', retryable: false },
  'no-file': {
    code: 'not_a_file',
    message: 'This is a link or a folder, and no file that can be edited.',
    retryable: false,
  },
};
const LOST: ProviderError = {
  code: 'content_lost',
  message: 'What was to be saved is no longer there. Save it again.',
  retryable: false,
};

/** What the owner edited by hand, as a commit of its own like that of a turn. */
export const saveFile: Effect = (world, attempt) => {
  const { sessionId, save, saved } = attempt.state;
  if (save === undefined) {
    return TE.left({ code: 'no_save', message: 'No file was to be saved.', retryable: false });
  }
  return pipe(
    TE.Do,
    TE.bind('sandbox', () => sandboxOf(world, attempt.state)),
    TE.bind('values', () => fromVault(world.vault.all(sessionId))),
    TE.bind('kept', ({ values }) => {
      const kept = readKeptSave(values, save.saveId);
      return kept === undefined ? TE.left(LOST) : TE.right(kept);
    }),
    TE.bind('outcome', ({ sandbox, kept }) => writeAndCommit(sandbox, attempt, save, kept)),
    // Of no more use, and never needed again: the log says what became of it.
    TE.tap(() => fromVault(world.vault.remove(sessionId, saved === undefined ? [] : [saveName(saved)]))),
    TE.map(({ outcome }) => [outcome]),
  );
};

const titleOf = ({ path, content, to }: KeptSave, base: string | null): string => {
  if (content !== undefined) return `${base === null ? 'Add' : 'Edit'} ${path}`;
  return to === undefined ? `Delete ${path}` : `Rename ${path} to ${to}`;
};

const writeAndCommit = (
  sandbox: Sandbox,
  { attemptId }: Attempt,
  { saveId, base, from }: SaveState,
  { path, content, to }: KeptSave,
): TE.TaskEither<ProviderError, SessionEvent> => {
  const title = titleOf({ path, content, to }, base);
  const script = content === undefined ? CHANGE_SCRIPT : SCRIPT;
  const env = {
    MK0R_PATH: path,
    MK0R_BASE: base ?? 'none',
    MK0R_FROM: from,
    MK0R_SAVE: saveId,
    MK0R_TITLE: title,
    ...(content === undefined ? { MK0R_TO: to ?? '' } : {}),
  };
  return pipe(
    runScript(sandbox, script, { env, stdin: content ?? '', timeoutMs: 25_000 }),
    TE.flatMap((output): TE.TaskEither<ProviderError, SessionEvent> => {
      const end = output.indexOf('\n');
      const error = REFUSALS[output.slice(0, end)];
      if (error !== undefined)
        return TE.right({ type: 'FileSaveRefused', data: { attemptId, saveId, error } });
      return pipe(
        parseCommit(output.slice(end + 1)),
        TE.map(({ sha, changed }) => ({
          type: 'FileSaved',
          data: { attemptId, saveId, sha, parent: from, title, changed },
        })),
      );
    }),
  );
};
