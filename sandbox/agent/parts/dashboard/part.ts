import type { BuiltPart } from '../../compose/built-part.ts';
import { staticFiles } from '../../compose/static-files.ts';

/** Charts of the app's own analytics events. */
export const dashboardPart = (): BuiltPart => ({
  id: 'activity',
  label: 'Activity',
  screen: 'ActivityScreen',
  tables: ['app_events'],
  probe: '/api/activity',
  files: new Map([
    ...staticFiles('collection', new Set(['src/components/BarChart.tsx'])),
    ...staticFiles('dashboard'),
  ]),
});
