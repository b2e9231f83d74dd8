import { sessionOfStream } from '../../../commands/event-codec.ts';
import { slugOf } from '../../../commands/identifiers.ts';
import type { StoredEvent } from '../../../commands/ports/event-store.ts';
import { resourceName, SERVICES, type ServiceName } from '../../../domain/services.ts';
import type { Report } from '../report.ts';
import type { Stage } from '../stage.ts';
import type { WorldEvents } from '../world/world.ts';
import { wronglyAbandoned } from './abandoned.ts';

/** What must hold at the very moment something is appended, or released; whatever the log alone tells is read later. */
export const watchAppends = (report: Report, stage: () => Stage): WorldEvents => {
  const nothingIsLeft = ({ stream }: StoredEvent): void => {
    const { providers, sandboxes, faults } = stage().world;
    // A clock that jumps over a deadline has an attempt given up on that is still being carried out: an orphan, in time.
    if (faults.counts.has('clock-jumps')) return;
    const slug = slugOf(sessionOfStream(stream) ?? '');
    for (const service of SERVICES) {
      const { live, late } = providers[service];
      if (live.has(slug) && !late.has(slug))
        report.violated('who is closed holds nothing', `${service} of ${slug}`);
    }
    if (sandboxes.fake.names().includes(resourceName(slug)))
      report.violated('who is closed holds nothing', `the sandbox of ${slug}`);
  };

  return {
    appended: (events, text) => {
      if (text.includes('canary')) report.violated('no secret is in the log', events[0]?.type ?? '');
      for (const event of events) {
        if (event.type === 'SessionClosed') nothingIsLeft(event);
        const abandoned = wronglyAbandoned(stage(), event);
        if (abandoned !== undefined) report.violated('what is used is not abandoned', abandoned);
      }
    },
    released: (service: ServiceName, slug: string) => {
      const { world, gremlins, operator } = stage();
      if (gremlins.strays.foreign.some((stray) => stray.slug === slug))
        report.violated('what is not ours is left alone', `${service} ${slug}`);
      const isStray = gremlins.strays.ours.some((stray) => stray.slug === slug);
      if (isStray && world.shared && !operator.hasSwept())
        report.violated('what may be another server’s is left alone unasked', `${service} ${slug}`);
    },
  };
};
