import { History } from 'lucide-react';
import { useState } from 'react';
import type { SessionView } from '../../../../projections/views.ts';
import { config } from '../../server/config.ts';
import type { OldVersion as Shown } from '../../server/types.ts';
import { Button } from '../../ui/button.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import { ForkDialog } from '../history/fork-dialog.tsx';
import { MoveDialog } from '../history/move-dialog.tsx';
import { versionNumber, versionTitle } from '../history/versions.ts';
import { whyNoMove } from '../history-buttons.tsx';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';
import { State } from './preview-overlay.tsx';
import { previewAddress } from './preview-state.ts';
import { useOldVersion } from './use-old-version.ts';

const SANDBOX = 'allow-scripts allow-forms allow-same-origin allow-popups allow-modals allow-downloads';

const DATA: Readonly<Record<NonNullable<Shown['data']>, string>> = {
  kept: 'It has a copy of the data of then',
  empty: 'Its data is not kept, so its database is empty',
  none: 'It has no database',
};

type Props = {
  readonly view: SessionView;
  readonly sha: string;
  readonly onClose: () => void;
};

const Body = ({
  view,
  sha,
  version,
}: Omit<Props, 'onClose'> & { readonly version: ReturnType<typeof useOldVersion> }) => {
  const api = useSessionApi();
  const { shown, problem, open } = version;
  const { value: settings } = useLoaded(config, 'config');
  const wake = useCommand(async () => {
    await api.wake();
  });
  if (view.sandbox !== 'awake')
    return (
      <State
        busy={view.sandbox === 'waking'}
        title="Your app is asleep"
        action={
          <Button
            look="solid"
            disabled={wake.busy || view.sandbox === 'waking'}
            onClick={() => void wake.run()}
          >
            Wake
          </Button>
        }
      >
        An older version is shown beside the app, in the same sandbox. {wake.problem}
      </State>
    );
  if (problem !== undefined || shown.state === 'failed')
    return (
      <State
        title="This version cannot be shown"
        action={
          <Button look="solid" onClick={() => void open()}>
            Try again
          </Button>
        }
      >
        <span className="wrap-anywhere">{problem ?? shown.error?.message}</span>
      </State>
    );
  if (shown.state === 'closed')
    return (
      <State
        title="This version is not shown any more"
        action={
          <Button look="solid" onClick={() => void open()}>
            Open again
          </Button>
        }
      >
        Nobody had used it for a while, or another one took its place.
      </State>
    );
  if (shown.state === 'opening' || settings === undefined)
    return (
      <State busy title="Getting this version ready">
        Its code, with a copy of its data, starts beside the app. The app itself goes on as it is.
      </State>
    );
  return (
    <iframe
      key={sha}
      title={`Version: ${versionTitle(view, sha)}`}
      src={previewAddress(settings.previewUrl, `v-${view.slug}`, '/')}
      sandbox={SANDBOX}
      referrerPolicy="no-referrer"
      className="size-full border-0 bg-surface"
    />
  );
};

/** The app as it was at a version, while the session stays where it is; and what to do about it. */
export const OldVersion = ({ view, sha, onClose }: Props) => {
  const api = useSessionApi();
  const version = useOldVersion(sha);
  const [asking, setAsking] = useState<'move' | 'fork'>();
  const { number, of } = versionNumber(view, sha);
  const title = versionTitle(view, sha);
  const { data } = version.shown;
  const close = (): void => {
    // Nobody waits for it: unused, it closes by itself.
    void api.closeVersion().catch(() => undefined);
    onClose();
  };
  return (
    <section aria-label="Older version" className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-wait-soft px-3 py-2 text-small">
        <History aria-hidden="true" className="size-4 shrink-0 text-wait" />
        <p className="min-w-0 flex-1 basis-56">
          <span className="font-medium tabular">
            Version {number} of {of}
          </span>{' '}
          · nothing you do here is kept
          <span className="block truncate">“{title}”</span>
          <span className="block text-ink-2">
            {data === undefined ? '' : `${DATA[data]}, and sends no mail.`}
          </span>
        </p>
        <div className="flex flex-wrap gap-2">
          <Button small onClick={() => setAsking('move')}>
            Go back to this version
          </Button>
          <Button small onClick={() => setAsking('fork')}>
            Fork
          </Button>
          <Button small look="solid" onClick={close}>
            Close
          </Button>
        </div>
      </div>
      <div className="relative min-h-0 flex-1">
        <Body view={view} sha={sha} version={version} />
      </div>
      {asking === 'fork' ? (
        <ForkDialog history={view.history} sha={sha} title={title} onClose={() => setAsking(undefined)} />
      ) : null}
      {asking === 'move' ? (
        <MoveDialog
          history={view.history}
          sha={sha}
          title={title}
          obstacle={whyNoMove(view)}
          onShow={undefined}
          onMoved={close}
          onClose={() => setAsking(undefined)}
        />
      ) : null}
    </section>
  );
};
