// PDF.js in a worker of its own, built into one of our files.
import 'pdfjs-dist/legacy/build/pdf.worker.mjs';
