import { building } from './building.ts';
import { byHand } from './by-hand.ts';
import type { Chapter } from './chapter.ts';
import { failing } from './failing.ts';
import { forking } from './forking.ts';
import { models } from './models.ts';
import { orphans } from './orphans.ts';
import { pooling } from './pooling.ts';
import { quick } from './quick.ts';
import { renewing } from './renewing.ts';
import { sleeping } from './sleeping.ts';
import { using } from './using.ts';

/** Between them they have a server do everything it can do. */
export const CHAPTERS: readonly Chapter[] = [
  building,
  byHand,
  forking,
  sleeping,
  failing,
  pooling,
  renewing,
  orphans,
  models,
  quick,
  using,
];
