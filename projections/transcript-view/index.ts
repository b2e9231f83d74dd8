import { type Projection, sessionKey } from '../projection.ts';
import type { TranscriptView } from '../transcript-views.ts';
import { evolveTranscript } from './evolve.ts';

/** The conversation, one document per session. */
export const transcriptView: Projection<TranscriptView> = {
  name: 'transcript_view',
  version: 3,
  keyOf: sessionKey,
  evolve: evolveTranscript,
  indexes: () => ({}),
};
