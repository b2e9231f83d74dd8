import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env.MK0R_SERVER ?? 'http://localhost:3000';

/** `changeOrigin` and `rewriteWsOrigin`: the server accepts its own origin only, also for the websocket. */
const proxied = { target: server, changeOrigin: true, ws: true, rewriteWsOrigin: true };

export default defineConfig({
  plugins: [react(), tailwindcss()],
  define: {
    // A build never resumes from what another build kept in the tab.
    __BUILD__: JSON.stringify(Date.now().toString(36)),
  },
  build: { target: 'es2023', chunkSizeWarningLimit: 340, reportCompressedSize: true },
  server: {
    proxy: {
      '/api': proxied,
      '/docs': proxied,
      '/identitytoolkit.googleapis.com': proxied,
      '/securetoken.googleapis.com': proxied,
    },
    // The read side's types and its pure fold live beside this folder, not in it.
    fs: { allow: [fileURLToPath(new URL('..', import.meta.url))] },
  },
});
