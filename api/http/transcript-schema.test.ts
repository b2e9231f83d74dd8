import fastify from 'fastify';
import { expect, test } from 'vitest';
import {
  correctionRequested,
  planned,
  submitted,
  turnStarted,
  turnVerified,
} from '../../domain/testing/histories.ts';
import { published } from '../../projections/testing/feed.ts';
import { evolveTranscript } from '../../projections/transcript-view/evolve.ts';
import type { TranscriptView } from '../../projections/transcript-views.ts';
import { TranscriptViewSchema } from './schemas/transcript.ts';

test('a transcript is sent with the checks of its turns in it', async () => {
  const events = published([
    planned(),
    submitted(),
    turnStarted(),
    turnVerified('turn-1', { passed: false }),
    correctionRequested(),
  ]);
  const view = events.reduce<TranscriptView | undefined>(evolveTranscript, undefined);
  const server = fastify();
  server.get('/', { schema: { response: { 200: TranscriptViewSchema } } }, async () => view);
  expect((await server.inject('/')).json()).toEqual(view);
});
