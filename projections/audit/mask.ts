import { ERASED } from '../../domain/envelope.ts';
import { personalFieldsOf } from '../../domain/session/personal.ts';
import { MASKED } from '../audit-views.ts';
import type { PublicEvent } from '../live.ts';

/** The event without what a person, or an agent answering one, said or wrote; what is gone for everybody stays gone. */
export const masked = <E extends PublicEvent>(event: E): E => {
  const fields = personalFieldsOf(event.type).filter((field) => Object.hasOwn(Object(event.data), field));
  if (fields.length === 0) return event;
  const data = { ...Object(event.data) } as Record<string, unknown>;
  for (const field of fields) if (data[field] !== ERASED) data[field] = MASKED;
  return { ...event, data };
};
