declare global {
  /** Set by `picture.ts` once it is loaded: what the page shows, as a data URL. */
  var mk0rPicture: ((width: number) => Promise<string>) | undefined;
}

export {};
