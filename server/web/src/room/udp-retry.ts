/**
 * A browser that went over to TCP stays there although UDP works again: it looks for paths once. This tells when ICE is to be restarted,
 * so that it looks anew: after a minute on TCP, then ever more rarely. The media goes on meanwhile.
 */
const FIRST_MS = 60_000;
const LONGEST_MS = 600_000;

export class UdpRetry {
  private sinceMs: number | null = null;
  private patienceMs = FIRST_MS;

  /** `tcp`: what the media's path is now. True: look anew. */
  isDue(tcp: boolean, nowMs: number): boolean {
    if (!tcp) {
      this.sinceMs = null;
      this.patienceMs = FIRST_MS;
      return false;
    }
    this.sinceMs ??= nowMs;
    if (nowMs - this.sinceMs < this.patienceMs) return false;
    this.sinceMs = nowMs;
    this.patienceMs = Math.min(this.patienceMs * 2, LONGEST_MS);
    return true;
  }
}
