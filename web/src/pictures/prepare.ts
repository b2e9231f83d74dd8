import { MAX_PICTURE_BYTES, PICTURE_TYPES, pictureTypeOf } from '../../../domain/session/pictures.ts';

/** What the file chooser offers. */
export const ACCEPT = PICTURE_TYPES.join(',');

/** Longest edge in pixels: more than a model looks at, and enough for a screen. */
const MOST_PIXELS = 2_000;
/** A picture of fewer bytes that fits is left as it is: logos stay exact. */
const LEFT_ALONE_BYTES = 512 * 1024;
const QUALITY = 0.86;

/** Why a file cannot be attached, as a sentence for whoever chose it. */
export class Unfit extends Error {}

const decoded = async (file: Blob, name: string): Promise<ImageBitmap> => {
  try {
    return await createImageBitmap(file);
  } catch {
    throw new Unfit(`“${name}” cannot be read as a picture. Save it anew, or attach another.`);
  }
};

/** As WebP, no larger than wanted; where it was taken, and by what, is no longer in it. */
const redrawn = (picture: ImageBitmap): Promise<Blob | null> => {
  const scale = Math.min(1, MOST_PIXELS / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/webp', QUALITY));
};

/**
 * A file as it is sent: what it is, its bytes say, and what is large is made smaller here. Photographs are always drawn
 * anew, since they tell where they were taken. Rejects with `Unfit`.
 */
export const prepared = async (file: File): Promise<Blob> => {
  const name = file.name === '' ? 'The picture' : file.name;
  const type = pictureTypeOf(new Uint8Array(await file.slice(0, 16).arrayBuffer()));
  if (type === undefined) throw new Unfit(`“${name}” is no PNG, JPEG, WebP or GIF. Attach one of those.`);
  const asItIs = new Blob([file], { type });
  const picture = await decoded(asItIs, name);
  try {
    const fits = Math.max(picture.width, picture.height) <= MOST_PIXELS;
    // Drawn anew it would stand still.
    const isLeft = type === 'image/gif' || (type !== 'image/jpeg' && fits && file.size <= LEFT_ALONE_BYTES);
    const ready = isLeft ? asItIs : ((await redrawn(picture)) ?? asItIs);
    if (ready.size > MAX_PICTURE_BYTES)
      throw new Unfit(
        `“${name}” is larger than ${MAX_PICTURE_BYTES / 1024 / 1024} MB. Attach a smaller one.`,
      );
    return ready;
  } finally {
    picture.close();
  }
};
