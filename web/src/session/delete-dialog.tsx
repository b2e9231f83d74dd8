import type { SessionView } from '../../../projections/views.ts';
import { forget } from '../live/kept.ts';
import { navigate } from '../routing/router.ts';
import { Dialog } from '../ui/dialog.tsx';
import { DialogActions } from '../ui/dialog-actions.tsx';
import { useSessionApi } from './session-api.ts';
import { useCommand } from './use-command.ts';

const what = (view: SessionView): readonly string[] => [
  view.mode === 'quick' ? 'the page and every version of it' : 'the sandbox with the running app',
  ...view.services.flatMap(({ service, status }) => {
    if (status !== 'done') return [];
    if (service === 'neon') return ['the Postgres database and everything in it'];
    if (service === 'resend') return ['the mail key, the contacts and the sent mail'];
    if (service === 'github') return ['the repository with every commit'];
    return ['the analytics of the app'];
  }),
  'the key to this conversation: what you and the agent wrote cannot be read again, by anybody',
];

export const DeleteDialog = ({
  view,
  onClose,
}: {
  readonly view: SessionView;
  readonly onClose: () => void;
}) => {
  const api = useSessionApi();
  const remove = useCommand(async () => {
    await api.remove();
    forget(view.sessionId);
    navigate('/');
  });
  return (
    <Dialog title="Delete this app?" onClose={onClose}>
      <p className="mt-2 text-ink-2">This erases, for good:</p>
      <ul className="mt-1 list-disc space-y-0.5 pl-5 text-ink-2">
        {what(view).map((thing) => (
          <li key={thing}>{thing}</li>
        ))}
      </ul>
      <DialogActions command={remove} look="danger" leave="Keep it" onLeave={onClose}>
        Delete for good
      </DialogActions>
    </Dialog>
  );
};
