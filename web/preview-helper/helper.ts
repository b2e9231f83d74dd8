import type { FromApp, ToApp } from '../src/session/preview/messages.ts';
import { watchErrors } from './errors.ts';
import { drawOverlay, overlay } from './overlay.ts';
import { watchPlace } from './place.ts';

/**
 * Runs first in every page of an app that is looked at, put there by the preview's proxy. Inside our frame it tells our
 * page what the app does; anywhere else it only shows why a page does not compile. It must never be what breaks an app.
 */
const start = (page: string): void => {
  const tell = (message: FromApp): void => parent.postMessage(message, page);
  watchErrors(tell);
  const back = watchPlace(tell);

  addEventListener('message', ({ source, origin, data }: MessageEvent<ToApp>) => {
    if (source !== parent || origin !== page) return;
    if (data.mk0r === 'back') back();
    if (data.mk0r === 'picture') void takePicture(data.width, tell);
  });
};

/** Some ten kilobytes that are wanted once in a while, and by nobody's first paint. */
const takePicture = async (width: number, tell: (message: FromApp) => void): Promise<void> => {
  if (overlay() !== undefined) return;
  const script = document.createElement('script');
  script.src = '/__mk0r/picture.js';
  const loaded = new Promise<void>((resolve, reject) => {
    script.onload = () => resolve();
    script.onerror = () => reject(new Error('no picture'));
  });
  try {
    if (globalThis.mk0rPicture === undefined) {
      document.head.append(script);
      await loaded;
      script.remove();
    }
    const url = await globalThis.mk0rPicture?.(width);
    if (url !== undefined) tell({ mk0r: 'picture', url });
  } catch {
    return; // An app that cannot be drawn (a policy of its own, a canvas of others) has no picture.
  }
};

drawOverlay();
const page = document.currentScript?.dataset.page;
if (page !== undefined && parent !== window) start(page);
