import { z } from 'zod';

export const NewSignup = z.object({
  email: z
    .string()
    .trim()
    .toLowerCase()
    .max(254, 'That address is too long.')
    .pipe(z.email('That does not look like an email address.')),
});

export type SignupAnswer = { status: 'joined' | 'already joined' };
export type SignupCount = { count: number };
