import { z } from 'zod';

export const NewEvent = z.object({
  name: z.string().trim().min(1).max(120),
  properties: z
    .record(z.string().max(60), z.union([z.string().max(300), z.number(), z.boolean()]))
    .default({}),
  visitor: z.string().max(60).default(''),
});

export type Summary = {
  /** Of the last days, oldest first, also those without any. */
  perDay: { day: string; count: number }[];
  perName: { name: string; count: number }[];
  total: number;
  visitors: number;
  latest: { id: string; name: string; properties: Record<string, unknown>; createdAt: string }[];
};
