import { Alert, Button, Group, Menu, Modal, Text, Textarea } from '@mantine/core';
import { useEffect, useReducer, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, get, post, put } from '../api/client';
import { NO_MINUTES, type Minutes, type Report } from '../api/report';
import { useQuery } from '../api/use-query';
import { Confirm, type Question } from '../components/confirm';
import { LightMark } from '../components/light';
import { tell, tellError } from '../components/notify';
import { Empty, Failed, Loading } from '../components/states';
import { currentLanguage } from '../i18n';
import {
  diffLines,
  draftToKeep,
  emptyEditor,
  insertLine,
  isDirty,
  isFrozen,
  mayApprove,
  maySave,
  reduceEditor,
  type Editor,
  type EditorEvent,
  type KeptDraft,
} from '../lib/minutes';
import { formatDate, formatTime } from '../lib/time';
import { Sources } from './after-sources';

interface MinutesPageProps {
  base: string;
  meeting: string;
  report: Report;
  mayEdit: boolean;
}

const KEEP_AFTER_MS = 400;
const keepKey = (meeting: string): string => `diemcau.minutes.${meeting}`;

function readKept(meeting: string): KeptDraft | null {
  try {
    const kept = JSON.parse(localStorage.getItem(keepKey(meeting)) ?? 'null') as KeptDraft | null;
    return kept && typeof kept.text === 'string' ? kept : null;
  } catch {
    return null;
  }
}

function keep(meeting: string, draft: KeptDraft | null): void {
  try {
    if (draft) localStorage.setItem(keepKey(meeting), JSON.stringify(draft));
    else localStorage.removeItem(keepKey(meeting));
  } catch {
    // Then a reload loses what was not saved.
  }
}

const whenText = (at: string | number | null): string => (at === null ? '' : `${formatTime(new Date(at))} ${formatDate(new Date(at))}`);

/** No minutes yet is no fault. */
async function readMinutes(base: string): Promise<Minutes> {
  try {
    return { ...NO_MINUTES, ...(await get<Partial<Minutes>>(`${base}/minutes`)) };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return NO_MINUTES;
    throw error;
  }
}

/** The minutes beside what they are made of. */
export default function MinutesPage({ base, meeting, report, mayEdit }: MinutesPageProps): ReactNode {
  const { t } = useTranslation();
  const [editor, apply] = useReducer(reduceEditor, emptyEditor);
  const [error, setError] = useState<ApiError | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    setError(null);
    readMinutes(base).then(
      (minutes) => apply({ kind: 'loaded', minutes, kept: mayEdit ? readKept(meeting) : null }),
      (problem: unknown) => setError(problem instanceof ApiError ? problem : new ApiError(0, null)),
    );
  }, [base, meeting, mayEdit, round]);
  useKeptDraft(meeting, editor);
  if (error && !editor.loaded) return <Failed error={error} onRetry={() => setRound((n) => n + 1)} />;
  if (!editor.loaded) return <Loading />;
  if (!mayEdit) {
    return editor.base.version === 0 ? (
      <Empty title={t('minutes.noneReader')} />
    ) : (
      <>
        <VersionLine editor={editor} />
        <Group my="sm">
          <PdfButton base={base} editor={editor} />
        </Group>
        <pre className="panel minutes-read">{editor.base.text}</pre>
      </>
    );
  }
  return <Writer base={base} report={report} editor={editor} apply={apply} />;
}

function useKeptDraft(meeting: string, editor: Editor): void {
  const draft = draftToKeep(editor);
  const text = draft?.text ?? null;
  const version = draft?.version ?? 0;
  const { loaded } = editor;
  useEffect(() => {
    if (!loaded) return;
    const timer = setTimeout(() => keep(meeting, text === null ? null : { version, text }), KEEP_AFTER_MS);
    return () => clearTimeout(timer);
  }, [meeting, text, version, loaded]);
}

interface WriterProps {
  base: string;
  report: Report;
  editor: Editor;
  apply: (event: EditorEvent) => void;
}

