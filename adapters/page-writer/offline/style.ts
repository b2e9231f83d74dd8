import { onDark, textOn } from '../../../sandbox/agent/compose/colours.ts';
import type { AppSpec } from '../../../sandbox/agent/spec.ts';

const SCHEME = { system: 'light dark', dark: 'dark', light: 'light' } as const;

/** The same colours as a full app's (`sandbox/agent/compose/theme.ts`). */
export const styleOf = ({ accent, theme }: Pick<AppSpec, 'accent' | 'theme'>): string => {
  const dark = onDark(accent);
  return `:root { color-scheme: ${SCHEME[theme]};
  --canvas: light-dark(#f7f7f8, #0e0f12); --surface: light-dark(#fff, #17191d);
  --ink: light-dark(#17181c, #f1f2f4); --muted: light-dark(#5c5f68, #a3a7b0);
  --line: light-dark(#dcdde2, #2f3239); --control: light-dark(#868a94, #70757f);
  --accent: light-dark(${accent}, ${dark}); --on-accent: light-dark(${textOn(accent)}, ${textOn(dark)}) }
${RULES}`;
};

const RULES = `* { box-sizing: border-box }
body { margin: 0; background: var(--canvas); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main, header { max-width: 44rem; margin: 0 auto; padding: 0 1.25rem }
header { padding-top: 2.5rem } main { padding-bottom: 4rem }
h1 { margin: 0; font-size: 2rem; line-height: 1.15; letter-spacing: -.02em }
h2 { margin: 0 0 .75rem; font-size: 1.125rem } header p, .empty, .said, #notice { color: var(--muted) }
[hidden] { display: none !important }
nav { display: flex; flex-wrap: wrap; gap: .25rem; margin-top: 1.25rem }
nav button[aria-current=page] { background: var(--ink); color: var(--canvas) }
section { margin-top: 1.5rem }
form.entry { display: grid; gap: .75rem; padding: 1rem; border: 1px solid var(--line); border-radius: .875rem; background: var(--surface) }
label { display: grid; gap: .25rem; font-size: .875rem; color: var(--muted) }
label.check-label { display: flex; align-items: center; gap: .5rem }
input, select, textarea { width: 100%; padding: .5rem .625rem; border: 1px solid var(--control); border-radius: .5rem; background: var(--surface); color: var(--ink); font: inherit }
input[type=checkbox] { width: 1.125rem; height: 1.125rem; accent-color: var(--accent) } textarea { min-height: 5rem; resize: vertical }
button { padding: .5rem .875rem; border: 0; border-radius: .5rem; background: transparent; color: inherit; font: inherit; cursor: pointer }
button[type=submit], .check.done { background: var(--accent); color: var(--on-accent); font-weight: 600 }
.check { min-width: 4.25rem; border: 1px solid var(--control) } .quiet, nav button { color: var(--muted) }
.quiet:hover, nav button:hover { color: var(--ink); background: var(--canvas) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.row, .bar { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem } .bar { margin: 1.25rem 0 .5rem } .bar h2 { margin: 0; flex: 1 }
.bar input, .bar select { width: auto; flex: 1 1 9rem }
.list { display: grid; gap: .5rem; margin: 0; padding: 0; list-style: none }
.list li { display: flex; align-items: center; gap: .75rem; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--surface) }
.list div { flex: 1; min-width: 0; overflow-wrap: anywhere } .list p { display: flex; flex-wrap: wrap; gap: .125rem 1rem; margin: .125rem 0 0; font-size: .875rem; color: var(--muted); white-space: pre-wrap }
.list b { font-weight: 500 } .week { display: inline-flex; gap: 3px; align-items: center } .week i { width: .625rem; height: .625rem; border-radius: 50%; background: var(--line) } .week i.done { background: var(--accent) }
.chart { display: flex; align-items: flex-end; gap: 4px; height: 6rem; margin: 1rem 0 } .chart i { flex: 1; border-radius: 4px 4px 0 0; background: var(--accent) } .chart i.none { background: var(--line) }
.plans { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem; margin: 0 0 1rem; padding: 0; list-style: none } .plans li { padding: 1rem; border: 1px solid var(--line); border-radius: .875rem; background: var(--surface) } .plans strong { display: block; font-size: 1.5rem }
@media (max-width: 30rem) { .list li { flex-wrap: wrap } .list div { flex-basis: 60% } }`;
