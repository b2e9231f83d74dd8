import { z } from 'zod';
import type { Part } from '../spec.ts';
import { entityOf } from './entity.ts';

const HABITS = /\bhabits?\b|\bstreaks?\b|\bdaily\s+(?:check-?ins?|routine)/i;
const WAITLIST =
  /\bwait(?:ing)?[- ]?list\b|\bsign-?\s?ups?\b|\blaunch\s+(?:list|page)\b|\b(?:e-?mail|newsletter|lead)\s+(?:capture|list|sign-?up|collector)\b|\bnewsletter\b|\bcoming\s+soon\b|\bpre-?launch\b|\bsubscribe(?:rs)?\b|\bmailing\s+list\b/i;

/** What a first prompt asks for, as a part to build; `undefined` where no rule matches. First match wins. */
export function partOf(prompt: string): Part | undefined {
  if (WAITLIST.test(prompt)) return { kind: 'waitlist', ...ownerIn(prompt) };
  if (HABITS.test(prompt)) return { kind: 'habits' };
  const entity = entityOf(prompt);
  return entity && { kind: 'collection', entity };
}

/** The address a prompt names as its writer's own; never one that is an example inside it. */
function ownerIn(prompt: string): { owner?: string } {
  const found = /[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/.exec(prompt)?.[0];
  const owner = z.email().max(254).safeParse(found);
  return owner.success ? { owner: owner.data } : {};
}
