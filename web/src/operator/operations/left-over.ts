import type { StepError } from '../../../../domain/steps.ts';
import { TOO_MUCH_ABSENT } from '../../../../projections/operator-views.ts';
import type { OrphanCounts, OrphansView, SweepRunning } from '../../../../projections/views.ts';
import { stepName } from '../../session/events/words.ts';
import type { Loaded } from '../../ui/use-loaded.ts';
import type { Sweep } from '../api.ts';
import { plural } from './numbers.ts';

/** Something at a provider that is not as it should be. */
export type Line = {
  readonly key: string;
  readonly name: string;
  readonly what: string;
  readonly since: string;
  readonly error?: string;
};

const WHY: Readonly<Record<string, string>> = {
  no_session: 'no session owns it',
  released: 'was given back, and is there still',
  double: 'a second one beside the one in use',
};

const because = (error: StepError | undefined) => (error === undefined ? {} : { error: error.message });

/** A name may be there twice at a provider: its id is not. */
export const keyOf = ({ service, resourceId }: OrphansView['orphans'][number]): string =>
  `${service}|${resourceId}`;

export const linesOf = ({ orphans, stuck, missing }: OrphansView): readonly Line[] => [
  ...orphans.map((orphan) => ({
    key: keyOf(orphan),
    name: orphan.name,
    what: `${stepName(orphan.service)}: ${WHY[orphan.why] ?? orphan.why}`,
    since: orphan.foundAt,
    ...because(orphan.error),
  })),
  ...stuck.map(({ sessionId, name, service, since, error }) => ({
    key: `${service}|${sessionId}|stuck`,
    name,
    what: `${stepName(service)}: cannot be given back`,
    since,
    ...because(error),
  })),
  ...missing.map(({ sessionId, name, service, since }) => ({
    key: `${service}|${sessionId}|missing`,
    name,
    what: `${stepName(service)}: gone at its provider`,
    since,
  })),
];

/** What it means that there is no line; nothing while that is not known. */
export const emptyWords = (
  { orphans, stuck, missing }: OrphanCounts,
  { value, error }: Pick<Loaded<OrphansView>, 'value' | 'error'>,
): string | undefined => {
  // The counts are of this moment, and what was loaded may be of the one before.
  if (value === undefined || error !== undefined || orphans + stuck + missing > 0) return undefined;
  return value.sweptAt === undefined
    ? 'Nothing is known to be left over; what the providers hold has not been looked at yet.'
    : 'Nothing is left over: all that the providers listed belongs to a session.';
};

const named = (what: string, of: Sweep['unreachable']): string =>
  of.length === 0 ? '' : `${what}: ${of.map(({ service }) => stepName(service)).join(', ')}`;

const outcome = ({ found, released, failed, retried, unreachable }: Sweep): string => {
  const said = [
    `${plural(found, 'orphan')} found, ${released} released`,
    failed === 0 ? '' : `${failed} could not be released`,
    retried === 0 ? '' : `${plural(retried, 'release')} tried again`,
    named(
      'not reached',
      unreachable.filter(({ code }) => code !== TOO_MUCH_ABSENT),
    ),
    named(
      'lacks more than a fifth of what sessions have, so that nothing is taken for lost (check that its key is of the same account)',
      unreachable.filter(({ code }) => code === TOO_MUCH_ABSENT),
    ),
  ];
  return `${said.filter((part) => part !== '').join('; ')}.`;
};

/** What came of a release, or that it goes on; `view` is the newest there is. */
export const sweepWords = (sweep: Sweep | SweepRunning, view: OrphansView | undefined): string => {
  if (!('state' in sweep)) return outcome(sweep);
  const { sweeping, sweptAt = '' } = view ?? {};
  return sweeping !== true && sweptAt > sweep.since
    ? 'The providers have been looked at. What is left is shown here.'
    : 'The providers take long to answer. The release goes on, and this card shows what comes of it.';
};
