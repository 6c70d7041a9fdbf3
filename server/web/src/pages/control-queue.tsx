import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors, type DragEndEvent } from '@dnd-kit/core';
import { SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from '@dnd-kit/sortable';
import { CSS } from '@dnd-kit/utilities';
import { Button, Checkbox, Select } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../components/use-now';
import { formatSpan } from '../lib/time';
import { ofLevel, orderAfterMove, withPendingOrder } from '../lib/queue';
import type { QueueItem } from '../room/protocol';
import { nameOf, queueOf } from '../room/state';
import { useDesk, useMay, usePending, useRoomState, useUi } from './control-desk';

/** More than anybody reads; all are counted. */
const SHOWN_MAX = 100;
const BOXES = [0, 60, 120, 180, 300, 600, 900] as const;

/** Who asks to speak, in the order that the secretary gives; the requests that branches hold; invite the next, take back. */
export function Queue(): ReactNode {
  const { t } = useTranslation();
  const seats = useRoomState((s) => (s.queue ? null : s.seats));
  const told = useRoomState((s) => s.queue);
  const desk = useDesk();
  const may = useMay();
  const all = useMemo(() => queueOf(desk.state), [desk, told, seats]);
  const queue = useMemo(() => all.filter((q) => !q.held), [all]);
  const held = useMemo(() => all.filter((q) => q.held), [all]);
  const [level, setLevel] = useState('');
  return (
    <section className="panel control-queue-box" aria-label={t('control.hands', { n: queue.length })}>
      <div className="control-air-head">
        <h2>{t('control.hands', { n: queue.length })}</h2>
        <LevelFilter items={all} level={level} onLevel={setLevel} />
      </div>
      {may.run && <FloorButtons empty={queue.length === 0} />}
      {queue.length === 0 && <p className="quiet control-none">{t('control.noHands')}</p>}
      <div className="control-queue-scroll">
        <Ordered queue={queue} level={level} />
        {held.length > 0 && <Held held={held} />}
      </div>
    </section>
  );
}

function FloorButtons({ empty }: { empty: boolean }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const holder = useRoomState((s) => (s.meeting?.floor ? nameOf(s, s.meeting.floor.endpoint) : null));
  const asking = usePending('floor.next');
  const releasing = usePending('floor.release');
  const seconds = useUi((ui) => ui.seconds);
  const cut = useUi((ui) => ui.cut);
  const boxes = [...new Set([...BOXES, seconds])].sort((a, b) => a - b);
  return (
    <>
      <div className="control-floor-acts">
        <Button loading={asking} disabled={empty} onClick={desk.next} data-act="next" aria-keyshortcuts="F2">
          {t('control.inviteNext')}
        </Button>
        <Button
          variant="outline"
          color="var(--bad)"
          loading={releasing}
          disabled={holder === null}
          onClick={desk.release}
          data-act="release"
          aria-keyshortcuts="F3"
        >
          {t('control.release')}
        </Button>
      </div>
      <div className="control-box">
        <Select
          aria-label={t('control.box')}
          data={boxes.map((s) => ({ value: String(s), label: s === 0 ? t('control.boxNone') : t('control.boxMinutes', { n: s / 60 }) }))}
          value={String(seconds)}
          onChange={(v) => desk.set({ seconds: Number(v ?? 0) })}
          allowDeselect={false}
          size="xs"
        />
        <Checkbox
          label={t('control.boxCut')}
          checked={cut && seconds > 0}
          disabled={seconds === 0}
          onChange={(e) => desk.set({ cut: e.currentTarget.checked })}
        />
      </div>
    </>
  );
}

function LevelFilter({ items, level, onLevel }: { items: readonly QueueItem[]; level: string; onLevel: (level: string) => void }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const levels = [...new Set(items.map((i) => desk.state.seats.get(i.endpoint)?.level ?? '').filter(Boolean))].sort();
  if (levels.length < 2 && level === '') return null;
  return (
    <Select
      aria-label={t('control.level')}
      className="control-level"
      size="xs"
      data={[{ value: '', label: t('control.levelAll') }, ...levels.map((l) => ({ value: l, label: t(`control.levels.${l}`, l) }))]}
      value={level}
      onChange={(v) => onLevel(v ?? '')}
      allowDeselect={false}
    />
  );
}

/** The meeting's queue: dragged by the mouse, or by the keyboard (space, arrows, space). The new order is dimmed until the server has it. */
function Ordered({ queue, level }: { queue: readonly QueueItem[]; level: string }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const [order, setOrder] = useState<string[] | null>(null);
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const laid = withPendingOrder(queue, order);
  const shown = ofLevel(laid, level, (e) => desk.state.seats.get(e)?.level).slice(0, SHOWN_MAX);
  const name = (id: string | number): string => nameOf(desk.state, String(id));
  const place = (id: string | number): number => shown.findIndex((q) => q.endpoint === id) + 1;
  const onDragEnd = async ({ active, over }: DragEndEvent): Promise<void> => {
    if (!over || active.id === over.id) return;
    const next = orderAfterMove(
      laid.map((q) => q.endpoint),
      String(active.id),
      String(over.id),
    );
    setOrder(next);
    await desk.run({ type: 'queue.order', endpoints: next });
    setOrder(null);
  };
  const said = {
    onDragStart: ({ active }: { active: { id: string | number } }) => t('control.drag.start', { name: name(active.id) }),
    onDragOver: ({ over }: { over: { id: string | number } | null }) => (over ? t('control.drag.over', { n: place(over.id) }) : ''),
    onDragEnd: ({ over }: { over: { id: string | number } | null }) => (over ? t('control.drag.end', { n: place(over.id) }) : ''),
    onDragCancel: () => t('control.drag.cancel'),
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragEnd={(event) => void onDragEnd(event)}
      accessibility={{ announcements: said, screenReaderInstructions: { draggable: t('control.drag.how') } }}
    >
      <SortableContext items={shown.map((q) => q.endpoint)} strategy={verticalListSortingStrategy} disabled={!may.run}>
        <ol className={order ? 'control-queue control-queue-pending' : 'control-queue'} data-pending={order !== null}>
          {shown.map((item, i) => (
            <QueueRow key={item.endpoint} item={item} place={i + 1} />
          ))}
        </ol>
        {laid.length > SHOWN_MAX && <p className="quiet control-none">{t('control.queueMore', { n: laid.length - SHOWN_MAX })}</p>}
      </SortableContext>
    </DndContext>
  );
}

function QueueRow({ item, place }: { item: QueueItem; place: number }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const name = useRoomState((s) => nameOf(s, item.endpoint));
  const granting = usePending(`floor.grant:${item.endpoint}`);
  const lowering = usePending(`hand.lower:${item.endpoint}`);
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({ id: item.endpoint });
  const style = { transform: CSS.Transform.toString(transform), transition: transition ?? 'none' };
  return (
    <li ref={setNodeRef} style={style} data-hand={item.endpoint} data-dragging={isDragging}>
      {may.run ? (
        <button
          type="button"
          ref={setActivatorNodeRef}
          className="control-grip"
          {...attributes}
          {...listeners}
          aria-roledescription={t('control.drag.role')}
          aria-label={t('control.drag.handle', { n: place, name })}
        >
          <span aria-hidden="true">⠿</span> {place}
        </button>
      ) : (
        <span className="control-grip">{place}</span>
      )}
      <button type="button" className="control-link clip" title={name} onClick={() => desk.select(item.endpoint)}>
        {name}
      </button>
      {item.topic && <span className="quiet control-topic">“{item.topic}”</span>}
      <span className="control-buttons">
        <Waited at={item.at} />
        {may.run && (
          <Button size="compact-sm" loading={granting} onClick={() => desk.giveFloor(item.endpoint)}>
            {t('room.invite')}
          </Button>
        )}
        {may.branch && (
          <Button
            size="compact-sm"
            variant="default"
            loading={lowering}
            onClick={() => void desk.run({ type: 'hand.lower', endpoint: item.endpoint })}
          >
            {t('control.lowerHand')}
          </Button>
        )}
      </span>
    </li>
  );
}

function Waited({ at }: { at: number }): ReactNode {
  const offset = useRoomState((s) => s.clockOffset);
  const now = useNow() + offset;
  return <span className="quiet control-wait">{formatSpan(now - at)}</span>;
}

/** Requests that wait at the desk of their branch. */
function Held({ held }: { held: readonly QueueItem[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <h3>{t('control.held', { n: held.length })}</h3>
      <ul className="control-queue">
        {held.slice(0, SHOWN_MAX).map((item) => (
          <HeldRow key={item.endpoint} item={item} />
        ))}
      </ul>
    </>
  );
}

function HeldRow({ item }: { item: QueueItem }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const name = useRoomState((s) => nameOf(s, item.endpoint));
  const passing = usePending(`queue.pass_up:${item.endpoint}`);
  return (
    <li data-held={item.endpoint}>
      <span className="control-grip">–</span>
      <button type="button" className="control-link clip" title={name} onClick={() => desk.select(item.endpoint)}>
        {name}
      </button>
      {item.topic && <span className="quiet control-topic">“{item.topic}”</span>}
      {may.branch && (
        <span className="control-buttons">
          <Waited at={item.at} />
          <Button
            size="compact-sm"
            loading={passing}
            onClick={() => void desk.run({ type: 'queue.pass_up', endpoint: item.endpoint, up: true })}
          >
            {t('control.passUp')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => void desk.run({ type: 'hand.lower', endpoint: item.endpoint })}>
            {t('control.lowerHand')}
          </Button>
        </span>
      )}
    </li>
  );
}
