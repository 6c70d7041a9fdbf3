import { ActionIcon, Button, Progress, Select, Text } from '@mantine/core';
import { useRef, useState, type DragEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { del, patch } from '../api/client';
import type { Paper } from '../api/types';
import { upload, type Upload } from '../api/upload';
import { FileIcon, TrashIcon } from '../components/icons';
import { tellError } from '../components/notify';
import { currentLanguage } from '../i18n';
import type { AgendaRow } from '../lib/draft';
import { errorText } from '../lib/error-text';
import { ACCEPT, faultOfPaper, fitName, formatBytes } from '../lib/papers';

interface Sending {
  key: number;
  name: string;
  part: number;
  error: string | null;
  abort: () => void;
}

export interface Sender {
  sending: Sending[];
  send: (files: readonly File[], item: string | null) => Promise<void>;
  forget: (key: number) => void;
}

let lastKey = 0;

/** Sends files to the meeting, each with its progress; a draft is saved first, so that there is something to send them to. */
export function useSender(ensureId: () => Promise<string | null>, onPaper: (paper: Paper) => void): Sender {
  const { t } = useTranslation();
  const [sending, setSending] = useState<Sending[]>([]);
  const set = (key: number, part: Partial<Sending>): void => setSending((old) => old.map((s) => (s.key === key ? { ...s, ...part } : s)));
  const forget = (key: number): void => setSending((old) => old.filter((s) => s.key !== key));
  const sendOne = async (meeting: string, file: File, item: string | null): Promise<void> => {
    const key = (lastKey += 1);
    const name = fitName(file.name);
    const fault = faultOfPaper(file);
    const entry: Sending = { key, name, part: 0, error: fault ? t(`papers.fault.${fault}`) : null, abort: () => forget(key) };
    setSending((old) => [...old, entry]);
    if (fault) return;
    const query = new URLSearchParams({ name, ...(item ? { item } : {}) });
    const going: Upload<Paper> = upload<Paper>(`/meetings/${meeting}/papers?${query}`, file, (part) => set(key, { part }));
    set(key, {
      abort: () => {
        going.abort();
        forget(key);
      },
    });
    try {
      onPaper(await going.done);
      forget(key);
    } catch (error) {
      set(key, { error: errorText(error, t) });
    }
  };
  const send = async (files: readonly File[], item: string | null): Promise<void> => {
    const meeting = files.length > 0 ? await ensureId() : null;
    if (!meeting) return;
    // One after the other: the line of an office is narrow.
    for (const file of files) await sendOne(meeting, file, item);
  };
  return { sending, send, forget };
}

interface PapersProps {
  meeting: string | null;
  papers: readonly Paper[];
  agenda: readonly AgendaRow[];
  sender: Sender;
  onChange: (change: (old: Paper[]) => Paper[]) => void;
}

export function BookingPapers({ meeting, papers, agenda, sender, onChange }: PapersProps): ReactNode {
  const { t } = useTranslation();
  const files = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void sender.send([...event.dataTransfer.files], null);
  };
  const items = agenda.flatMap((a, i) => (a.id === null ? [] : [{ value: a.id, label: `${i + 1}. ${a.title}` }]));
  const move = async (paper: Paper, item: string | null): Promise<void> => {
    try {
      await patch(`/meetings/${meeting}/papers/${paper.id}`, { item });
      onChange((old) => old.map((p) => (p.id === paper.id ? { ...p, item } : p)));
    } catch (error) {
      tellError(error, t);
    }
  };
  const remove = async (paper: Paper): Promise<void> => {
    try {
      await del(`/meetings/${meeting}/papers/${paper.id}`);
      onChange((old) => old.filter((p) => p.id !== paper.id));
    } catch (error) {
      tellError(error, t);
    }
  };
  return (
    <section aria-label={t('papers.title')} className="booking-part">
      <Text fw={600}>{t('papers.title')}</Text>
      <div
        className={over ? 'papers-drop papers-over' : 'papers-drop'}
        onDragOver={(e) => {
          e.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <Text className="quiet">{t('papers.drop')}</Text>
        <Button variant="default" leftSection={<FileIcon size={18} />} onClick={() => files.current?.click()}>
          {t('papers.choose')}
        </Button>
        <input
          ref={files}
          type="file"
          multiple
          hidden
          accept={ACCEPT}
          data-papers
          onChange={(e) => {
            void sender.send([...(e.currentTarget.files ?? [])], null);
            e.currentTarget.value = '';
          }}
        />
      </div>
      <ul className="papers">
        {papers.map((p) => (
          <li key={p.id} data-paper={p.id}>
            <FileIcon size={20} />
            <a href={paperUrl(meeting, p)} target="_blank" rel="noreferrer" className="papers-name">
              {p.name}
            </a>
            <span className="quiet">
              {formatBytes(p.bytes, currentLanguage())}
              {p.pages ? `, ${t('papers.pages', { count: p.pages })}` : ''}
            </span>
            {items.length > 0 && (
              <Select
                aria-label={t('papers.itemOf', { name: p.name })}
                placeholder={t('papers.item')}
                data={items}
                value={p.item}
                clearable
                onChange={(item) => void move(p, item)}
                w={220}
              />
            )}
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('papers.remove', { name: p.name })} onClick={() => void remove(p)}>
              <TrashIcon size={20} />
            </ActionIcon>
          </li>
        ))}
        {sender.sending.map((s) => (
          <li key={s.key} data-sending={s.name}>
            <FileIcon size={20} />
            <span className="papers-name">{s.name}</span>
            {s.error ? (
              <span className="light-bad" role="alert">
                ■ {s.error}
              </span>
            ) : (
              <Progress value={s.part * 100} aria-label={t('papers.sending', { name: s.name })} w={220} />
            )}
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('papers.stop', { name: s.name })} onClick={s.abort}>
              <TrashIcon size={20} />
            </ActionIcon>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** PDF opens in the browser, all else is downloaded. */
export function paperUrl(meeting: string | null, paper: Paper): string {
  const inline = paper.type === 'application/pdf' ? '?inline=1' : '';
  return `/api/v1/meetings/${meeting}/papers/${paper.id}${inline}`;
}
