import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { latePages } from './server/late-pages.ts';
import { missedEdits } from './server/missed-edits.ts';
import { pageTitle } from './server/page-title.ts';
import { apiServer } from './server/vite-plugin.ts';

export default defineConfig(({ isSsrBuild }) => ({
  plugins: [react(), tailwindcss(), apiServer(), pageTitle(), missedEdits(), latePages()],
  server: {
    host: '127.0.0.1',
    port: Number(process.env.MK0R_PREVIEW_PORT ?? 5173),
    strictPort: true,
    // The page is served under a preview host name; the proxy in front decides who may reach it. HMR keeps Vite's
    // defaults, so that the browser connects to the page's own host and port, whatever they are.
    allowedHosts: true,
    warmup: { clientFiles: ['./src/main.tsx'], ssrFiles: ['./server/index.ts'] },
  },
  // Everything the first app needs is bundled at start; nothing is discovered, and no page reloads, at first use.
  optimizeDeps: {
    include: ['react', 'react-dom/client', 'react/jsx-runtime', 'react/jsx-dev-runtime', 'posthog-js', 'zod'],
  },
  build: isSsrBuild
    ? { outDir: 'dist/server', target: 'node22', copyPublicDir: false }
    : { outDir: 'dist/client', emptyOutDir: true },
}));
