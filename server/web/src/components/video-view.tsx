import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import './video-view.css';

/** A picture older than this says how old it is. */
const STALE_MS = 3_000;

interface VideoViewProps {
  stream: MediaStream | null;
  label: string;
  mirrored?: boolean;
  /** Watch the age of the picture (not for one's own). */
  watch?: boolean;
  fit?: 'cover' | 'contain';
}

/** A moving picture without sound. Until the first frame, and whenever frames stop coming, it says so. */
export function VideoView({ stream, label, mirrored = false, watch = true, fit = 'contain' }: VideoViewProps): ReactNode {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const age = useFrameAge(video, stream, watch);

  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = stream;
    if (stream) element.play().catch(() => {});
    return () => {
      element.srcObject = null;
    };
  }, [stream]);

  return (
    <>
      <video
        ref={video}
        muted
        playsInline
        autoPlay
        aria-label={label}
        className="video"
        style={{ objectFit: fit, ...(mirrored ? { transform: 'scaleX(-1)' } : {}) }}
      />
      {age !== null && age >= STALE_MS && (
        <span className="video-age" role="status">
          {t('room.old', { s: Math.floor(age / 1000) })}
        </span>
      )}
    </>
  );
}

/** Milliseconds since the last frame; null while nothing was shown yet or nothing is watched. */
function useFrameAge(
  video: React.RefObject<HTMLVideoElement | null>,
  stream: MediaStream | null,
  watch: boolean,
): number | null {
  const [age, setAge] = useState<number | null>(null);
  useEffect(() => {
    const element = video.current;
    setAge(null);
    if (!element || !stream || !watch || !('requestVideoFrameCallback' in element)) return;
    let last: number | null = null;
    let handle = 0;
    const onFrame = (): void => {
      last = performance.now();
      handle = element.requestVideoFrameCallback(onFrame);
    };
    handle = element.requestVideoFrameCallback(onFrame);
    const timer = setInterval(() => {
      // A hidden page shows no frames: that is not the line's fault.
      if (document.visibilityState !== 'visible') last = last === null ? null : performance.now();
      const now = last === null ? null : performance.now() - last;
      setAge(now !== null && now >= STALE_MS ? now : null);
    }, 1000);
    return () => {
      element.cancelVideoFrameCallback(handle);
      clearInterval(timer);
    };
  }, [video, stream, watch]);
  return age;
}