function Writer({ base, report, editor, apply }: WriterProps): ReactNode {
  const { t } = useTranslation();
  const [question, setQuestion] = useState<Question | null>(null);
  const [busy, setBusy] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const frozen = isFrozen(editor);

  const work = async (act: () => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) await onConflict(base, apply);
      else tellError(error, t);
    } finally {
      setBusy(false);
    }
  };
  const save = (): Promise<void> =>
    work(async () => {
      const sent = { text: editor.text, version: editor.base.version };
      const stored = await put<Partial<Minutes>>(`${base}/minutes`, sent);
      const minutes = { ...NO_MINUTES, text: sent.text, version: sent.version + 1, ...stored };
      apply({ kind: 'saved', minutes });
      tell(t('minutes.saved', { n: minutes.version }), 'minutes');
    });
  const draft = (): Promise<void> =>
    work(async () => {
      const { text } = await post<{ text: string }>(`${base}/minutes/draft?lang=${currentLanguage()}`, {});
      apply({ kind: 'replaced', text });
      tell(t('minutes.drafted'), 'minutes');
    });
  const approve = (): Promise<void> =>
    work(async () => {
      await post(`${base}/minutes/approve`, { version: editor.base.version });
      apply({ kind: 'approved', minutes: await readMinutes(base) });
    });
  const askDraft = (): void => {
    if (editor.text.trim() === '') void draft();
    else setQuestion({ ask: t('minutes.draftAsk'), yes: t('minutes.draftYes'), act: draft });
  };
  const askApprove = (): void =>
    setQuestion({ ask: t('minutes.approveAsk', { n: editor.base.version }), yes: t('minutes.approveYes'), act: approve });
  const insert = (line: string): void => {
    const element = area.current;
    const at = insertLine(editor.text, element?.selectionEnd ?? editor.text.length, line);
    apply({ kind: 'typed', text: at.text });
    requestAnimationFrame(() => {
      element?.focus();
      element?.setSelectionRange(at.cursor, at.cursor);
    });
  };
  useWarning(isDirty(editor) && !frozen);

  return (
    <div className="minutes">
      <section className="minutes-text">
        <VersionLine editor={editor} />
        {editor.theirs && <Conflict editor={editor} apply={apply} />}
        {editor.text === '' && editor.base.version === 0 && <Text className="quiet">{t('minutes.none')}</Text>}
        <Group gap="sm" my="xs">
          {!frozen && (
            <>
              <Button size="md" loading={busy} disabled={!maySave(editor)} onClick={() => void save()} data-act="save">
                {t('minutes.save', { n: editor.base.version + 1 })}
              </Button>
              <Button size="md" variant="default" disabled={busy} onClick={askDraft} data-act="draft">
                {t('minutes.draft')}
              </Button>
              <Button
                size="md"
                variant="default"
                disabled={busy || !mayApprove(editor)}
                title={mayApprove(editor) ? undefined : t('minutes.approveFirstSave')}
                onClick={askApprove}
                data-act="approve"
              >
                {t('minutes.approve')}
              </Button>
            </>
          )}
          {editor.before !== null && !frozen && (
            <Button size="md" variant="subtle" onClick={() => apply({ kind: 'undone' })}>
              {t('minutes.undo')}
            </Button>
          )}
          <Versions base={base} editor={editor} apply={apply} />
          <PdfButton base={base} editor={editor} />
        </Group>
        <Textarea
          ref={area}
          label={t('minutes.label')}
          description={t('minutes.help')}
          value={editor.text}
          readOnly={frozen}
          onChange={(e) => apply({ kind: 'typed', text: e.currentTarget.value })}
          autosize
          minRows={14}
          maxRows={28}
          size="md"
          spellCheck={false}
        />
      </section>
      <Sources report={report} onInsert={frozen ? null : insert} />
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </div>
  );
}

/** Somebody was first: both texts stay until the writer has chosen. */
async function onConflict(base: string, apply: (event: EditorEvent) => void): Promise<void> {
  apply({ kind: 'loaded', minutes: await readMinutes(base) });
}

/** The browser asks before a tab with unsaved text is shut. */
function useWarning(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);
}

function VersionLine({ editor }: { editor: Editor }): ReactNode {
  const { t } = useTranslation();
  const { base } = editor;
  if (base.approved_at !== null) {
    return (
      <p className="minutes-line" data-minutes="approved" role="status">
        <LightMark light="good">{t('minutes.approved', { at: whenText(base.approved_at), by: base.approved_by })}</LightMark>
      </p>
    );
  }
  return (
    <p className="minutes-line" data-minutes={isDirty(editor) ? 'dirty' : 'saved'} data-version={base.version} role="status">
      {base.version > 0 && <span>{t('minutes.version', { n: base.version, author: base.author, at: whenText(base.at) })}</span>}{' '}
      {isDirty(editor) && <LightMark light="fair">{t('minutes.unsaved')}</LightMark>}
    </p>
  );
}

