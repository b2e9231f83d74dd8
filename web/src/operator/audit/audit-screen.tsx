import { Search } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { OPS_STATES, type OpsState } from '../../../../projections/operator-views.ts';
import { replaceQuery, useQuery } from '../../routing/router.ts';
import { explain } from '../../server/problem.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Select } from '../../ui/select.tsx';
import { OperatorPage } from '../page.tsx';
import { SessionTable } from './session-table.tsx';
import { useSessions } from './use-sessions.ts';

const isState = (text: string): text is OpsState => (OPS_STATES as readonly string[]).includes(text);

const NAMES: Readonly<Record<OpsState, string>> = {
  quick: 'Quick page',
  booting: 'Booting',
  awake: 'Awake',
  asleep: 'Asleep',
  waking: 'Waking',
  lost: 'Lost',
  closing: 'Closing',
  closed: 'Closed',
  forgotten: 'Forgotten',
};

const SETTLES_MS = 200;

/** Every session there ever was, to find the one whose history is wanted. */
export const AuditScreen = ({ onSignedOut }: { readonly onSignedOut: () => void }) => {
  const asked = new URLSearchParams(useQuery());
  const text = asked.get('query') ?? '';
  const state = asked.get('state') ?? '';
  const [typed, setTyped] = useState(text);
  const { sessions, total, problem, loading, hasMore, more } = useSessions(
    text,
    isState(state) ? state : '',
    onSignedOut,
  );

  const change = useCallback((name: 'query' | 'state', value: string): void => {
    const next = new URLSearchParams(location.search);
    if (value === '') next.delete(name);
    else next.set(name, value);
    replaceQuery(next);
  }, []);
  useEffect(() => {
    document.title = 'Audit · mk0r';
  }, []);
  useEffect(() => {
    if (typed.trim() === text) return;
    const id = setTimeout(() => change('query', typed.trim()), SETTLES_MS);
    return () => clearTimeout(id);
  }, [typed, text, change]);

  const found =
    total === undefined ? 'Loading' : total === 1 ? '1 session' : `${total.toLocaleString('en')} sessions`;
  return (
    <OperatorPage current="/audit" onSignedOut={onSignedOut}>
      <main className="mx-auto w-full max-w-6xl flex-1 px-4 pt-5 pb-8 sm:px-6">
        <h1 className="text-xl font-semibold tracking-tight">Audit</h1>
        <p className="mt-0.5 text-small text-pretty text-ink-2">
          Who did what to a session, when and why, and what it was like at any moment. What people wrote is
          not shown here.
        </p>
        <search aria-label="Find sessions" className="mt-4 flex flex-wrap items-center gap-2">
          <span className="relative min-w-56 flex-1 sm:max-w-96">
            <Search
              aria-hidden="true"
              className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-ink-3"
            />
            <input
              type="search"
              aria-label="Find by slug, id or owner"
              placeholder="Slug, id or owner"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              className="h-8 w-full rounded-lg border border-line-strong bg-surface pr-2 pl-8 text-small hover:border-control"
            />
          </span>
          <Select
            label="State"
            value={isState(state) ? state : ''}
            onValue={(value) => change('state', value)}
          >
            <option value="">Any state</option>
            {OPS_STATES.map((value) => (
              <option key={value} value={value}>
                {NAMES[value]}
              </option>
            ))}
          </Select>
          <p role="status" className="text-small text-ink-2 tabular">
            {found}
          </p>
        </search>
        {problem === undefined ? null : <Notice className="mt-3">{explain(problem)}</Notice>}
        <SessionTable
          sessions={sessions}
          busy={loading}
          empty={
            text === '' && state === ''
              ? 'No session has ever been planned on this server.'
              : 'No session fits. Try part of a slug, of an id, or of an owner’s id.'
          }
        />
        {hasMore ? (
          <Button className="mt-3" disabled={loading} onClick={more}>
            Show more
          </Button>
        ) : null}
      </main>
    </OperatorPage>
  );
};
