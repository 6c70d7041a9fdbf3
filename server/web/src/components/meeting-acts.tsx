import { ActionIcon, Button, Menu } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router-dom';
import { del, post } from '../api/client';
import { useSession } from '../api/session';
import type { Meeting, Role, Scope } from '../api/types';
import { isOver, isRunning } from '../lib/meetings';
import { isSameDay } from '../lib/time';
import { Confirm, type Question } from './confirm';
import { DotsIcon } from './icons';
import { tell, tellError } from './notify';

interface ActsProps {
  meeting: Meeting;
  onChanged: () => void;
  /** The page of the meeting itself: all main acts are shown, no link to here. */
  own?: boolean;
  /** A draft is being deleted: there will be nothing to read any more. false: it was not. */
  onDelete?: (gone: boolean) => void;
  onDeleted?: () => void;
}

const EXTENSIONS = [15, 30, 60];

/** What may be done with a meeting in its state by this person: the main acts as buttons, the others in a menu. */
export function MeetingActs({ meeting, onChanged, own = false, onDelete, onDeleted }: ActsProps): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const { id, title } = meeting;

  const run = async (act: () => Promise<unknown>, said: string): Promise<boolean> => {
    setBusy(true);
    try {
      await act();
      tell(said);
      return true;
    } catch (error) {
      tellError(error, t);
      return false;
    } finally {
      setBusy(false);
      onChanged();
    }
  };
  const does = (path: string, said: string, body?: unknown) => () => void run(() => post(`/meetings/${id}/${path}`, body), t(said, { title }));
  const copy = async (): Promise<void> => {
    setBusy(true);
    try {
      const made = await post<Meeting>(`/meetings/${id}/copy`, {});
      tell(t('meetings.copied', { title }));
      void navigate(`/meetings/${made.id}/edit`);
    } catch (error) {
      tellError(error, t);
    } finally {
      setBusy(false);
    }
  };
  const remove = async (): Promise<void> => {
    onDelete?.(true);
    if (await run(() => del(`/meetings/${id}`), t('meetings.deleted', { title }))) onDeleted?.();
    else onDelete?.(false);
  };
  const stop = (act: 'postpone' | 'cancel') => (reason: string, scope: Scope) =>
    run(
      () => post(`/meetings/${id}/${act}`, meeting.series ? { reason, scope } : { reason }),
      t(act === 'cancel' ? 'meetings.cancelled' : 'meetings.postponed', { title }),
    ).then(() => {});
  const end = does('end', 'meetings.ended');
  const acts: MenuActs = {
    publish: does('publish', 'meetings.published'),
    rehearse: does('rehearse', 'meetings.rehearsing'),
    rehearseEnd: does('rehearse/end', 'meetings.rehearsed'),
    open: does('open', 'meetings.opened'),
    extend: (minutes) => void run(() => post(`/meetings/${id}/extend`, { minutes }), t('meetings.extended', { title, count: minutes })),
    copy: () => void copy(),
    remove: () => setQuestion({ ask: t('meetings.deleteAsk', { title }), yes: t('app.delete'), danger: true, act: () => remove() }),
    end: () => setQuestion({ ask: t('meetings.endAsk', { title }), yes: t('meetings.endYes'), danger: true, act: () => end() }),
    stop: (act) =>
      setQuestion({
        ask: t(`meetings.${act}Ask`, { title }),
        yes: t(`meetings.${act}Yes`),
        danger: act === 'cancel',
        reason: true,
        scope: Boolean(meeting.series),
        act: stop(act),
      }),
  };
  return (
    <div className="meeting-acts">
      <MainActs meeting={meeting} busy={busy} acts={acts} own={own} />
      <MoreActs meeting={meeting} acts={acts} own={own} />
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </div>
  );
}

interface MenuActs {
  publish: () => void;
  rehearse: () => void;
  rehearseEnd: () => void;
  open: () => void;
  extend: (minutes: number) => void;
  copy: () => void;
  remove: () => void;
  end: () => void;
  stop: (act: 'postpone' | 'cancel') => void;
}

interface PartProps {
  meeting: Meeting;
  acts: MenuActs;
  own: boolean;
}

/** Technicians work at the board, the others in the control room. */
const deskOf = (meeting: Meeting, role: Role | undefined): string => `/meetings/${meeting.id}/${role === 'technician' ? 'board' : 'control'}`;

