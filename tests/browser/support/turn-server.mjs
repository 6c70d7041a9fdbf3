// Debian's coturn as config/turnserver.conf has it, on the loopback: TURN over TLS alone, with a certificate made for the test.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { root, until } from './browser.mjs';

export class TurnServer {
  constructor(port, secret) {
    this.port = port;
    this.secret = secret;
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'diemcau-turn-'));
    this.log = path.join(this.folder, 'log');
  }

  get url() {
    return `turns:127.0.0.1:${this.port}?transport=tcp`;
  }

  async start() {
    const key = path.join(this.folder, 'key.pem');
    const certificate = path.join(this.folder, 'certificate.pem');
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
      '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate], { stdio: 'ignore' });
    const values = {
      '<203.0.113.20>': '127.0.0.1',
      '<203.0.113.10>': '127.0.0.1',
      '</etc/ssl/turn/fullchain.pem>': certificate,
      '</etc/ssl/turn/privkey.pem>': key,
      '<secret>': this.secret,
      '<turn.tinh.gov.vn>': '127.0.0.1',
    };
    const sample = fs.readFileSync(path.join(root, 'config/turnserver.conf'), 'utf8');
    const settings = sample.split('\n').filter((line) => /^[a-z]/.test(line) && line !== 'syslog').map((line) => line
      .replace(/<.*>/, (name) => values[name])
      .replace(/^tls-listening-port=.*/, `tls-listening-port=${this.port}`));
    // On one machine the relay is a loopback peer; what else is not as in the sample is where things are kept.
    settings.push('allow-loopback-peers', 'verbose', 'simple-log', `log-file=${this.log}`, `pidfile=${path.join(this.folder, 'pid')}`,
      `userdb=${path.join(this.folder, 'db')}`);
    const file = path.join(this.folder, 'turnserver.conf');
    fs.writeFileSync(file, settings.join('\n'));
    this.process = spawn('turnserver', ['-c', file], { stdio: 'ignore' });
    await until('coturn listens', () => new Promise((done) => {
      const probe = net.connect(this.port, '127.0.0.1', () => {
        probe.destroy();
        done(true);
      }).on('error', () => done(false));
    }));
    return this;
  }

  logText() {
    return fs.existsSync(this.log) ? fs.readFileSync(this.log, 'utf8') : '';
  }

  stop() {
    this.process?.kill('SIGKILL');
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
