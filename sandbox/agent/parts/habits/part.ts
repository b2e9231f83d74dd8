import type { BuiltPart } from '../../compose/built-part.ts';
import { staticFiles } from '../../compose/static-files.ts';

/** Habits with daily check-ins and streaks that are computed from them. */
export const habitsPart = (): BuiltPart => ({
  id: 'habits',
  label: 'Habits',
  screen: 'HabitsScreen',
  tables: ['habits', 'check_ins'],
  probe: `/api/habits?today=${new Date().toISOString().slice(0, 10)}`,
  files: staticFiles('habits'),
});
