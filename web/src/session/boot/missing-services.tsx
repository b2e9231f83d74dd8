import type { ServiceName } from '../../../../domain/services.ts';
import type { ChecklistStep, SessionView } from '../../../../projections/views.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { duration, useNow } from '../../ui/time.ts';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';
import { STEP_NAMES } from './steps.ts';

/** What an app has to do without while the service is missing. */
const WITHOUT: Readonly<Record<ServiceName, string>> = {
  neon: 'Your app has no database.',
  resend: 'Your app cannot send mail.',
  github: 'Your commits are kept in the sandbox only.',
  posthog: 'Your app’s analytics are not recorded.',
};

const Missing = ({ step, service }: { readonly step: ChecklistStep; readonly service: ServiceName }) => {
  const api = useSessionApi();
  const retry = useCommand(() => api.retryService(service));
  const now = useNow(1_000, step.status === 'failed');
  const due = step.retryAt === undefined ? undefined : Math.max(0, Date.parse(step.retryAt) - now);
  const trying = step.status === 'running' || step.status === 'waiting' || retry.busy;
  return (
    <Notice
      action={
        <Button small disabled={trying} aria-busy={trying} onClick={() => retry.run()}>
          {trying ? 'Trying' : 'Retry'}
        </Button>
      }
    >
      <strong className="font-semibold">{STEP_NAMES[service]} is missing.</strong> {WITHOUT[service]}{' '}
      {step.error?.message}
      {due === undefined ? null : ` Next attempt in ${duration(due)}.`}
      {retry.problem === undefined ? null : ` ${retry.problem}`}
    </Notice>
  );
};

/** Services the session has to do without, each with what that means and a way to have it tried again. */
export const MissingServices = ({ view }: { readonly view: SessionView }) => {
  const missing = view.services.flatMap(({ service }) => {
    const step = view.checklist.find((entry) => entry.step === service);
    const failing = step?.status === 'failed' || step?.status === 'parked';
    const wanted = failing || (view.missing.includes(service) && step?.status !== 'skipped');
    return step !== undefined && wanted && step.status !== 'done' ? [{ service, step }] : [];
  });
  if (missing.length === 0 || view.phase === 'closing' || view.phase === 'closed') return null;
  return (
    <div className="space-y-2">
      {missing.map(({ service, step }) => (
        <Missing key={service} service={service} step={step} />
      ))}
    </div>
  );
};
