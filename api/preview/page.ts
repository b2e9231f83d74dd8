import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { PROBLEM_TYPE, problemBody } from '../http/problem.ts';
import { framedBy } from './headers.ts';
import { EXPLANATIONS, type PreviewState } from './state.ts';

/** On the preview's own origin; no app can answer under it. */
export const RESERVED = '/__mk0r/';
export const STATUS_PATH = '/__mk0r/status';

const STYLE = `
:root{color-scheme:light dark;--ink:#1c1b19;--soft:#6b675f;--paper:#faf8f4;--line:#d9d4ca;--accent:#c2410c}
@media(prefers-color-scheme:dark){:root{--ink:#f2efe9;--soft:#a39d92;--paper:#161513;--line:#3a3733;--accent:#fb923c}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:2rem;background:var(--paper);color:var(--ink);
font:16px/1.55 ui-sans-serif,system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:24rem;text-align:center}
h1{margin:1.5rem 0 .5rem;font-size:1.25rem;font-weight:600;letter-spacing:-.01em;text-wrap:balance}
p{margin:0;color:var(--soft);text-wrap:pretty}
.dots{display:inline-flex;gap:.5rem;height:.75rem;align-items:center}
.dots i{width:.5rem;height:.5rem;border-radius:50%;background:var(--line)}
.waits .dots i{background:var(--accent);animation:breathe 1.4s ease-in-out infinite}
.waits .dots i:nth-child(2){animation-delay:.18s}.waits .dots i:nth-child(3){animation-delay:.36s}
@keyframes breathe{0%,100%{opacity:.2;transform:scale(.8)}40%{opacity:1;transform:scale(1)}}
@media(prefers-reduced-motion:reduce){.waits .dots i{animation:none}}
`;

/** Asks until the app answers, then shows it; when what there is to say changes, shows that. */
const SCRIPT = `
if(parent!==self)parent.postMessage({mk0r:'absent',state:document.documentElement.dataset.state},document.documentElement.dataset.page);
const shown=document.documentElement.dataset.state;let pause=500;
const ask=async()=>{
try{const answer=await fetch('${STATUS_PATH}',{cache:'no-store'});const{state,ready}=await answer.json();
if(ready||state!==shown)return location.reload()}catch{}
pause=Math.min(pause*1.25,4000);setTimeout(ask,document.hidden?4000:pause)};
setTimeout(ask,pause);
`;

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const policy = (publicOrigin: string): string =>
  [
    "default-src 'none'",
    `style-src ${sha256(STYLE)}`,
    `script-src ${sha256(SCRIPT)}`,
    "connect-src 'self'",
    "base-uri 'none'",
    framedBy(publicOrigin),
  ].join('; ');

const html = (state: PreviewState, publicOrigin: string): string => {
  const { title, text, waits } = EXPLANATIONS[state];
  return `<!doctype html>
<html lang="en" data-state="${state}" data-page="${publicOrigin}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
<body>
<main class="${waits ? 'waits' : ''}" role="status">
<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
<h1>${title}</h1>
<p>${text}</p>
</main>
${waits ? `<script>${SCRIPT}</script>` : ''}
</body>
</html>
`;
};

/** Instead of a blank page: a page that says what is the matter and gives way to the app, or the same as JSON. */
export const explain = (
  response: ServerResponse,
  state: PreviewState,
  to: { readonly navigation: boolean; readonly publicOrigin: string },
): void => {
  const { status, title, text, waits } = EXPLANATIONS[state];
  if (response.headersSent) return void response.destroy();
  const body = to.navigation
    ? html(state, to.publicOrigin)
    : JSON.stringify(problemBody(status, `preview_${state}`, `${title}. ${text}`));
  response.writeHead(status, {
    'content-type': to.navigation ? 'text/html; charset=utf-8' : PROBLEM_TYPE,
    'content-length': Buffer.byteLength(body),
    'content-security-policy': policy(to.publicOrigin),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex',
    ...(waits ? { 'retry-after': '1' } : {}),
  });
  response.end(body);
};
