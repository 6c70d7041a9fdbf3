// record.mjs FOLDER: the traces of tests/unit/bwe/traces anew: a browser watches through a line, which writes what it carried.
import path from 'node:path';
import { Stage } from './stage.mjs';

const [folder] = process.argv.slice(2);
const stage = await Stage.open();
const both = (settings) => ({ up: settings, down: settings });
try {
  await stage.publish();
  const jitter = await stage.scene(both({ rate_kbps: 2500, queue_ms: 500, delay_ms: 75, jitter_ms: 40, loss_percent: 1 }));
  await jitter.play(12);
  await jitter.line.report({ trace: path.join(folder, 'jitter.txt') });
  await jitter.play(10);
  await jitter.close();
  const cut = await stage.scene(both({ rate_kbps: 2500, queue_ms: 1000, delay_ms: 20 }));
  await cut.play(12);
  await cut.line.report({ trace: path.join(folder, 'cut.txt') });
  await cut.play(2);
  await cut.line.report({ down: { rate_kbps: 300 } });
  await cut.play(5);
  await cut.close();
} finally {
  await stage.close();
}
