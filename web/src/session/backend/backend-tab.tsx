import { useState } from 'react';
import type { SessionView } from '../../../../projections/views.ts';
import { cx } from '../../ui/cx.ts';
import { MissingServices } from '../boot/missing-services.tsx';
import { AnalyticsPanel } from './analytics-panel.tsx';
import { DatabasePanel } from './database-panel.tsx';
import { MailPanel } from './mail-panel.tsx';
import { RepositoryPanel } from './repository-panel.tsx';
import { ServicesPanel } from './services-panel.tsx';

const PANELS = ['Services', 'Database', 'Mail', 'Analytics', 'Repository'] as const;
type Panel = (typeof PANELS)[number];

/** What the app's own backend holds. Everything here is asked for when it is opened, and again after a turn. */
export const BackendTab = ({ view }: { readonly view: SessionView }) => {
  const [panel, setPanel] = useState<Panel>('Services');
  // Tables, mails and events change when a turn ends or the env file is rewritten.
  const moment = `${view.history.at}:${view.env.version}:${view.runningTurn ?? ''}`;
  return (
    <div className="mx-auto max-w-4xl p-5">
      <nav aria-label="Backend" className="-mx-2.5 flex gap-1 overflow-x-auto">
        {PANELS.map((name) => (
          <button
            key={name}
            type="button"
            aria-current={name === panel ? 'true' : undefined}
            onClick={() => setPanel(name)}
            className={cx(
              'h-8 shrink-0 rounded-lg px-2.5 text-small font-medium transition-colors',
              name === panel ? 'bg-sunken text-ink' : 'text-ink-3 hover:text-ink',
            )}
          >
            {name}
          </button>
        ))}
      </nav>
      <div className="mt-4 space-y-4">
        <MissingServices view={view} />
        {panel === 'Services' ? <ServicesPanel view={view} moment={moment} /> : null}
        {panel === 'Database' ? <DatabasePanel moment={moment} /> : null}
        {panel === 'Mail' ? (
          <MailPanel view={view} moment={`${moment}:${view.mail?.sends.length ?? 0}`} />
        ) : null}
        {panel === 'Analytics' ? <AnalyticsPanel moment={moment} /> : null}
        {panel === 'Repository' ? <RepositoryPanel view={view} /> : null}
      </div>
    </div>
  );
};
