import type { NewEvent } from '../../commands/ports/event-store.ts';

/** What a process on a failing disk says, one JSON text a line. */
export type Said =
  | { readonly what: 'acknowledged'; readonly stream: string; readonly revision: number }
  | { readonly what: 'refused'; readonly tag: string; readonly message: string }
  | { readonly what: 'read'; readonly stream: string; readonly length: number }
  | { readonly what: 'not opened' | 'not read' | 'no checkpoint' | 'not closed'; readonly message: string }
  | { readonly what: 'ended' };

export const STREAMS = ['session-a', 'session-b'] as const;
/** Events of one append: all of them or none. */
export const EACH = 2;

/** The event that stands there, whoever appends it. */
export const eventAt = (stream: string, revision: number): NewEvent => ({
  id: `00000000-0000-5000-8000-${stream.at(-1)}${String(revision).padStart(11, '0')}`,
  type: 'AgentSaid',
  data: { text: `${stream} ${revision} `.repeat(40) },
  metadata: {
    causationId: 'cause',
    correlationId: 'correlation',
    actor: 'process-manager:turns',
    at: '2026-01-02T03:04:05.678Z',
    schema: 1,
    seal: 'a'.repeat(64),
  },
});

/** The last line may be cut off, where the process was killed while it wrote. */
export const parseSaid = (output: string): readonly Said[] =>
  output
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Said);
