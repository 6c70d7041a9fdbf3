// Debian's coturn on the loopback: TURN over TLS alone, with a certificate of its own, and passwords that expire.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { until } from './browser.mjs';

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
    const words = ['-c', path.join(this.folder, 'none.conf'), '--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1',
      `--tls-listening-port=${this.port}`, '--no-udp', '--no-tcp', '--no-dtls', '--no-tlsv1', '--no-tlsv1_1', `--cert=${certificate}`,
      `--pkey=${key}`, '--use-auth-secret', `--static-auth-secret=${this.secret}`, '--realm=127.0.0.1', '--fingerprint', '--no-cli',
      '--allow-loopback-peers', '--verbose', `--log-file=${this.log}`, '--simple-log', `--pidfile=${path.join(this.folder, 'pid')}`,
      `--userdb=${path.join(this.folder, 'db')}`];
    fs.writeFileSync(path.join(this.folder, 'none.conf'), '');
    this.process = spawn('turnserver', words, { stdio: 'ignore' });
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
