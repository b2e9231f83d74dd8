import { collectionPart } from '../parts/collection/part.ts';
import { habitsPart } from '../parts/habits/part.ts';
import { waitlistPart } from '../parts/waitlist/part.ts';
import { AppSpec, type Part } from '../spec.ts';
import type { BuiltPart, Files } from './built-part.ts';
import { appConfig, appTsx } from './page.ts';
import { indexTs, schemaTs } from './server.ts';
import { staticFiles } from './static-files.ts';
import { themeCss } from './theme.ts';

export type Composed = { readonly parts: readonly BuiltPart[]; readonly files: Files };

function build(part: Part, several: boolean): BuiltPart {
  switch (part.kind) {
    case 'habits':
      return habitsPart();
    case 'waitlist':
      return waitlistPart(part.owner);
    case 'collection':
      return collectionPart(part.entity, several ? 'one of several' : 'alone');
  }
}

/** Every file that follows from a spec, `app.json` included. Pure but for reading the agent's own parts. */
export function compose(wanted: AppSpec): Composed {
  // Parsed, so that equal specs are equal text whatever order their keys came in.
  const spec = AppSpec.parse(wanted);
  const parts = spec.parts.map((part) => build(part, spec.parts.length > 1));
  const files = new Map<string, string>([
    ['app.json', `${JSON.stringify(spec, null, 2)}\n`],
    ['server/schema.ts', schemaTs(parts)],
    ...parts.flatMap((part) => [...part.files]),
    ['server/index.ts', indexTs(parts)],
    ['src/theme.css', themeCss(spec)],
    ['src/app.config.json', appConfig(spec)],
    ...(parts.length > 1 ? staticFiles('tabs') : []),
    ['src/App.tsx', appTsx(parts)],
  ]);
  return { parts, files };
}
