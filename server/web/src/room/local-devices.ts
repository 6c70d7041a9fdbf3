/** This room's camera and microphone: captured once, shown in the check page and sent in the meeting. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { looksBlack } from './camera-look';
import { BRIGHT, judge, type Darkness } from './darkness';
import {
  captureCamera,
  captureMicrophone,
  deviceProblem,
  listDevices,
  loadChoice,
  saveChoice,
  type DeviceChoice,
  type DeviceProblem,
} from './devices';

/** How often the own picture is looked at. */
const LOOK_MS = 2_000;

export interface LocalState {
  choice: DeviceChoice;
  camera: MediaStreamTrack | null;
  microphone: MediaStreamTrack | null;
  cameraProblem: DeviceProblem | null;
  /** The camera's picture is black. */
  dark: boolean;
  microphoneProblem: DeviceProblem | null;
  /** Capture under way. */
  opening: boolean;
  devices: MediaDeviceInfo[];
}

export class LocalDevices {
  readonly store: StoreApi<LocalState>;
  private cameraWanted = true;
  private closed = false;
  private darkness: Darkness = BRIGHT;
  private looking: ReturnType<typeof setInterval> | null = null;

  constructor() {
    this.store = createStore<LocalState>(() => ({
      choice: loadChoice(),
      camera: null,
      microphone: null,
      cameraProblem: null,
      dark: false,
      microphoneProblem: null,
      opening: false,
      devices: [],
    }));
  }

  /** Opens what is wanted and not open yet. Asks one after the other: two permission windows confuse. */
  async open(): Promise<void> {
    this.closed = false;
    this.looking ??= setInterval(() => void this.look(), LOOK_MS);
    navigator.mediaDevices?.addEventListener('devicechange', this.onDeviceChange);
    this.store.setState({ opening: true });
    await this.openMicrophone();
    await this.openCamera();
    const devices = await listDevices().catch(() => []);
    this.store.setState({ opening: false, devices });
  }

  close(): void {
    this.closed = true;
    if (this.looking !== null) clearInterval(this.looking);
    this.looking = null;
    navigator.mediaDevices?.removeEventListener('devicechange', this.onDeviceChange);
    const { camera, microphone } = this.store.getState();
    camera?.stop();
    microphone?.stop();
    this.store.setState({ camera: null, microphone: null });
  }

  /** Remembers the choice and opens the devices anew where it changed. */
  async choose(change: Partial<DeviceChoice>): Promise<void> {
    const choice = { ...this.store.getState().choice, ...change };
    saveChoice(choice);
    this.store.setState({ choice });
    if ('microphone' in change) {
      this.store.getState().microphone?.stop();
      this.store.setState({ microphone: null });
      await this.openMicrophone();
    }
    if ('camera' in change || 'height' in change) {
      this.releaseCamera();
      await this.openCamera();
    }
  }

  /** A camera that is off is let go, so that its lamp goes out. */
  async wantCamera(wanted: boolean): Promise<void> {
    this.cameraWanted = wanted;
    if (wanted) await this.openCamera();
    else this.releaseCamera();
  }

  /** A look at a camera that was changed meanwhile says nothing. */
  private async look(): Promise<void> {
    const { camera } = this.store.getState();
    const black = camera ? await looksBlack(camera).catch(() => null) : false;
    if (camera !== this.store.getState().camera) return;
    this.darkness = judge(this.darkness, black);
    if (this.darkness.dark !== this.store.getState().dark) this.store.setState({ dark: this.darkness.dark });
  }

  private releaseCamera(): void {
    this.store.getState().camera?.stop();
    this.store.setState({ camera: null, cameraProblem: null });
  }

  private async openMicrophone(): Promise<void> {
    if (this.store.getState().microphone?.readyState === 'live') return;
    try {
      const track = await captureMicrophone(this.store.getState().choice);
      if (this.closed) return track.stop();
      track.onended = () => this.store.setState({ microphone: null, microphoneProblem: 'missing' });
      this.store.setState({ microphone: track, microphoneProblem: null });
    } catch (error) {
      this.store.setState({ microphone: null, microphoneProblem: deviceProblem(error) });
    }
  }

  private async openCamera(): Promise<void> {
    if (!this.cameraWanted || this.store.getState().camera?.readyState === 'live') return;
    try {
      const track = await captureCamera(this.store.getState().choice);
      if (this.closed || !this.cameraWanted) return track.stop();
      track.onended = () => this.store.setState({ camera: null, cameraProblem: 'missing' });
      this.store.setState({ camera: track, cameraProblem: null });
    } catch (error) {
      this.store.setState({ camera: null, cameraProblem: deviceProblem(error) });
    }
  }

  private readonly onDeviceChange = (): void => {
    void listDevices()
      .then((devices) => this.store.setState({ devices }))
      .catch(() => {});
    // Something was plugged in: take up what was missing.
    const { camera, microphone } = this.store.getState();
    if (!microphone) void this.openMicrophone();
    if (!camera) void this.openCamera();
  };
}
