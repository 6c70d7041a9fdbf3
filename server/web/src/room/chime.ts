/** Short sounds of the page itself: it asks for attention in a room where nobody looks at the screen. */

const VOLUME = 0.22;

function play(notes: readonly (readonly [number, number])[], seconds: number): void {
  if (typeof AudioContext === 'undefined') return;
  const context = new AudioContext();
  const gain = context.createGain();
  gain.gain.value = VOLUME;
  gain.connect(context.destination);
  for (const [at, hz] of notes) {
    const tone = context.createOscillator();
    tone.frequency.value = hz;
    tone.connect(gain);
    tone.start(context.currentTime + at);
    tone.stop(context.currentTime + at + 0.28);
  }
  setTimeout(() => void context.close().catch(() => {}), seconds * 1000 + 200);
}

/** Once: something is to be answered. */
export const playAttention = (): void => play([[0, 660], [0.32, 880]], 0.7);

const RING_EVERY_MS = 3_000;

/** Rings until the function that it returns is called. */
export function startRinging(): () => void {
  const ring = (): void => play([[0, 740], [0.3, 620], [0.8, 740], [1.1, 620]], 1.5);
  ring();
  const timer = setInterval(ring, RING_EVERY_MS);
  return () => clearInterval(timer);
}
