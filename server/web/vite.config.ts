import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// Fonts and character maps that PDF files may leave out: PDF.js asks for them below /pdf/.
function pdfParts(): Plugin {
  const folders = ['cmaps', 'standard_fonts'];
  const from = (folder: string): string => path.join(path.dirname(fileURLToPath(import.meta.url)), 'node_modules/pdfjs-dist', folder);
  return {
    name: 'pdf-parts',
    apply: 'build',
    generateBundle() {
      for (const folder of folders) {
        for (const name of fs.readdirSync(from(folder))) {
          this.emitFile({ type: 'asset', fileName: `pdf/${folder}/${name}`, source: fs.readFileSync(path.join(from(folder), name)) });
        }
      }
    },
  };
}

// FullCalendar's own icons are a font in a data: address, which our Content-Security-Policy refuses; no button of ours uses them.
const withoutIconFont = {
  name: 'without-icon-font',
  transform: (code: string, id: string): string | undefined =>
    id.includes('@fullcalendar/core') ? code.replace(/@font-face\s*\{[^}]*\}/g, '') : undefined,
};

// The controller serves the pages under a strict Content-Security-Policy: nothing inline, nothing
// from elsewhere, so assets are never turned into data: addresses.
export default defineConfig({
  plugins: [pdfParts(), withoutIconFont],
  worker: { format: 'es' },
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
