import { useEffect, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { answerCall, useDesk } from '../api/desk-socket';
import { startRinging } from '../room/chime';
import { tellError } from './notify';
import './ringing.css';

/** Somebody calls this room now: the whole screen says so, and it rings. */
export function Ringing(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const ring = useDesk((desk) => desk.rings[0] ?? null);
  const [busy, setBusy] = useState(false);
  const meeting = ring?.meeting ?? null;
  useEffect(() => {
    if (meeting === null) return;
    setBusy(false);
    const title = document.title;
    document.title = `☎ ${t('ring.title')}`;
    const stop = startRinging();
    return () => {
      stop();
      document.title = title;
    };
  }, [meeting, t]);
  if (!ring) return null;
  const answer = async (accept: boolean): Promise<void> => {
    setBusy(true);
    try {
      await answerCall(ring.meeting, accept);
      if (accept) void navigate(`/meetings/${encodeURIComponent(ring.meeting)}/room`);
    } catch (error) {
      setBusy(false);
      tellError(error, t);
    }
  };
  return createPortal(
    <div className="ring" role="alertdialog" aria-modal="true" aria-labelledby="ring-title" data-ring={ring.meeting}>
      <p className="ring-who">{ring.host}</p>
      <h1 id="ring-title">{t('ring.calling', { title: ring.title })}</h1>
      <div className="ring-acts">
        <button type="button" className="ring-yes" disabled={busy} autoFocus data-button="answer" onClick={() => void answer(true)}>
          {t('ring.join')}
        </button>
        <button type="button" className="ring-no" disabled={busy} data-button="decline" onClick={() => void answer(false)}>
          {t('ring.decline')}
        </button>
      </div>
    </div>,
    document.body,
  );
}
