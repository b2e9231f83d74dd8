/**
 * Work that the app does by itself, e.g. a weekly mail. While the app runs, each job is called every half minute and
 * decides for itself whether it is due; what it has done it notes in the database, because the app may sleep or restart.
 */
export type Job = { readonly name: string; readonly run: (now: Date) => Promise<void> };

export const jobs: readonly Job[] = [];
