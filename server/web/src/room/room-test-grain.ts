/**
 * The camera's picture with grain over it: no encoder makes it small, so the line carries what the meeting may ask of it, whatever
 * the camera looks at.
 */
const FRAME_MS = 40;
/** Grain is drawn half as large: made once, moved about at each frame. */
const WIDTH = 640;
const HEIGHT = 360;
const SHEETS = 4;
const STRENGTH = 0.25;

function makeSheet(): HTMLCanvasElement {
  const sheet = document.createElement('canvas');
  sheet.width = WIDTH;
  sheet.height = HEIGHT;
  const context = sheet.getContext('2d')!;
  const image = context.createImageData(WIDTH, HEIGHT);
  for (let i = 0; i < image.data.length; i += 4) {
    image.data.fill(Math.random() * 255, i, i + 3);
    image.data[i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return sheet;
}

export class Grain {
  readonly track: MediaStreamTrack;
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly video = document.createElement('video');

  /** Throws where a browser cannot send a canvas. */
  constructor(camera: MediaStreamTrack) {
    const { width = WIDTH, height = HEIGHT } = camera.getSettings();
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d', { alpha: false })!;
    const sheets = Array.from({ length: SHEETS }, makeSheet);
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.srcObject = new MediaStream([camera]);
    this.video.play().catch(() => {});
    let n = 0;
    const draw = (): void => {
      context.globalAlpha = 1;
      context.drawImage(this.video, 0, 0, width, height);
      context.globalAlpha = STRENGTH;
      // Shifted by another odd number each time, so that it is not foreseen.
      const [x, y] = [(n * 37) % 97, (n * 53) % 89];
      context.drawImage(sheets[n % SHEETS]!, -x, -y, width + 97, height + 89);
      n += 1;
    };
    draw();
    this.timer = setInterval(draw, FRAME_MS);
    this.track = canvas.captureStream(1000 / FRAME_MS).getVideoTracks()[0]!;
  }

  stop(): void {
    clearInterval(this.timer);
    this.track.stop();
    this.video.srcObject = null;
  }
}
