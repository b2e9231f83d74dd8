import { collectionPart } from '../parts/collection/part.ts';
import { dashboardPart } from '../parts/dashboard/part.ts';
import { formPart } from '../parts/form/part.ts';
import { habitsPart } from '../parts/habits/part.ts';
import { pagePart } from '../parts/page/part.ts';
import { HABIT_LINES, summaryTs } from '../parts/weekly/summary.ts';
import { AppSpec, type AppSpecInput, type Entity, type Part } from '../spec.ts';
import { type BuiltPart, type Files, serverName } from './built-part.ts';
import { appConfig, appTsx } from './page.ts';
import { indexTs, ownerTs, schemaTs, tableFiles, tellsOwner } from './server.ts';
import { staticFiles } from './static-files.ts';
import { themeCss } from './theme.ts';

export type Composed = { readonly parts: readonly BuiltPart[]; readonly files: Files };

/** Every file that follows from a spec, `app.json` included. Pure but for reading the agent's own parts. */
export function compose(wanted: AppSpecInput): Composed {
  // Parsed, so that equal specs are equal text whatever order their keys came in.
  const spec = AppSpec.parse(wanted);
  const build = builder(spec);
  const parts = spec.parts.map(build);
  const retired = spec.retired.map(build);
  const files = new Map<string, string>([
    ['app.json', `${JSON.stringify(spec, null, 2)}\n`],
    ...staticFiles('base'),
    ['server/schema.ts', schemaTs(tableFiles(spec, [...parts, ...retired]))],
    ...retired.flatMap((part) => [...tablesOf(part)]),
    ...parts.flatMap((part) => [...part.files]),
    ...(spec.signIn ? staticFiles('sign-in') : []),
    ...(spec.weekly ? staticFiles('weekly') : []),
    ...(spec.weekly ? [['server/summary/summary.ts', summaryTs(spec)] as const] : []),
    ...(spec.weekly && parts.some(({ id }) => id === 'habits')
      ? [['server/summary/habit-lines.ts', HABIT_LINES] as const]
      : []),
    ...(tellsOwner(spec) ? [['server/owner.ts', ownerTs(spec.owner)] as const] : []),
    ...(tellsOwner(spec) && !spec.parts.every(({ kind }) => kind === 'habits') ? staticFiles('mail') : []),
    ['server/index.ts', indexTs(spec, parts)],
    ['src/theme.css', themeCss(spec)],
    ['src/app.config.json', appConfig(spec)],
    ...(parts.length > 1 ? staticFiles('tabs') : []),
    ...(parts.length > 1 ? staticFiles('collection', new Set(['src/lib/useRoute.ts'])) : []),
    ['src/App.tsx', appTsx(spec, parts)],
  ]);
  return { parts, files };
}

function builder(spec: AppSpec): (part: Part) => BuiltPart {
  const place = spec.parts.length > 1 ? 'one of several' : 'alone';
  const entities = spec.parts.flatMap((part) => (part.kind === 'collection' ? [part.entity] : []));
  const parentOf = ({ belongsTo }: Entity) => entities.find(({ plural }) => plural === belongsTo);
  return (part) => {
    switch (part.kind) {
      case 'habits':
        return habitsPart(part);
      case 'form':
        return formPart(part);
      case 'collection': {
        const { entity } = part;
        const children = entities.filter(({ belongsTo }) => belongsTo === entity.plural);
        return collectionPart(part, place, parentOf(entity), children);
      }
      case 'dashboard':
        return dashboardPart();
      case 'page':
        return pagePart(part);
    }
  };
}

/** What stays of a part that left the app: its tables, with their rows. */
const tablesOf = (part: BuiltPart): [string, string][] =>
  [...part.files].filter(([path]) => path === `server/tables/${serverName(part)}.ts`);
