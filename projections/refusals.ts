import type { Table } from './ports.ts';

/** Why an operator's wish was not carried out. */
export type ProjectorRefusal = {
  readonly code: 'nothing_kept' | 'rebuild_running' | 'kept_by_another_release';
  readonly message: string;
};

export const refusal = {
  running: (name: string): ProjectorRefusal => ({
    code: 'rebuild_running',
    message: `${name} is being rebuilt. Go back once that has ended.`,
  }),
  nothingKept: (name: string): ProjectorRefusal => ({
    code: 'nothing_kept',
    message: `${name} has no table that served before: there is nothing to go back to.`,
  }),
  notReached: ({ name }: Table): ProjectorRefusal => ({
    code: 'rebuild_running',
    message: `${name} could not be brought up to date, so what served goes on serving. The log of the server says why.`,
  }),
  anotherRelease: ({ name }: Table): ProjectorRefusal => ({
    code: 'kept_by_another_release',
    message: `Only the release that made ${name} can keep it up to date. Run that release: it takes it up where it stopped.`,
  }),
};