function PdfButton({ base, editor }: { base: string; editor: Editor }): ReactNode {
  const { t } = useTranslation();
  if (editor.base.version === 0) return null;
  const href = `/api/v1${base}/minutes.pdf?lang=${currentLanguage()}`;
  return (
    <Button
      component="a"
      href={href}
      download
      size="md"
      variant="default"
      title={isDirty(editor) ? t('minutes.pdfAfterSave') : undefined}
      data-export="minutes"
    >
      {t('minutes.pdf')}
    </Button>
  );
}

function Conflict({ editor, apply }: { editor: Editor; apply: (event: EditorEvent) => void }): ReactNode {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const theirs = editor.theirs ?? NO_MINUTES;
  const approved = theirs.approved_at !== null;
  const author = approved ? theirs.approved_by || theirs.author : theirs.author;
  return (
    <Alert color="yellow" variant="light" my="sm" role="alert" data-conflict={theirs.version}>
      <Text size="md" mb="sm">
        {t(approved ? 'minutes.conflictApproved' : 'minutes.conflict', { author, n: theirs.version })}
      </Text>
      <Group gap="sm">
        {!approved && (
          <Button size="md" onClick={() => apply({ kind: 'keep-mine' })} data-act="keep-mine">
            {t('minutes.keepMine')}
          </Button>
        )}
        <Button size="md" variant="default" onClick={() => apply({ kind: 'take-theirs' })} data-act="take-theirs">
          {t('minutes.takeTheirs', { author })}
        </Button>
        <Button size="md" variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('minutes.conflictDiff')}
        </Button>
      </Group>
      {open && <Diff from={theirs.text} to={editor.text} />}
    </Alert>
  );
}

function Diff({ from, to }: { from: string; to: string }): ReactNode {
  const { t } = useTranslation();
  if (from === to) return <Text mt="sm">{t('minutes.sameAsMine')}</Text>;
  return (
    <div className="minutes-diff">
      <p>
        <span className="minutes-theirs">− {t('minutes.onlyTheirs')}</span> <span className="minutes-mine">+ {t('minutes.onlyMine')}</span>
      </p>
      {diffLines(from, to).map((line, i) => (
        <div key={i} className={line.mark === '-' ? 'minutes-theirs' : line.mark === '+' ? 'minutes-mine' : ''}>
          <span aria-hidden="true">{line.mark === '-' ? '−' : line.mark} </span>
          {line.text}
        </div>
      ))}
    </div>
  );
}

function Versions({ base, editor, apply }: { base: string; editor: Editor; apply: (event: EditorEvent) => void }): ReactNode {
  const { t } = useTranslation();
  const [shown, setShown] = useState<Minutes | null>(null);
  const query = useQuery<{ versions: Minutes[] }>(editor.base.version > 0 ? `${base}/minutes/versions?latest=${editor.base.version}` : null);
  const versions = query.data?.versions ?? [];
  const open = async (version: Minutes): Promise<void> => {
    try {
      const text = version.text ?? (await get<Minutes>(`${base}/minutes?version=${version.version}`)).text;
      setShown({ ...version, text });
    } catch (error) {
      tellError(error, t);
    }
  };
  if (versions.length === 0) return null;
  const title = shown ? t('minutes.version', { n: shown.version, author: shown.author, at: whenText(shown.at) }) : '';
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button size="md" variant="default">
            {t('minutes.versions')} ({versions.length})
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={400} style={{ overflowY: 'auto' }}>
          {versions.map((v) => (
            <Menu.Item key={v.version} onClick={() => void open(v)}>
              {t('minutes.version', { n: v.version, author: v.author, at: whenText(v.at) })}
              {v.approved_at ? ` – ${t('minutes.versionApproved')}` : ''}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={shown !== null} onClose={() => setShown(null)} title={title} size="xl" closeButtonProps={{ 'aria-label': t('app.close') }}>
        {shown && (
          <>
            <Text fw={600}>{t('minutes.compare')}</Text>
            <Diff from={shown.text} to={editor.text} />
            {!isFrozen(editor) && (
              <Button
                mt="md"
                size="md"
                onClick={() => {
                  apply({ kind: 'replaced', text: shown.text });
                  setShown(null);
                }}
              >
                {t('minutes.restore')}
              </Button>
            )}
          </>
        )}
      </Modal>
    </>
  );
}
