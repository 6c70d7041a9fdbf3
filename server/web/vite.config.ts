import { defineConfig } from 'vitest/config';

// The controller serves the pages under a strict Content-Security-Policy: nothing inline, nothing
// from elsewhere, so assets are never turned into data: addresses.
export default defineConfig({
  esbuild: { jsx: 'automatic' },
  build: {
    target: 'es2021',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      output: {
        manualChunks: (id) => {
          if (/node_modules\/(react|react-dom|scheduler|react-router|react-router-dom|@remix-run)\//.test(id)) return 'react';
          if (/node_modules\/(i18next|react-i18next)\//.test(id)) return 'i18n';
          return undefined;
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: process.env.DIEMCAU ?? 'http://127.0.0.1:8080', ws: true },
    },
  },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
});
