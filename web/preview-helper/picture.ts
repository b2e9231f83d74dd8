import { domToWebp } from 'modern-screenshot';

/** As much of the page as fits the window, at that width. */
globalThis.mk0rPicture = (width) =>
  domToWebp(document.documentElement, {
    width: innerWidth,
    height: innerHeight,
    scale: width / innerWidth,
    quality: 0.8,
    backgroundColor: getComputedStyle(document.body).backgroundColor,
    timeout: 3_000,
    // Elements of others are made anew to be drawn, and may not bear it.
    filter: (node) => !(node instanceof Element && node.localName.includes('-')),
    // Fonts of others would have to be fetched anew, and nobody reads at this size.
    font: false,
  });
