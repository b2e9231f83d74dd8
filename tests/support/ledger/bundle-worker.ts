import { join } from 'node:path';
import { build } from 'vite';

const NAME = 'worker.mjs';

/**
 * The server process of `worker.ts` as one file, for suites that start hundreds: finding its two hundred modules is most of
 * what a start costs. Answers the file, in a directory of the caller's.
 */
export const bundleWorker = async (outDir: string): Promise<string> => {
  await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: join(import.meta.dirname, 'worker.ts'),
      outDir,
      emptyOutDir: true,
      minify: false,
      rollupOptions: { output: { entryFileNames: NAME } },
    },
  });
  return join(outDir, NAME);
};
