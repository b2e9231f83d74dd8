import type { AppSpec } from '../spec.ts';
import type { BuiltPart } from './built-part.ts';
import { imports, literal } from './text.ts';

/** `src/app.config.json`: what the app calls itself. */
export const appConfig = ({ title, tagline }: AppSpec): string =>
  `${JSON.stringify({ title, tagline }, null, 2)}\n`;

/** `src/App.tsx`: one screen, or several behind tabs. */
export function appTsx(spec: AppSpec, parts: readonly BuiltPart[]): string {
  const isBehind = parts.map((_, position) => spec.signIn && spec.parts[position]?.kind !== 'form');
  const [only] = parts;
  const isAlone = parts.length === 1;
  const head = imports([
    ...parts.map(({ screen, id }) => ({ from: `./features/${id}/${screen}.tsx`, names: [screen] })),
    isBehind.includes(true) && { from: './features/sign-in/behindSignIn.tsx', names: ['behindSignIn'] },
    !isAlone && { from: './components/Tabs.tsx', names: ['type Tab', 'Tabs'] },
    spec.weekly && { from: './components/WeeklyNote.tsx', names: ['WeeklyNote'] },
    spec.tracksTabs && !isAlone && { from: './lib/analytics.ts', names: ['track'] },
  ]);
  const screens = isAlone && only ? aloneTsx(only, isBehind[0] === true) : tabsTsx(spec, parts, isBehind);
  return `${head}

${screens.before}export function App() {
${returned([
  spec.logo && `<img src="/attachments/${spec.logo}" alt="" className="mx-auto mt-6 h-16 w-auto" />`,
  screens.element,
  spec.weekly && '<WeeklyNote />',
])}
}
`;
}

/** One element by itself, several in a fragment. */
function returned(elements: readonly (string | false | undefined)[]): string {
  const there = elements.filter((element) => typeof element === 'string');
  if (there.length === 1) return `  return ${there[0]};`;
  return `  return (
    <>
${there.map((element) => `      ${element}`).join('\n')}
    </>
  );`;
}

type Screens = { readonly before: string; readonly element: string };

const aloneTsx = ({ screen }: BuiltPart, isBehind: boolean): Screens =>
  isBehind
    ? { before: `const Screen = behindSignIn(${screen});\n\n`, element: '<Screen />' }
    : { before: '', element: `<${screen} />` };

function tabsTsx(spec: AppSpec, parts: readonly BuiltPart[], isBehind: readonly boolean[]): Screens {
  const tabs = parts.map(({ id, label, screen }, position) => {
    const shown = isBehind[position] ? `behindSignIn(${screen})` : screen;
    return `  { id: ${literal(id)}, label: ${literal(label)}, screen: ${shown} },`;
  });
  const opened = spec.tracksTabs ? " onOpen={(tab) => track('tab opened', { tab })}" : '';
  return {
    before: `const tabs: readonly Tab[] = [\n${tabs.join('\n')}\n];\n\n`,
    element: `<Tabs tabs={tabs}${opened} />`,
  };
}
