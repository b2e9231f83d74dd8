import { describe, expect, test } from 'vitest';
import { pictureEnding, pictureTypeOf } from './pictures.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe('what a file is', () => {
  test.each([
    ['\x89PNG\r\n\x1a\n....', 'image/png', 'png'],
    ['\xff\xd8\xff\xe0..JFIF', 'image/jpeg', 'jpg'],
    ['RIFF....WEBPVP8 ', 'image/webp', 'webp'],
    ['GIF87a..', 'image/gif', 'gif'],
    ['GIF89a..', 'image/gif', 'gif'],
  ] as const)('its first bytes say: %j', (text, type, ending) => {
    expect(pictureTypeOf(bytes(text))).toBe(type);
    expect(pictureEnding(type)).toBe(ending);
  });

  test.each([
    ['nothing', ''],
    ['a page', '<!doctype html><img src="x">'],
    ['a drawing with a script in it', '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'],
    ['a sound in the same wrapping', 'RIFF....WAVEfmt '],
    ['half a beginning', '\x89PNG'],
    ['a document', '%PDF-1.7'],
    ['a picture that comes later', ' GIF89a'],
  ])('it is no picture where it is %s', (_, text) => {
    expect(pictureTypeOf(bytes(text))).toBeUndefined();
  });
});
