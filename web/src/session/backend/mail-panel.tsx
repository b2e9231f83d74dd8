import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { SessionView } from '../../../../projections/views.ts';
import type { Mail } from '../../server/types.ts';
import { ago, useNow } from '../../ui/time.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import { useSessionApi } from '../session-api.ts';
import { MailSending } from './mail-sending.tsx';
import { Empty, Panel } from './panel.tsx';

/** HTML mail without scripts, forms, or an origin: `sandbox=""` takes everything away. */
const Body = ({ mail }: { readonly mail: Mail }) => {
  const html = mail.html ?? '';
  return html === '' ? (
    <pre className="px-4 py-3 font-sans text-small whitespace-pre-wrap wrap-anywhere">{mail.text}</pre>
  ) : (
    <iframe
      title={`Mail: ${mail.subject}`}
      sandbox=""
      referrerPolicy="no-referrer"
      srcDoc={html}
      className="h-72 w-full rounded-b-xl bg-white scheme-light"
    />
  );
};

const Row = ({ mail, now }: { readonly mail: Mail; readonly now: number }) => {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex w-full items-center gap-3 px-4 py-2.5 text-left hover:bg-sunken focus-visible:-outline-offset-2"
      >
        <ChevronRight
          aria-hidden="true"
          className={open ? 'size-4 shrink-0 rotate-90 text-ink-3' : 'size-4 shrink-0 text-ink-3'}
        />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">
            {mail.subject === '' ? 'No subject' : mail.subject}
          </span>
          <span className="block truncate text-small text-ink-2">
            to {mail.to.join(', ')} · from {mail.from}
          </span>
        </span>
        <time dateTime={mail.at} className="text-small whitespace-nowrap text-ink-3">
          {ago(mail.at, now)}
        </time>
      </button>
      {open ? (
        <div className="border-t border-line bg-canvas">
          <Body mail={mail} />
        </div>
      ) : null}
    </li>
  );
};

/** Where its mail goes, what the app has sent, and whom it knows. */
export const MailPanel = ({ view, moment }: { readonly view: SessionView; readonly moment: string }) => {
  const api = useSessionApi();
  const mailbox = useLoaded(api.mail, moment);
  const now = useNow(30_000);
  return (
    <div className="space-y-6">
      <MailSending view={view} />
      <Panel title="Mail" loaded={mailbox}>
        {({ mails, contacts }) => (
          <div className="space-y-6">
            {mails.length === 0 ? (
              <Empty>Your app has not sent any mail yet.</Empty>
            ) : (
              <ul
                aria-label="Sent mail"
                className="divide-y overflow-clip divide-line rounded-xl border border-line"
              >
                {mails.map((mail) => (
                  <Row key={mail.id} mail={mail} now={now} />
                ))}
              </ul>
            )}
            <div>
              <h3 className="mb-2 font-medium">Contacts</h3>
              {contacts.length === 0 ? (
                <Empty>Nobody is in your app’s audience yet.</Empty>
              ) : (
                <ul className="divide-y divide-line rounded-xl border border-line text-small">
                  {contacts.map(({ email, at }) => (
                    <li key={email} className="flex justify-between gap-3 px-4 py-2">
                      <span className="wrap-anywhere">{email}</span>
                      <time dateTime={at} className="whitespace-nowrap text-ink-3">
                        {ago(at, now)}
                      </time>
                    </li>
                  ))}
                </ul>
              )}
            </div>
          </div>
        )}
      </Panel>
    </div>
  );
};
