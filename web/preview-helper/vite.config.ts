import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** One file by itself each time: they run in the pages of apps, as plain scripts, and share nothing with our own page. */
export default defineConfig(({ mode }) => ({
  root: here('.'),
  publicDir: false,
  build: {
    target: 'es2022',
    outDir: here('../dist/preview'),
    emptyOutDir: false,
    lib: { entry: here(`./${mode}.ts`), formats: ['iife'], name: 'mk0r', fileName: () => `${mode}.js` },
  },
}));
