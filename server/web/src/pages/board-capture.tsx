import { Button, Checkbox, Group, Progress, SegmentedControl } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { post, request } from '../api/client';
import { useSession } from '../api/session';
import { useQuery } from '../api/use-query';
import { tellError } from '../components/notify';
import { currentLanguage } from '../i18n';
import { captureShare, mayCapture, type Capture } from '../lib/capture';

const SPANS = [15, 60, 300] as const;
const REASONS = ['time', 'size', 'stopped', 'closed', 'relay', 'disk'] as const;

const figure = (n: number): string => new Intl.NumberFormat(currentLanguage() === 'vi' ? 'vi-VN' : 'en-GB').format(n);
const kilobytes = (bytes: number | undefined): string => figure(Math.ceil((bytes ?? 0) / 1024));

/** What goes over the room's line, as a file for Wireshark: started here, watched, fetched. */
export function BoardCapture({ endpoint, connected }: { endpoint: string; connected: boolean }): ReactNode {
  const { t } = useTranslation();
  const path = `/health/sites/${encodeURIComponent(endpoint)}/capture`;
  const [busy, setBusy] = useState(false);
  const [going, setGoing] = useState(false);
  const may = useSession((s) => mayCapture(s.user?.role));
  const state = useQuery<Capture>(may ? path : null, going ? 1_000 : 15_000);
  const capture = state.data;
  const isGoing = capture?.state === 'starting' || capture?.state === 'running';
  useEffect(() => setGoing(isGoing), [isGoing]);

  const act = async (deed: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    try {
      await deed();
    } catch (error) {
      tellError(error, t);
    } finally {
      setBusy(false);
      state.reload();
    }
  };
  // Who may not capture at all is not told of it.
  if (!capture) return null;
  return (
    <section aria-label={t('board.capture.title')} className="board-capture">
      <h2 className="board-head">{t('board.capture.title')}</h2>
      {isGoing ? (
        <Going capture={capture} busy={busy} onStop={() => void act(() => request('DELETE', path))} />
      ) : (
        <Ask capture={capture} busy={busy} connected={connected} onStart={(body) => void act(() => post(path, body))} />
      )}
      {!isGoing && capture.state !== 'none' && <Ended capture={capture} href={`/api/v1${path}.pcapng`} />}
    </section>
  );
}

interface AskProps {
  capture: Capture;
  busy: boolean;
  connected: boolean;
  onStart: (body: { seconds: number; payload: boolean }) => void;
}

function Ask({ capture, busy, connected, onStart }: AskProps): ReactNode {
  const { t } = useTranslation();
  const [seconds, setSeconds] = useState('60');
  const [payload, setPayload] = useState(false);
  return (
    <>
      <p className="quiet">{t('board.capture.text')}</p>
      <Group gap="sm">
        <SegmentedControl
          aria-label={t('board.capture.howLong')}
          value={seconds}
          onChange={setSeconds}
          data={SPANS.map((s) => ({ value: String(s), label: t('board.capture.seconds', { n: s }) }))}
        />
        <Button loading={busy} disabled={!connected} onClick={() => onStart({ seconds: Number(seconds), payload })}>
          {t('board.capture.start')}
        </Button>
        {!connected && <span className="quiet">{t('board.capture.notConnected')}</span>}
      </Group>
      {capture.may_payload && (
        <Checkbox mt="xs" checked={payload} onChange={(e) => setPayload(e.currentTarget.checked)} label={t('board.capture.payload')} />
      )}
    </>
  );
}

function Going({ capture, busy, onStop }: { capture: Capture; busy: boolean; onStop: () => void }): ReactNode {
  const { t } = useTranslation();
  const share = captureShare(capture, Date.now());
  const figures = t('board.capture.figures', { packets: figure(capture.packets ?? 0), size: kilobytes(capture.bytes) });
  return (
    <>
      <Progress value={100 * share} aria-label={t('board.capture.title')} my="xs" />
      <Group gap="sm">
        <span>
          {t('board.capture.going', { who: capture.by ?? '' })} {figures}
        </span>
        <Button loading={busy} variant="default" onClick={onStop}>
          {t('board.capture.stop')}
        </Button>
      </Group>
    </>
  );
}


function Ended({ capture, href }: { capture: Capture; href: string }): ReactNode {
  const { t } = useTranslation();
  const reason = REASONS.find((r) => r === capture.reason);
  const mayFetch = !capture.payload || capture.may_payload;
  return (
    <div className="board-captured">
      <p role="status">
        {reason && t(`board.capture.reason.${reason}`)} {t('board.capture.figures', { packets: figure(capture.packets ?? 0), size: kilobytes(capture.bytes) })}
        {(capture.dropped ?? 0) > 0 && ` ${t('board.capture.dropped', { n: figure(capture.dropped ?? 0) })}`}
      </p>
      {capture.file && mayFetch && (
        <Button component="a" href={href} download variant="light">
          {t('board.capture.fetch')}
        </Button>
      )}
      {capture.file && !mayFetch && <p className="quiet">{t('board.capture.notYours')}</p>}
      {capture.file && <p className="quiet">{t('board.capture.wireshark')}</p>}
    </div>
  );
}
