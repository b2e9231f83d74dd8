/** What may be attached: what browsers show and models look at. */
export const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'] as const;
export type PictureType = (typeof PICTURE_TYPES)[number];

/** Bytes of one picture. A browser makes larger ones smaller before it sends them. */
export const MAX_PICTURE_BYTES = 2 * 1024 * 1024;
/** Pictures of one message. */
export const MAX_PICTURES = 4;
/** Different pictures that a session keeps. */
export const MAX_KEPT_PICTURES = 100;

const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

/** What the bytes themselves say they are, whatever was said of them; `undefined`: none of the kinds that are taken. */
export const pictureTypeOf = (bytes: Uint8Array): PictureType | undefined => {
  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (ascii(bytes, 0, 3) === '\xff\xd8\xff') return 'image/jpeg';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'image/webp';
  return /^GIF8[79]a$/.test(ascii(bytes, 0, 6)) ? 'image/gif' : undefined;
};

/** The ending of a file of that kind. */
export const pictureEnding = (type: PictureType): string =>
  type === 'image/jpeg' ? 'jpg' : type.slice('image/'.length);
