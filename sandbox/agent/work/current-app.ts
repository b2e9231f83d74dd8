import { AppSpec } from '../spec.ts';
import { readApp } from './files.ts';

/**
 * The app as it is: `fresh` (the template's starting screen), one of ours, or `foreign` (built by somebody else, or with
 * an `app.json` that does not say what it is made of), which these rules must not touch.
 */
export type CurrentApp =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'ours'; readonly spec: AppSpec }
  | { readonly kind: 'foreign'; readonly why: string };

const STARTING_SCREEN = 'Your app appears here';

export async function readCurrentApp(cwd: string): Promise<CurrentApp> {
  const text = await readApp(cwd, 'app.json');
  if (text !== undefined) {
    const spec = AppSpec.safeParse(parseJson(text));
    if (spec.success) return { kind: 'ours', spec: spec.data };
    return { kind: 'foreign', why: 'its app.json is not one I wrote' };
  }
  const screen = await readApp(cwd, 'src/App.tsx');
  if (screen === undefined) return { kind: 'foreign', why: 'there is no src/App.tsx' };
  if (!screen.includes(STARTING_SCREEN)) return { kind: 'foreign', why: 'its screens are not mine' };
  return { kind: 'fresh' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
