/** Stamp of this build, from `vite.config.ts`. */
declare const __BUILD__: string;
