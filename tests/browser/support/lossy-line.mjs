// Lines with loss, delay, jitter, a rate and a queue, between clients and the relay (tests/line).
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from './browser.mjs';

export class LossyLine {
  /** Before a UDP port of this machine. */
  static async start(toPort, { lines = 1, seed = 1 } = {}) {
    const line = new LossyLine();
    line.toPort = toPort;
    line.process = spawn(
      path.join(build, 'tests/line/lossy-line'),
      ['--to', `127.0.0.1:${toPort}`, '--lines', String(lines), '--seed', String(seed)],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    line.answers = createInterface({ input: line.process.stdout })[Symbol.asyncIterator]();
    line.ports = (await line.answer()).ports;
    return line;
  }

  async answer() {
    const { value, done } = await this.answers.next();
    if (done) throw new Error('lossy-line ended');
    const answer = JSON.parse(value);
    if (answer.error) throw new Error(`lossy-line: ${answer.error}`);
    return answer;
  }

  /** Sets what is given (`up`, `down`, `line`) and gives the figures of all lines. One call after the other. */
  report(order = {}) {
    const asked = (this.asked ?? Promise.resolve()).then(() => {
      this.process.stdin.write(`${JSON.stringify({ ...order, report: true })}\n`);
      return this.answer();
    });
    this.asked = asked.catch(() => {});
    return asked;
  }

  /** The answer's SDP with a line's port in its candidates. */
  through(sdp, line = 0) {
    return sdp.replace(new RegExp(`^(a=candidate:\\S+ \\d+ udp \\d+ \\S+) ${this.toPort} `, 'gim'), `$1 ${this.ports[line]} `);
  }

  async stop() {
    const gone = new Promise((done) => this.process.once('exit', done));
    this.process.stdin.end();
    await gone;
  }
}
