import { useEffect, useRef, useState, type ReactNode } from 'react';
import { LevelMeter } from '../room/devices';

interface LevelBarProps {
  track: MediaStreamTrack | null;
  label: string;
  onHeard?: () => void;
}

/** Louder than this counts as "the microphone works". */
const HEARD = 0.35;

/** A bar that moves with the microphone. */
export function LevelBar({ track, label, onHeard }: LevelBarProps): ReactNode {
  const bar = useRef<HTMLSpanElement>(null);
  const [shown, setShown] = useState(0);
  const heard = useRef(onHeard);
  heard.current = onHeard;
  useEffect(() => {
    if (!track) {
      setShown(0);
      return;
    }
    const meter = new LevelMeter(track);
    let frame = 0;
    let slow = 0;
    const draw = (): void => {
      const level = meter.read();
      if (bar.current) bar.current.style.transform = `scaleX(${level.toFixed(3)})`;
      if (level > HEARD) heard.current?.();
      if (performance.now() - slow > 500) {
        slow = performance.now();
        setShown(Math.round(level * 100));
      }
      frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => {
      cancelAnimationFrame(frame);
      meter.close();
    };
  }, [track]);
  return (
    <div className="level" role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={shown}>
      <span ref={bar} style={{ transform: 'scaleX(0)' }} />
    </div>
  );
}
