import { useState } from 'react';
import { api } from '../lib/api.ts';

/** Says that a summary comes each week, and sends the one of this week so far on request. */
export function WeeklyNote() {
  const [said, setSaid] = useState('');
  const send = () => {
    setSaid('Sending…');
    api('POST', '/summary')
      .then(() => setSaid('Sent. Look into your mail.'))
      .catch((reason: Error) => setSaid(reason.message));
  };
  return (
    <footer className="mx-auto flex max-w-2xl flex-wrap items-center gap-x-3 gap-y-1 px-4 pb-12 text-muted text-sm">
      <span>A summary is mailed every Monday.</span>
      <button type="button" className="text-accent hover:underline" onClick={send}>
        Mail this week’s now
      </button>
      <span role="status">{said}</span>
    </footer>
  );
}
