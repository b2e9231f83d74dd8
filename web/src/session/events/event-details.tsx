import { History } from 'lucide-react';
import type { ReactNode } from 'react';
import type { AuditEvent } from '../../../../projections/views.ts';
import { explain } from '../../server/problem.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import { ChainTree } from './chain-tree.tsx';
import type { HistorySource } from './source.ts';

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <>
    <dt className="text-ink-3">{name}</dt>
    <dd className="font-mono text-[0.75rem] leading-5 wrap-anywhere">{children}</dd>
  </>
);

/** Everything about one event: why it happened and what came of it, what it says, and how it is sealed. */
export const EventDetails = ({
  event,
  source,
  onGo,
  onPast,
}: {
  readonly event: AuditEvent;
  readonly source: HistorySource;
  readonly onGo: (revision: number) => void;
  /** Shows the session as it was after this event. */
  readonly onPast: (revision: number) => void;
}) => {
  const chain = useLoaded((signal) => source.chain(event.pos, signal), event.id);
  return (
    <div className="space-y-3 px-4 pt-2 pb-4 @xl:pl-16">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0 flex-1 text-small text-pretty wrap-anywhere text-ink-2">{event.summary}</p>
        <Button small onClick={() => onPast(event.pos)}>
          <History aria-hidden="true" className="size-3.5" />
          The session after this
        </Button>
      </div>
      <section aria-label={`Why event ${event.pos} happened`} aria-busy={chain.loading} className="min-h-12">
        <h3 className="mb-1 text-small font-medium">Causes and effects</h3>
        {chain.error === undefined ? null : <Notice>{explain(chain.error)}</Notice>}
        {chain.value === undefined ? (
          <p className="text-small text-ink-3">{chain.loading ? 'Loading' : ''}</p>
        ) : (
          <ChainTree chain={chain.value} onGo={onGo} />
        )}
      </section>
      <section>
        <h3 className="mb-1 text-small font-medium">What it says</h3>
        <Scroll
          label={`Data of event ${event.pos}`}
          className="max-h-80 rounded-lg border border-line bg-surface p-2.5 font-mono text-[0.75rem] leading-5 whitespace-pre-wrap wrap-anywhere text-ink-2"
        >
          {JSON.stringify(event.data, null, 2)}
        </Scroll>
      </section>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 text-small">
        <Fact name="actor">{event.actor}</Fact>
        <Fact name="id">{event.id}</Fact>
        <Fact name="caused by">{event.causationId}</Fact>
        <Fact name="chain">{event.correlationId}</Fact>
        <Fact name="at">{event.at}</Fact>
        <Fact name="schema">{event.schema}</Fact>
        <Fact name="seal">{event.seal}</Fact>
      </dl>
    </div>
  );
};
