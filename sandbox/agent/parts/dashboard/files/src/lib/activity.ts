import { copyEvents, track } from './analytics.ts';

// Every event of this page also goes into the app's own table, which its charts read.
copyEvents((name, properties) => {
  const plain = Object.entries(properties).filter(([, value]) => isPlain(value));
  const body = JSON.stringify({ name, properties: Object.fromEntries(plain), visitor: visitor() });
  const headers = { 'content-type': 'application/json' };
  fetch('/api/activity', { method: 'POST', keepalive: true, headers, body }).catch(() => undefined);
});

track('app opened');

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** The same for every visit of this browser; made up, so that it says nothing about a person. */
function visitor(): string {
  try {
    const known = localStorage.getItem('visitor') ?? crypto.randomUUID();
    localStorage.setItem('visitor', known);
    return known;
  } catch {
    // A browser that keeps nothing is somebody new each time.
    return '';
  }
}
