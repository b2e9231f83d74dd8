import type { BuiltPart } from '../../compose/built-part.ts';
import { staticFiles } from '../../compose/static-files.ts';
import { attribute, capital, element } from '../../compose/text.ts';
import type { PartOf } from '../../spec.ts';

/** A page of words that its reader can edit. All pages share a table and a route. */
export function pagePart({ name, title }: PartOf<'page'>): BuiltPart {
  const screen = `${capital(name)}Screen`;
  return {
    id: name,
    label: title,
    screen,
    server: 'pageTexts',
    tables: ['app_pages'],
    probe: `/api/pageTexts/${name}`,
    files: new Map([
      ...staticFiles('page'),
      [
        `src/features/${name}/${screen}.tsx`,
        `import { WordsPage } from '../../components/WordsPage.tsx';

export function ${screen}() {
  return ${element(0, 'WordsPage', [`name="${name}"`, attribute('title', title)])};
}
`,
      ],
    ]),
  };
}
