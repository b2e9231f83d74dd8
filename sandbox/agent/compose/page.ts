import type { AppSpec } from '../spec.ts';
import type { BuiltPart } from './built-part.ts';
import { literal } from './text.ts';

/** `src/app.config.json`: what the app calls itself. */
export const appConfig = ({ title, tagline }: AppSpec): string =>
  `${JSON.stringify({ title, tagline }, null, 2)}\n`;

/** `src/App.tsx`: one screen, or several behind tabs. */
export function appTsx(parts: readonly BuiltPart[]): string {
  const imports = parts
    .map(({ screen, id }) => `import { ${screen} } from './features/${id}/${screen}.tsx';`)
    .sort();
  const [only] = parts;
  if (parts.length === 1 && only) {
    return `${imports.join('\n')}

export function App() {
  return <${only.screen} />;
}
`;
  }
  return `import { type Tab, Tabs } from './components/Tabs.tsx';
${imports.join('\n')}

const tabs: readonly Tab[] = [
${parts.map(({ id, label, screen }) => `  { id: ${literal(id)}, label: ${literal(label)}, screen: ${screen} },`).join('\n')}
];

export function App() {
  return <Tabs tabs={tabs} />;
}
`;
}
