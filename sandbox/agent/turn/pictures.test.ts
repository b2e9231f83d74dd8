import { describe, expect, it } from 'vitest';
import { compose } from '../compose/compose.ts';
import type { AppSpec } from '../spec.ts';
import { understand } from '../understand/understand.ts';
import { logoIn, picturesIn, withLogo } from './pictures.ts';

const PICTURE = { name: 'a1b2.png', path: '/app/.git/mk0r-pictures/a1b2.png' };

const specOf = (prompt: string): AppSpec => {
  const meaning = understand(prompt, undefined);
  if (meaning.kind !== 'build') throw new Error(`not understood: ${prompt}`);
  return meaning.spec;
};

describe('a picture that comes with a message', () => {
  it('is known by the file it lies in, and by nothing else', () => {
    const uri = `file://${PICTURE.path}`;
    expect(
      picturesIn([
        { type: 'text', text: 'Use this' },
        { type: 'resource_link', name: PICTURE.name, uri },
        { type: 'resource_link', name: '../x.png', uri },
        { type: 'resource_link', name: PICTURE.name, uri: 'https://example.com/a1b2.png' },
      ]),
    ).toEqual([PICTURE]);
  });

  it.each([
    ['Use this as the logo', ''],
    ['use it as my logo.', ''],
    ['Please use the attached image as our logo!', ''],
    ['Make this the logo', ''],
    ['Build me a recipe book and use this picture as the logo', 'Build me a recipe book'],
    ['Use this as the logo and make it green', 'and make it green'],
  ])('is the logo: %s', (prompt, rest) => {
    expect(logoIn(prompt, [PICTURE])).toEqual({ logo: PICTURE, rest });
  });

  it.each(['Make it look like this', 'Add a list of logos', 'Build me a habit tracker'])(
    'is none: %s',
    (prompt) => expect(logoIn(prompt, [PICTURE])).toBeUndefined(),
  );

  it('is no logo where there is no picture', () => {
    expect(logoIn('Use this as the logo', [])).toBeUndefined();
  });

  it('stands at the top of the app, with what else was asked for', () => {
    const spec = specOf('Build me a habit tracker');
    const meaning = withLogo({ logo: PICTURE, rest: 'make it green' }, spec);
    if (meaning?.kind !== 'change') throw new Error('not understood');
    expect(meaning.done).toHaveLength(2);
    expect(meaning.spec.logo).toBe(PICTURE.name);
    expect(compose(meaning.spec).files.get('src/App.tsx')).toContain('src="/attachments/a1b2.png"');
    expect(compose(spec).files.get('src/App.tsx')).not.toContain('<img');
  });

  it('comes with an app that is asked for in the same breath, and waits for one where none is', () => {
    const built = withLogo({ logo: PICTURE, rest: 'Build me a recipe book' }, undefined);
    expect(built).toMatchObject({ kind: 'build', spec: { logo: PICTURE.name } });
    expect(withLogo({ logo: PICTURE, rest: '' }, undefined)).toBeUndefined();
  });
});
