import { describe, expect, test } from 'vitest';
import { heard } from './messages.ts';

describe('what an app’s page says', () => {
  test.each([
    [{ mk0r: 'here', path: '/habits?x=1#y', canGoBack: true }],
    [{ mk0r: 'error', source: 'build', message: 'Unexpected token', detail: 'App.tsx' }],
    [{ mk0r: 'absent', state: 'crashed' }],
    [{ mk0r: 'picture', url: 'data:image/webp;base64,UklGRg==' }],
  ])('is heard: %o', (said) => expect(heard(said)).toEqual(said));

  test.each([
    ['nothing', undefined],
    ['no object', 'here'],
    ['of something else', { mk0r: 'pay', amount: 100 }],
    ['a place elsewhere', { mk0r: 'here', path: 'https://evil.example/', canGoBack: true }],
    ['an error without words', { mk0r: 'error', source: 'page', message: '' }],
    ['a picture that is a page', { mk0r: 'picture', url: 'data:text/html;base64,PGI+' }],
    ['a picture with a script in it', { mk0r: 'picture', url: 'data:image/svg+xml;base64,PHN2Zy8+' }],
    ['a picture at an address', { mk0r: 'picture', url: 'https://evil.example/x.png' }],
    ['a picture without end', { mk0r: 'picture', url: `data:image/png;base64,${'A'.repeat(500_000)}` }],
  ])('is passed over where it is %s', (_, said) => expect(heard(said)).toBeUndefined());

  test('is cut to a length, and takes nothing else along', () => {
    const said = heard({ mk0r: 'error', source: 'mail', message: 'x'.repeat(9_000), cookie: 'secret' });
    expect(said).toEqual({ mk0r: 'error', source: 'page', message: 'x'.repeat(2_000) });
  });
});
