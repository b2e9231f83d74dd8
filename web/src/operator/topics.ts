import { CLOSE, type OperatorFrame, type ServerFrame, TOPICS } from '../../../projections/live.ts';
import type { ProjectionStatus } from '../../../projections/status.ts';
import type { OpsReport } from '../../../projections/views.ts';
import { connectLink, type LinkState, type Network } from '../live/link.ts';
import { type Sample, sampled } from './samples.ts';

export type Operations = {
  readonly report: Partial<OpsReport>;
  readonly link: LinkState;
  /** `live`: told of every change. `polled`: asked for now and then, while the websocket does not hold. */
  readonly by: 'nothing' | 'live' | 'polled';
  readonly samples: readonly Sample[];
};

export const NOTHING_YET: Operations = {
  report: {},
  link: { state: 'connecting', attempt: 0 },
  by: 'nothing',
  samples: [],
};

/** Follows the installation for as long as the page is open. Frames carry the whole of their topic: none is missed. */
export const followTopics = (network: Network) => {
  let now = NOTHING_YET;
  const listeners = new Set<() => void>();
  const set = (next: Partial<Operations>): void => {
    now = { ...now, ...next };
    for (const listener of listeners) listener();
  };
  const take = (part: Partial<OpsReport>, by: Operations['by']): void => {
    const report = { ...now.report, ...part };
    set({ report, by, samples: sampled(now.samples, report) });
  };

  const link = connectLink<ServerFrame>(network, {
    hear: (frame, say) => {
      if (frame.type === 'welcome') {
        for (const topic of TOPICS) say({ type: 'sub', topic } satisfies OperatorFrame);
        return 'unproven';
      }
      if (frame.type !== 'topic') return frame.type === 'heartbeat' ? 'steady' : 'unproven';
      take(frame.topic === 'ops' ? frame.data : { [frame.topic]: frame.data }, 'live');
      return 'steady';
    },
    lost: (code) => {
      set({ by: now.by === 'live' ? 'nothing' : now.by });
      return code === CLOSE.forbidden ? 'over' : 'again';
    },
    changed: (state) => set({ link: state }),
  });

  return {
    get: (): Operations => now,
    subscribe: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** What was asked for while nothing was told. */
    polled: (report: OpsReport): void => {
      if (now.by !== 'live') take(report, 'polled');
    },
    /** What a command was answered: shown at once, until the next frame says more. */
    told: (status: ProjectionStatus): void => {
      const { projections } = now.report;
      if (projections === undefined) return;
      const known = projections.map((projection) => (projection.name === status.name ? status : projection));
      set({ report: { ...now.report, projections: known } });
    },
    nudge: link.nudge,
    close: (): void => {
      link.close();
      listeners.clear();
    },
  };
};
export type Topics = ReturnType<typeof followTopics>;
