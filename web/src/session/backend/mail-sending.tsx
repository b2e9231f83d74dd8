import { type FormEvent, useState } from 'react';
import type { MailView, SessionView } from '../../../../projections/views.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ago, useNow } from '../../ui/time.ts';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';

const FIELD =
  'h-9 min-w-0 flex-1 rounded-lg border border-line-strong bg-surface px-3 text-small focus-visible:border-control';

const STATUS = { sending: 'on its way', sent: 'sent', refused: 'refused' } as const;

/** One field and one button: an address first, then the code that was sent there. */
const Verify = ({ pending }: { readonly pending: MailView['pending'] }) => {
  const api = useSessionApi();
  const [again, setAgain] = useState(false);
  const [wrong, setWrong] = useState(false);
  const [value, setValue] = useState('');
  const asksForCode = pending !== undefined && !again;
  const { run, busy, problem } = useCommand(async () => {
    setWrong(false);
    if (asksForCode) setWrong(!(await api.confirmAddress(value)).verified);
    else await api.verifyAddress(value);
    setValue('');
    setAgain(false);
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run();
  };
  return (
    <form onSubmit={submit} className="mt-3 space-y-2">
      <label className="block text-small text-ink-2" htmlFor="mail-verify">
        {asksForCode ? `Code sent to ${pending.address}` : 'Your address'}
      </label>
      <div className="flex gap-2">
        <input
          id="mail-verify"
          key={asksForCode ? 'code' : 'address'}
          className={FIELD}
          value={value}
          onChange={(event) => setValue(event.target.value)}
          required
          {...(asksForCode
            ? { inputMode: 'numeric', autoComplete: 'one-time-code', pattern: '\\s*[0-9]{6}\\s*' }
            : { type: 'email', autoComplete: 'email', placeholder: 'you@example.com' })}
        />
        <Button type="submit" disabled={busy}>
          {asksForCode ? 'Verify' : 'Send code'}
        </Button>
      </div>
      {asksForCode ? (
        <button type="button" className="text-small text-ink-3 underline" onClick={() => setAgain(true)}>
          Use another address, or send another code
        </button>
      ) : null}
      {wrong ? (
        <Notice>This is not the code that was sent. Look again, or have another one sent.</Notice>
      ) : null}
      {problem === undefined ? null : <Notice>{problem}</Notice>}
    </form>
  );
};

/** Where the app's mail goes, and what its owner has to do for it. */
export const MailSending = ({ view }: { readonly view: SessionView }) => {
  const now = useNow(30_000);
  const provider = view.services.find(({ service }) => service === 'resend')?.provider;
  const { mail } = view;
  if (provider === undefined) return null;
  const verified = mail?.verified ?? [];
  const today = mail !== undefined && mail.day === new Date(now).toISOString().slice(0, 10) ? mail.mails : 0;
  return (
    <section aria-label="Sending" className="rounded-xl border border-line bg-surface p-4">
      {provider === 'embedded' ? (
        <p className="text-small text-ink-2">
          Mail stays on this machine: whatever your app sends is caught here, and reaches nobody’s inbox.
        </p>
      ) : verified.length > 0 ? (
        <p className="text-small text-ink-2">
          Mail goes to real inboxes. Verified: <strong className="font-medium">{verified.join(', ')}</strong>
        </p>
      ) : (
        <>
          <h3 className="font-medium">Let your app send mail</h3>
          <p className="text-small text-ink-2">
            Mail goes to real inboxes here, so verify an address of yours first. Until then nothing is sent.
          </p>
          <Verify pending={mail?.pending} />
        </>
      )}
      {mail === undefined || mail.sends.length === 0 ? null : (
        <>
          <p className="mt-3 text-small text-ink-3 tabular">
            {today} {today === 1 ? 'mail' : 'mails'} sent today
          </p>
          <ul aria-label="Sends" className="mt-1 divide-y divide-line text-small">
            {mail.sends.map((send) => (
              <li key={send.sendId} className="flex justify-between gap-3 py-1.5">
                <span className="min-w-0 truncate">
                  {send.subject === '' ? 'No subject' : send.subject}
                  <span className="text-ink-3"> to {send.to.join(', ')}</span>
                </span>
                <span
                  className={
                    send.status === 'refused' ? 'whitespace-nowrap text-bad' : 'whitespace-nowrap text-ink-3'
                  }
                >
                  {STATUS[send.status]} · {ago(send.at, now)}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
};
