/** Choice of camera, microphone and speaker, remembered on this machine; capture with a fall-back. */

export interface DeviceChoice {
  camera: string | null;
  microphone: string | null;
  speaker: string | null;
  /** Height of the picture to send: 720, or 360 for weak machines and lines. */
  height: 720 | 360;
  /** The check was passed once on this machine. */
  checked: boolean;
}

const KEY = 'diemcau.devices';
const NOTHING: DeviceChoice = { camera: null, microphone: null, speaker: null, height: 720, checked: false };

export function loadChoice(): DeviceChoice {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<DeviceChoice>;
    return { ...NOTHING, ...stored, height: stored.height === 360 ? 360 : 720 };
  } catch {
    return { ...NOTHING };
  }
}

export function saveChoice(choice: DeviceChoice): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // A browser that keeps nothing still works for this meeting.
  }
}

export type DeviceProblem = 'denied' | 'missing' | 'busy' | 'insecure' | 'other';

export function deviceProblem(error: unknown): DeviceProblem {
  if (!navigator.mediaDevices) return 'insecure';
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'other';
}

async function capture(constraints: MediaStreamConstraints): Promise<MediaStreamTrack> {
  if (!navigator.mediaDevices) throw new Error('insecure');
  const stream = await navigator.mediaDevices.getUserMedia(constraints);
  const track = stream.getTracks()[0];
  if (!track) throw new DOMException('no track', 'NotFoundError');
  return track;
}

/** The chosen device if it is still there, else any. */
async function captureChosen(
  id: string | null,
  make: (id: string | null) => MediaStreamConstraints,
): Promise<MediaStreamTrack> {
  if (id === null) return capture(make(null));
  try {
    return await capture(make(id));
  } catch (error) {
    if (deviceProblem(error) === 'denied') throw error;
    return capture(make(null));
  }
}

export function captureCamera(choice: DeviceChoice): Promise<MediaStreamTrack> {
  return captureChosen(choice.camera, (id) => ({
    video: {
      ...(id === null ? {} : { deviceId: { exact: id } }),
      width: { ideal: Math.round((choice.height * 16) / 9) },
      height: { ideal: choice.height },
      frameRate: { ideal: 25, max: 30 },
    },
  }));
}

export function captureMicrophone(choice: DeviceChoice): Promise<MediaStreamTrack> {
  return captureChosen(choice.microphone, (id) => ({
    audio: {
      ...(id === null ? {} : { deviceId: { exact: id } }),
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
    },
  }));
}

export async function listDevices(): Promise<MediaDeviceInfo[]> {
  if (!navigator.mediaDevices) return [];
  const all = await navigator.mediaDevices.enumerateDevices();
  return all.filter((d) => d.deviceId !== '' && d.deviceId !== 'communications');
}

/** Firefox chooses the speaker in its own settings; Chromium lets the page do it. */
export const canChooseSpeaker = (): boolean =>
  typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype;

/** Level of a microphone, 0..1, read as often as the caller likes. */
export class LevelMeter {
  private readonly context: AudioContext;
  private readonly source: MediaStreamAudioSourceNode;
  private readonly analyser: AnalyserNode;
  private readonly samples: Float32Array<ArrayBuffer>;

  constructor(track: MediaStreamTrack) {
    this.context = new AudioContext();
    this.source = this.context.createMediaStreamSource(new MediaStream([track]));
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 1024;
    this.samples = new Float32Array(this.analyser.fftSize);
    this.source.connect(this.analyser);
    if (this.context.state === 'suspended') void this.context.resume().catch(() => {});
  }

  read(): number {
    this.analyser.getFloatTimeDomainData(this.samples);
    let sum = 0;
    for (const s of this.samples) sum += s * s;
    const db = 10 * Math.log10(sum / this.samples.length + 1e-10);
    return Math.min(1, Math.max(0, (db + 60) / 60));
  }

  close(): void {
    this.source.disconnect();
    void this.context.close().catch(() => {});
  }
}

/** Two short tones on the chosen speaker. */
export async function playTestSound(speaker: string | null): Promise<void> {
  const context = new AudioContext();
  const target = context.createMediaStreamDestination();
  const gain = context.createGain();
  gain.gain.value = 0.25;
  gain.connect(target);
  [523, 659].forEach((hz, i) => {
    const tone = context.createOscillator();
    tone.frequency.value = hz;
    tone.connect(gain);
    tone.start(context.currentTime + i * 0.5);
    tone.stop(context.currentTime + i * 0.5 + 0.4);
  });
  const audio = new Audio();
  audio.srcObject = target.stream;
  if (speaker !== null && canChooseSpeaker()) await audio.setSinkId(speaker).catch(() => {});
  try {
    await audio.play();
    await new Promise((done) => setTimeout(done, 1100));
  } finally {
    audio.pause();
    audio.srcObject = null;
    await context.close().catch(() => {});
  }
}
