/**
 * PDF files of a meeting, by PDF.js: fetched once, kept for the meeting, drawn page by page. Worker, fonts and character
 * maps are files of ours; nothing is evaluated, so the strict Content-Security-Policy stands.
 */
import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { pageScale, Recent } from './papers';

/** Papers kept open at a time, by the size of their files. */
const KEPT_BYTES = 96 * 1024 * 1024;

export interface OpenPaper {
  pages: number;
  draw: (page: number, box: { width: number; height: number }) => Promise<HTMLCanvasElement>;
}

const open = new Recent<Promise<Loaded>>(KEPT_BYTES, (paper) => {
  paper.then((p) => p.pdf.destroy()).catch(() => {});
});

interface Loaded extends OpenPaper {
  pdf: PDFDocumentProxy;
}

function startWorker(): void {
  if (GlobalWorkerOptions.workerPort) return;
  GlobalWorkerOptions.workerPort = new Worker(new URL('./pdf-worker.ts', import.meta.url), { type: 'module' });
}

/** The paper at this address, from memory if it was opened before. */
export function openPaper(url: string, bytes: number): Promise<OpenPaper> {
  const known = open.get(url);
  if (known) return known;
  const opening = load(url);
  open.put(url, opening, bytes);
  opening.catch(() => open.remove(url));
  return opening;
}

async function load(url: string): Promise<Loaded> {
  startWorker();
  const response = await fetch(url, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const pdf = await getDocument({
    data: await response.arrayBuffer(),
    isEvalSupported: false,
    cMapUrl: '/pdf/cmaps/',
    cMapPacked: true,
    standardFontDataUrl: '/pdf/standard_fonts/',
    enableXfa: false,
  }).promise;
  return { pdf, pages: pdf.numPages, draw: (page, box) => draw(pdf, page, box) };
}

async function draw(pdf: PDFDocumentProxy, number: number, box: { width: number; height: number }): Promise<HTMLCanvasElement> {
  const page = await pdf.getPage(number);
  const plain = page.getViewport({ scale: 1 });
  const scale = pageScale(plain, box, window.devicePixelRatio || 1);
  const viewport = page.getViewport({ scale: scale || 1 });
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.floor(viewport.width));
  canvas.height = Math.max(1, Math.floor(viewport.height));
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) throw new Error('no canvas');
  await page.render({ canvasContext: context, viewport }).promise;
  page.cleanup();
  return canvas;
}
