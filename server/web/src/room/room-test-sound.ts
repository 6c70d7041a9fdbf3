/** The sounds of a room test: the tune, what the microphone hears meanwhile, and the recording of what came back. */
import { canChooseSpeaker } from './devices';
import { TUNE, TUNE_MS, type Heard } from './room-test-echo';

const READ_MS = 20;
const VOLUME = 0.25;
/** A browser that wants a press first never resumes. */
const RESUME_MS = 1_000;

/** A track of its own that hears whatever the seat does to the one that is sent. */
export class Ear {
  private readonly context = new AudioContext();
  private readonly track: MediaStreamTrack;
  private readonly analyser: AnalyserNode;
  private readonly samples: Float32Array<ArrayBuffer>;

  constructor(track: MediaStreamTrack) {
    this.track = track.clone();
    this.track.enabled = true;
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 1024;
    this.samples = new Float32Array(this.analyser.fftSize);
    this.context.createMediaStreamSource(new MediaStream([this.track])).connect(this.analyser);
    if (this.context.state === 'suspended') void this.context.resume().catch(() => {});
  }

  /** A browser may let a page hear nothing before somebody has pressed something in it. */
  get hears(): boolean {
    return this.context.state === 'running';
  }

  /** dB; 0 is full scale. */
  read(): number {
    this.analyser.getFloatTimeDomainData(this.samples);
    let sum = 0;
    for (const s of this.samples) sum += s * s;
    return 10 * Math.log10(sum / this.samples.length + 1e-10);
  }

  close(): void {
    this.track.stop();
    void this.context.close().catch(() => {});
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function playOn(audio: HTMLAudioElement, speaker: string | null): Promise<void> {
  if (speaker !== null && canChooseSpeaker()) await audio.setSinkId(speaker).catch(() => {});
  await audio.play();
}

/** Plays the tune on the chosen speaker and tells what the microphone heard from its first tone on. */
export async function playTune(speaker: string | null, microphone: MediaStreamTrack | null): Promise<Heard[]> {
  const context = new AudioContext();
  const target = context.createMediaStreamDestination();
  const gain = context.createGain();
  gain.gain.value = VOLUME;
  gain.connect(target);
  const audio = new Audio();
  audio.srcObject = target.stream;
  const ear = microphone ? new Ear(microphone) : null;
  const heard: Heard[] = [];
  try {
    await playOn(audio, speaker);
    if (context.state === 'suspended') await Promise.race([context.resume(), pause(RESUME_MS)]);
    const start = context.currentTime + 0.1;
    for (const tone of TUNE) {
      const oscillator = context.createOscillator();
      oscillator.frequency.value = tone.hz;
      oscillator.connect(gain);
      oscillator.start(start + tone.atMs / 1000);
      oscillator.stop(start + (tone.atMs + tone.lastsMs) / 1000);
    }
    const began = performance.now() + 100;
    while (performance.now() - began < TUNE_MS) {
      await pause(READ_MS);
      if (ear?.hears) heard.push({ atMs: performance.now() - began, db: ear.read() });
    }
    return heard;
  } finally {
    ear?.close();
    audio.pause();
    audio.srcObject = null;
    await context.close().catch(() => {});
  }
}

/** Records a track until told to stop; null where this browser cannot record. */
export class Recording {
  private readonly recorder: MediaRecorder;
  private readonly parts: Blob[] = [];

  static of(track: MediaStreamTrack): Recording | null {
    try {
      return new Recording(track);
    } catch {
      return null;
    }
  }

  private constructor(track: MediaStreamTrack) {
    this.recorder = new MediaRecorder(new MediaStream([track]));
    this.recorder.ondataavailable = (event) => this.parts.push(event.data);
    this.recorder.start();
  }

  async stop(): Promise<Blob | null> {
    if (this.recorder.state === 'inactive') return null;
    const stopped = new Promise<void>((done) => (this.recorder.onstop = () => done()));
    this.recorder.stop();
    await stopped;
    const blob = new Blob(this.parts, { type: this.recorder.mimeType });
    return blob.size > 0 ? blob : null;
  }
}

/** Plays a recording to its end, or until `signal` says to stop. */
export async function playBack(recording: Blob, speaker: string | null, signal: AbortSignal): Promise<void> {
  const url = URL.createObjectURL(recording);
  const audio = new Audio(url);
  try {
    const over = new Promise<void>((done) => {
      audio.onended = () => done();
      audio.onerror = () => done();
      signal.addEventListener('abort', () => done());
    });
    await playOn(audio, speaker);
    await over;
  } finally {
    audio.pause();
    audio.removeAttribute('src');
    URL.revokeObjectURL(url);
  }
}
