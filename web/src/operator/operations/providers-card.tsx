import type { OpsView, ProviderOps } from '../../../../projections/views.ts';
import { stepName } from '../../session/events/words.ts';
import { StatusDot, type Tone } from '../../ui/status-dot.tsx';
import { ago, useNow } from '../../ui/time.ts';
import { Card, Nothing } from '../card.tsx';
import { count } from './numbers.ts';

const stateOf = ({ lastAt, lastOkAt, failures }: ProviderOps): readonly [Tone, string] => {
  if (lastAt !== undefined && lastAt > (lastOkAt ?? '')) return ['bad', 'failing'];
  return failures === 0 ? ['alive', 'no failure'] : ['alive', 'recovered'];
};

const NAMES: Readonly<Record<string, string>> = { sandbox: 'Sandboxes' };

const Provider = ({ provider, now }: { readonly provider: ProviderOps; readonly now: number }) => {
  const [tone, word] = stateOf(provider);
  const { service, failures, byCode, lastAt, lastError } = provider;
  return (
    <li className="py-2 text-small">
      <div className="flex items-baseline justify-between gap-3">
        <span className="flex items-center gap-2">
          <StatusDot tone={tone} />
          <span className="font-medium">{NAMES[service] ?? stepName(service)}</span>
          <span className={tone === 'bad' ? 'text-bad' : 'text-ink-3'}>{word}</span>
        </span>
        <span className="text-ink-2 tabular">{failures === 0 ? '' : `${count(failures)} failed`}</span>
      </div>
      {lastError === undefined || lastAt === undefined ? null : (
        <p className="pl-3.5 text-pretty wrap-anywhere text-ink-2">
          {lastError.message}{' '}
          <span className="text-ink-3">
            {ago(lastAt, now)} ·{' '}
            {Object.entries(byCode)
              .map(([code, amount]) => `${code} ${amount}`)
              .join(', ')}
          </span>
        </p>
      )}
    </li>
  );
};

/** How the providers answer: boots, releases and sweeps taken together. */
export const ProvidersCard = ({ ops, className }: { readonly ops: OpsView; readonly className?: string }) => {
  const now = useNow(30_000);
  return (
    <Card id="providers" title="Provider failures" className={className ?? ''}>
      {ops.providers.length === 0 ? (
        <Nothing>No provider has been asked for anything yet.</Nothing>
      ) : (
        <ul className="-my-2 divide-y divide-line">
          {ops.providers.map((provider) => (
            <Provider key={provider.service} provider={provider} now={now} />
          ))}
        </ul>
      )}
    </Card>
  );
};
