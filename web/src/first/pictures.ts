import { isDeleted } from '../live/deleted.ts';

/**
 * Pictures of this browser's apps. An app draws its own, so it is kept where the app was seen, and nowhere else: it never
 * leaves the browser, and goes when the app is deleted.
 */
const PREFIX = 'mk0r-picture-';
const WIDTH = 480;
const HEIGHT = 300;
/** Some 15 kilobytes each, of the few megabytes an origin may keep. */
const MOST = 40;

/** Drawn anew by ourselves: what an app sends is a stranger's file, and only its pixels are wanted. */
const redrawn = async (url: string): Promise<string | undefined> => {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext('2d');
  if (context === null || image.naturalWidth === 0) return undefined;
  const height = (image.naturalHeight * WIDTH) / image.naturalWidth;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.drawImage(image, 0, 0, WIDTH, height);
  return canvas.toDataURL('image/webp', 0.8);
};

export const keepPicture = async (sessionId: string, url: string): Promise<void> => {
  try {
    const picture = await redrawn(url);
    if (picture === undefined || isDeleted(sessionId)) return;
    localStorage.setItem(`${PREFIX}${sessionId}`, JSON.stringify({ at: Date.now(), picture }));
    dropOldest();
  } catch {
    return; // No picture: it cannot be drawn, or there is no room to keep it.
  }
};

type Kept = { readonly at: number; readonly picture: string };

const keptAt = (key: string): Kept | undefined => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    const { at, picture } = Object(kept) as Partial<Kept>;
    return typeof at === 'number' && typeof picture === 'string' && picture.startsWith('data:image/')
      ? { at, picture }
      : undefined;
  } catch {
    return undefined;
  }
};

const keysOfPictures = (): readonly string[] =>
  Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

const dropOldest = (): void => {
  const keys = keysOfPictures();
  const byAge = keys.toSorted((a, b) => (keptAt(b)?.at ?? 0) - (keptAt(a)?.at ?? 0));
  for (const key of byAge.slice(MOST)) localStorage.removeItem(key);
};

export const pictureOf = (sessionId: string): string | undefined => keptAt(`${PREFIX}${sessionId}`)?.picture;

export const forgetPicture = (sessionId: string): void => {
  try {
    localStorage.removeItem(`${PREFIX}${sessionId}`);
  } catch {
    return; // Storage is forbidden, so there is nothing in it.
  }
};

/** Of apps that are listed no more: they were deleted, perhaps in another browser. */
export const forgetPicturesBut = (listed: ReadonlySet<string>): void => {
  try {
    for (const key of keysOfPictures())
      if (!listed.has(key.slice(PREFIX.length))) localStorage.removeItem(key);
  } catch {
    return; // Storage is forbidden, so there is nothing in it.
  }
};
