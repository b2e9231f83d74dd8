import type { AppSpec } from '../spec.ts';
import { onDark, textOn } from './colours.ts';

const SCHEME = { system: 'light dark', dark: 'dark', light: 'light' } as const;

/** `src/theme.css`: every colour of the app. */
export function themeCss({ accent, theme }: Pick<AppSpec, 'accent' | 'theme'>): string {
  const dark = onDark(accent);
  return `/* Every colour of the app, light and dark. \`color-scheme: dark\` or \`light\` fixes one; both follow the system. */
@theme {
  --color-canvas: light-dark(#f7f7f8, #0e0f12);
  --color-surface: light-dark(#ffffff, #17191d);
  --color-ink: light-dark(#17181c, #f1f2f4);
  --color-muted: light-dark(#62656e, #9a9ea8);
  --color-line: light-dark(#e3e4e8, #2a2d33);
  --color-danger: light-dark(#c02626, #ff8a80);
  --color-accent: light-dark(${accent}, ${dark});
  --color-on-accent: light-dark(${textOn(accent)}, ${textOn(dark)});
}

:root {
  color-scheme: ${SCHEME[theme]};
}
`;
}
