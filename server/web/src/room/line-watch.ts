/**
 * Tells that this machine's network has changed (Wi-Fi to cable, another address, back after an outage). A change shows as several
 * events; they make one call.
 */
const SETTLE_MS = 250;

export class LineWatch {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly targets: [EventTarget, string][];

  constructor(
    private readonly onChange: () => void,
    page: EventTarget,
    network: EventTarget | undefined,
  ) {
    // Not every browser knows of the network itself: then its coming back is all there is.
    this.targets = [[page, 'online'], ...(network ? [[network, 'change'] as [EventTarget, string]] : [])];
  }

  start(): void {
    for (const [target, name] of this.targets) target.addEventListener(name, this.onEvent);
  }

  stop(): void {
    for (const [target, name] of this.targets) target.removeEventListener(name, this.onEvent);
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private readonly onEvent = (): void => {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.onChange();
    }, SETTLE_MS);
  };
}

/** Of this browser; the network information is no standard yet. */
export function networkOf(navigator: Navigator): EventTarget | undefined {
  const { connection } = navigator as Navigator & { connection?: EventTarget };
  return connection;
}
