import { isDamage, messageOf } from './error-codes.ts';

/** Why a file was not opened. In every case the file is as it was: nothing was written, nothing was deleted. */
export type OpenError = {
  readonly tag:
    | 'FileDamaged'
    | 'FileForeign'
    | 'FileTooNew'
    | 'FileTooOld'
    | 'FileMissing'
    | 'FileInaccessible';
  readonly file: string;
  /** For a person: what is wrong, that nothing was deleted, and what to do. */
  readonly message: string;
};

export const damaged = (file: string, what: string, detail: string): OpenError => ({
  tag: 'FileDamaged',
  file,
  message:
    `The ${what} ${file} is damaged: ${detail}. Nothing was deleted or changed. ` +
    `Keep a copy of ${file} and of ${file}-wal if there is one, then restore both from a backup, ` +
    `or move them away to start empty; "sqlite3 ${file} .recover" may save what is readable.`,
});

export const foreign = (file: string, what: string): OpenError => ({
  tag: 'FileForeign',
  file,
  message: `${file} is a SQLite database, but not an mk0r ${what}. Nothing was changed. Point MK0R_DATA_DIR elsewhere.`,
});

export const tooNew = (file: string, what: string, found: number, known: number): OpenError => ({
  tag: 'FileTooNew',
  file,
  message:
    `The ${what} ${file} has schema version ${found}; this release knows up to ${known}. ` +
    'Nothing was changed. Run the newer release, or restore a backup made with this one.',
});

export const tooOld = (file: string, what: string, found: number, known: number): OpenError => ({
  tag: 'FileTooOld',
  file,
  message:
    `The ${what} ${file} has schema version ${found}; this release reads ${known}. ` +
    'Nothing was changed. Start the server once: it brings the file up to date.',
});

export const missing = (file: string, what: string): OpenError => ({
  tag: 'FileMissing',
  file,
  message: `There is no ${what} ${file}. Set MK0R_DATA_DIR to the directory a server has run on.`,
});

export const openFailure = (file: string, what: string, error: unknown): OpenError =>
  isDamage(error)
    ? damaged(file, what, messageOf(error))
    : {
        tag: 'FileInaccessible',
        file,
        message:
          `The ${what} ${file} could not be opened: ${messageOf(error)}. Nothing was deleted. ` +
          'Check that the directory exists, is writable and has free space.',
      };
