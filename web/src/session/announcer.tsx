import type { Sync } from '../live/sync.ts';

const sentence = ({ views }: Sync): string => {
  if (views === undefined) return '';
  const { view, transcript } = views;
  if (view.phase === 'booting') return 'Your app’s sandbox and backend are starting.';
  if (view.history.moving !== undefined) return 'Code is being moved.';
  switch (transcript.turns.findLast(({ status }) => status !== 'queued')?.status) {
    case 'running':
      return 'The agent is working.';
    case 'cancelling':
      return 'The agent is being stopped.';
    case 'finished':
      return 'The agent has finished.';
    case 'failed':
      return 'The turn failed.';
    case 'cancelled':
      return 'The agent was stopped.';
    default:
      return 'Ready.';
  }
};

/** Milestones for screen readers. The stream itself is not read out: nobody can listen to letters arriving. */
export const Announcer = ({ sync }: { readonly sync: Sync }) => (
  <p role="status" className="sr-only">
    {sentence(sync)}
  </p>
);
