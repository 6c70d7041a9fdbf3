/** One look at a camera's picture: a frame drawn very small. The video lives no longer than the look, so that it costs nothing between. */
import { isBlack, brightnessOf, LOOK_HEIGHT, LOOK_WIDTH } from './darkness';

/** A camera that gives no frame in this time gives none. */
const FRAME_MS = 2_000;

function firstFrame(video: HTMLVideoElement): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), FRAME_MS);
    video.onloadeddata = () => {
      clearTimeout(timer);
      resolve(true);
    };
    video.play().catch(() => {});
  });
}

/** null: no picture came, as on a page that is not in sight. */
export async function looksBlack(track: MediaStreamTrack): Promise<boolean | null> {
  const canvas = document.createElement('canvas');
  canvas.width = LOOK_WIDTH;
  canvas.height = LOOK_HEIGHT;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  try {
    if (!context || !(await firstFrame(video)) || track.readyState !== 'live') return null;
    context.drawImage(video, 0, 0, LOOK_WIDTH, LOOK_HEIGHT);
    return isBlack(brightnessOf(context.getImageData(0, 0, LOOK_WIDTH, LOOK_HEIGHT).data));
  } finally {
    video.onloadeddata = null;
    video.srcObject = null;
  }
}
