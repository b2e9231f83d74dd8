import { ERASED } from '../../domain/envelope.ts';
import { isKnownType } from '../../domain/schema.ts';
import { personalFieldsOf } from '../../domain/session/personal.ts';
import { MASKED } from '../audit-views.ts';
import type { PublicEvent } from '../live.ts';

/**
 * The event without what a person, or an agent answering one, said or wrote; what is gone for everybody stays gone. Which
 * fields of a later release's event hold words only that release knows: nothing of it is shown.
 */
export const masked = <E extends PublicEvent>(event: E): E => {
  if (!isKnownType(event.type)) return { ...event, data: MASKED };
  const fields = personalFieldsOf(event.type).filter((field) => Object.hasOwn(Object(event.data), field));
  if (fields.length === 0) return event;
  const data = { ...Object(event.data) } as Record<string, unknown>;
  for (const field of fields) if (data[field] !== ERASED) data[field] = MASKED;
  return { ...event, data };
};
