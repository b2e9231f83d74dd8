import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = {
  readonly contentType: string;
  readonly text: () => Promise<string>;
  readonly httpRequest: (of: {
    readonly method: string;
    /** The route's pattern, never the path: an id in a label is a series per session. */
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }) => void;
  readonly connections: (live: number) => void;
  readonly connectionClosed: (code: number) => void;
  readonly bootStep: (of: {
    readonly step: string;
    readonly outcome: 'done' | 'failed' | 'parked' | 'skipped';
    readonly seconds?: number;
  }) => void;
  readonly claim: (source: 'pool' | 'cold') => void;
  readonly turn: (outcome: 'finished' | 'failed' | 'cancelled') => void;
  readonly preview: (outcome: 'proxied' | 'explained') => void;
  /** Asked whenever the figures are. */
  readonly follow: (facts: () => ServerFacts) => void;
};

/** What a server knows of itself at any moment. */
export type ServerFacts = {
  readonly isReady: boolean;
  readonly isLogUp: boolean;
  /** Since the start; a lost race is neither. */
  readonly appends: { readonly done: number; readonly failed: number };
};

const REQUEST_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const STEP_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60];

/** The figures of this process, in a registry of their own so that two servers in one test do not meet. */
export const createMetrics = (): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const requests = new Histogram({
    name: 'mk0r_http_request_seconds',
    help: 'Time to answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_BUCKETS,
    registers,
  });
  const connections = new Gauge({ name: 'mk0r_live_connections', help: 'Open websockets', registers });
  const closed = new Counter({
    name: 'mk0r_live_closed_total',
    help: 'Websockets closed, by close code',
    labelNames: ['code'],
    registers,
  });
  const steps = new Histogram({
    name: 'mk0r_boot_step_seconds',
    help: 'Time of one attempt of a boot step',
    labelNames: ['step', 'outcome'],
    buckets: STEP_BUCKETS,
    registers,
  });
  const stepOutcomes = new Counter({
    name: 'mk0r_boot_steps_total',
    help: 'Boot steps, by outcome',
    labelNames: ['step', 'outcome'],
    registers,
  });
  const claims = new Counter({
    name: 'mk0r_claims_total',
    help: 'Sessions given to visitors, by where they came from',
    labelNames: ['source'],
    registers,
  });
  const turns = new Counter({
    name: 'mk0r_turns_total',
    help: 'Turns, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const previews = new Counter({
    name: 'mk0r_preview_requests_total',
    help: 'Requests to previews: passed on, or answered with an explanation',
    labelNames: ['outcome'],
    registers,
  });

  const ready = new Gauge({
    name: 'mk0r_ready',
    help: '1 while this process should be sent requests',
    registers,
  });
  const log = new Gauge({
    name: 'mk0r_log_up',
    help: '1 while events can be appended and read',
    registers,
  });
  const appends = new Gauge({
    name: 'mk0r_log_appends',
    help: 'Appends to the log since the start, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  let facts: (() => ServerFacts) | undefined;
  const look = (): void => {
    if (facts === undefined) return;
    const now = facts();
    ready.set(now.isReady ? 1 : 0);
    log.set(now.isLogUp ? 1 : 0);
    appends.set({ outcome: 'done' }, now.appends.done);
    appends.set({ outcome: 'failed' }, now.appends.failed);
  };

  return {
    contentType: registry.contentType,
    text: () => {
      look();
      return registry.metrics();
    },
    follow: (ask) => {
      facts = ask;
    },
    httpRequest: ({ method, route, status, seconds }) => requests.observe({ method, route, status }, seconds),
    connections: (live) => connections.set(live),
    connectionClosed: (code) => closed.inc({ code }),
    bootStep: ({ step, outcome, seconds }) => {
      stepOutcomes.inc({ step, outcome });
      if (seconds !== undefined) steps.observe({ step, outcome }, seconds);
    },
    claim: (source) => claims.inc({ source }),
    turn: (outcome) => turns.inc({ outcome }),
    preview: (outcome) => previews.inc({ outcome }),
  };
};