function MainActs({ meeting, busy, acts, own }: PartProps & { busy: boolean }): ReactNode {
  const { t } = useTranslation();
  const role = useSession((s) => s.user?.role);
  const endpoint = useSession((s) => s.user?.endpoint ?? null);
  const { id, state } = meeting;
  const may = (right: Meeting['may'][number]): boolean => meeting.may.includes(right);
  const near = own || isSameDay(new Date(meeting.starts_at), new Date()) || Date.parse(meeting.starts_at) < Date.now();
  return (
    <>
      {state === 'draft' && may('edit') && (
        <Button component={Link} to={`/meetings/${id}/edit`} variant="light">
          {t('meetings.goOn')}
        </Button>
      )}
      {state === 'scheduled' && may('run') && (
        <Button variant={meeting.rehearsal ? 'default' : 'light'} loading={busy} onClick={acts.rehearse}>
          {t('meetings.rehearse')}
        </Button>
      )}
      {(state === 'scheduled' || state === 'rehearsal') && may('run') && near && (
        <Button variant="light" loading={busy} onClick={acts.open}>
          {t('meetings.open')}
        </Button>
      )}
      {state === 'rehearsal' && may('run') && (
        <Button variant="default" loading={busy} onClick={acts.rehearseEnd}>
          {t('meetings.rehearseEnd')}
        </Button>
      )}
      {state === 'rehearsal' && may('watch') && endpoint === null && (
        <Button component={Link} to={`/meetings/${id}/rehearsal`}>
          {t('rehearsal.board')}
        </Button>
      )}
      {isRunning(meeting) && may('join') && endpoint !== null && (
        <Button component={Link} to={`/meetings/${id}/room`}>
          {t('meetings.join')}
        </Button>
      )}
      {isRunning(meeting) && may('watch') && (
        <Button component={Link} to={deskOf(meeting, role)}>
          {t(role === 'technician' ? 'meetings.board' : 'meetings.control')}
        </Button>
      )}
      {state === 'ended' && may('watch') && (
        <Button component={Link} to={`/meetings/${id}/after`} variant="light">
          {t('meetings.after')}
        </Button>
      )}
    </>
  );
}

function MoreActs({ meeting, acts, own }: PartProps): ReactNode {
  const { t } = useTranslation();
  const role = useSession((s) => s.user?.role);
  const { id, state, title } = meeting;
  const may = (right: Meeting['may'][number]): boolean => meeting.may.includes(right);
  // The last hour before a meeting is its rehearsal: it is still only booked.
  const open = state === 'draft' || state === 'scheduled' || state === 'rehearsal';
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={`${t('meetings.more')}: ${title}`}>
          <DotsIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {!own && (
          <Menu.Item component={Link} to={`/meetings/${id}`}>
            {t('meetings.overview')}
          </Menu.Item>
        )}
        {open && may('edit') && (
          <Menu.Item component={Link} to={`/meetings/${id}/edit`}>
            {t('meetings.edit')}
          </Menu.Item>
        )}
        {state === 'draft' && may('edit') && <Menu.Item onClick={acts.publish}>{t('meetings.publish')}</Menu.Item>}
        {isRunning(meeting) && may('watch') && (
          <Menu.Item component={Link} to={`/meetings/${id}/${role === 'technician' ? 'control' : 'board'}`}>
            {t(role === 'technician' ? 'meetings.control' : 'meetings.board')}
          </Menu.Item>
        )}
        {state !== 'draft' && state !== 'rehearsal' && may('watch') && role !== 'endpoint' && (
          <Menu.Item component={Link} to={`/meetings/${id}/rehearsal`}>
            {t('rehearsal.board')}
          </Menu.Item>
        )}
        {(state === 'open' || state === 'live') && may('run') && (
          <>
            <Menu.Divider />
            {EXTENSIONS.map((minutes) => (
              <Menu.Item key={minutes} onClick={() => acts.extend(minutes)}>
                {t('meetings.extend', { count: minutes })}
              </Menu.Item>
            ))}
          </>
        )}
        {may('edit') && <Menu.Item onClick={acts.copy}>{t('meetings.copy')}</Menu.Item>}
        <Menu.Item component="a" href={`/api/v1/meetings/${id}/invitation.ics`} download>
          {t('meetings.invitation')}
        </Menu.Item>
        <DangerActs meeting={meeting} acts={acts} own={own} />
      </Menu.Dropdown>
    </Menu>
  );
}

function DangerActs({ meeting, acts }: PartProps): ReactNode {
  const { t } = useTranslation();
  const { state } = meeting;
  const mayEdit = meeting.may.includes('edit');
  const mayEnd = (state === 'open' || state === 'live') && meeting.may.includes('run');
  const mayStop = (state === 'scheduled' || state === 'rehearsal' || state === 'open') && mayEdit;
  if (isOver(meeting) || !(mayEnd || mayStop || (state === 'draft' && mayEdit))) return null;
  return (
    <>
      <Menu.Divider />
      {mayEnd && (
        <Menu.Item className="act-danger" onClick={acts.end}>
          {t('meetings.end')}
        </Menu.Item>
      )}
      {mayStop && <Menu.Item onClick={() => acts.stop('postpone')}>{t('meetings.postpone')}</Menu.Item>}
      {mayStop && (
        <Menu.Item className="act-danger" onClick={() => acts.stop('cancel')}>
          {t('meetings.cancel')}
        </Menu.Item>
      )}
      {state === 'draft' && mayEdit && (
        <Menu.Item className="act-danger" onClick={acts.remove}>
          {t('meetings.deleteDraft')}
        </Menu.Item>
      )}
    </>
  );
}
