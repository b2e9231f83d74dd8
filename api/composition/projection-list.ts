import { opsView } from '../../projections/ops-view/index.ts';
import { poolView } from '../../projections/pool-view/index.ts';
import type { Projection } from '../../projections/projection.ts';
import { resourceLedger } from '../../projections/resource-ledger/index.ts';
import { sessionList } from '../../projections/session-list/index.ts';
import { sessionView } from '../../projections/session-view/index.ts';
import { transcriptView } from '../../projections/transcript-view/index.ts';

/** Every projection of this release, as the operator knows them: by name. */
export const PROJECTIONS = [
  sessionView,
  transcriptView,
  sessionList,
  poolView,
  resourceLedger,
  opsView,
] as readonly Projection<unknown>[];
