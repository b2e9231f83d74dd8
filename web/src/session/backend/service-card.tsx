import { useState } from 'react';
import type { ServiceName } from '../../../../domain/services.ts';
import type { ChecklistStep, ServiceView } from '../../../../projections/views.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogActions } from '../../ui/dialog-actions.tsx';
import { Notice } from '../../ui/notice.tsx';
import { StatusDot, type Tone } from '../../ui/status-dot.tsx';
import { STEP_NAMES } from '../boot/steps.ts';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';

const STATES: Readonly<Record<ServiceView['status'], readonly [Tone, string]>> = {
  waiting: ['off', 'waiting'],
  running: ['wait', 'being set up'],
  done: ['alive', 'ready'],
  failed: ['bad', 'failed, trying again'],
  parked: ['bad', 'failed'],
  skipped: ['off', 'not configured'],
};

/** What goes with it, in the words of whoever it goes from. */
const HOLDS: Readonly<Record<ServiceName, string>> = {
  neon: 'The database, with every table and row in it, is deleted.',
  resend: 'The mail key, the audience and its contacts, and the mails that were caught are deleted.',
  github: 'The repository, with every commit that was pushed, is deleted. The code in the sandbox stays.',
  posthog: 'The app is no longer counted, and what was counted is deleted where it is kept here.',
};

/** Facts of embedded services lead to a door that needs a credential, not to a page. */
const isWebAddress = (value: string): boolean => value.startsWith('https://');

/** `audienceId` as `audience id`. */
const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** One service: what it is, how it stands, and what can be done about it. */
export const ServiceCard = ({
  service,
  step,
}: {
  readonly service: ServiceView;
  readonly step: ChecklistStep | undefined;
}) => {
  const api = useSessionApi();
  const [isAsking, setAsking] = useState(false);
  const retry = useCommand(() => api.retryService(service.service));
  const isGivenBack = service.status === 'skipped' && step?.reason === 'given back by its owner';
  const [tone, word] =
    service.releasing === true
      ? (['wait', 'being released'] as const)
      : isGivenBack
        ? (['off', 'released'] as const)
        : STATES[service.status];
  const facts = Object.entries(service.facts);
  const mayRetry = service.status === 'parked' || service.status === 'failed' || isGivenBack;
  const mayRelease = (service.status === 'done' || service.status === 'parked') && service.releasing !== true;
  return (
    <li className="grid gap-x-4 gap-y-1.5 px-4 py-3 sm:grid-cols-[9rem_1fr_auto]">
      <div>
        <h3 className="font-medium">{STEP_NAMES[service.service]}</h3>
        <p className="flex items-center gap-2 text-small text-ink-2">
          <StatusDot tone={tone} />
          {word}
        </p>
      </div>
      <dl className="grid grid-cols-[auto_1fr] content-start gap-x-4 text-small">
        {service.provider === undefined ? null : (
          <>
            <dt className="text-ink-3">provider</dt>
            <dd>{service.provider}</dd>
          </>
        )}
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-3">{words(name)}</dt>
            <dd className="wrap-anywhere">
              {isWebAddress(value) ? (
                <a
                  href={value}
                  target="_blank"
                  rel="noreferrer noopener"
                  className="text-alive underline underline-offset-2"
                >
                  {value}
                </a>
              ) : (
                value
              )}
            </dd>
          </div>
        ))}
      </dl>
      <div className="flex items-start gap-1 max-sm:-ml-2.5 sm:justify-end">
        {mayRetry ? (
          <Button
            small
            disabled={retry.busy}
            aria-busy={retry.busy}
            aria-label={`${isGivenBack ? 'Set up' : 'Retry'} ${STEP_NAMES[service.service]}`}
            onClick={() => void retry.run()}
          >
            {isGivenBack ? 'Set up again' : 'Retry'}
          </Button>
        ) : null}
        {mayRelease ? (
          <Button
            small
            look="quiet"
            aria-label={`Release ${STEP_NAMES[service.service]}`}
            onClick={() => setAsking(true)}
          >
            Release
          </Button>
        ) : null}
      </div>
      {retry.problem === undefined ? null : <Notice className="sm:col-span-3">{retry.problem}</Notice>}
      {isAsking ? <ReleaseDialog service={service.service} onClose={() => setAsking(false)} /> : null}
    </li>
  );
};

const ReleaseDialog = ({
  service,
  onClose,
}: {
  readonly service: ServiceName;
  readonly onClose: () => void;
}) => {
  const api = useSessionApi();
  const release = useCommand(async () => {
    await api.release(service);
    onClose();
  });
  return (
    <Dialog title={`Release ${STEP_NAMES[service].toLowerCase()}?`} onClose={onClose}>
      <p className="mt-2 text-ink-2">
        {HOLDS[service]} Its variables leave <code className="font-mono text-small">.env</code>, and your app
        goes on without it. A new one can be set up afterwards; it will be empty.
      </p>
      <DialogActions command={release} look="danger" leave="Keep it" onLeave={onClose}>
        Release for good
      </DialogActions>
    </Dialog>
  );
};
