// Serves the built pages as the controller does: unknown paths are the start page, and the same Content-Security-Policy.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { build, root } from './browser.mjs';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.woff': 'font/woff' };

function policy() {
  const source = fs.readFileSync(path.join(root, 'server/http/pages.c'), 'utf8');
  const macro = /#define CONTENT_SECURITY_POLICY((?:.*\\\n)*.*)/.exec(source)[1];
  return [...macro.matchAll(/"([^"]*)"/g)].map((m) => m[1]).join('');
}

export function servePages() {
  const folder = path.join(build, 'web');
  const csp = policy();
  const server = http.createServer((request, response) => {
    const wanted = path.normalize(new URL(request.url, 'http://x').pathname);
    let file = path.join(folder, wanted);
    if (!file.startsWith(folder) || !fs.existsSync(file) || fs.statSync(file).isDirectory()) file = path.join(folder, 'index.html');
    response.writeHead(200, {
      'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream',
      'Content-Security-Policy': file.includes('/assets/pdf-worker-') ? csp.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'") : csp,
    });
    fs.createReadStream(file).pipe(response);
  });
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => {
      done({ url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() });
    });
  });
}
