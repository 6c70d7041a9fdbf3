import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors, type DragEndEvent } from '@dnd-kit/core';
import { arrayMove, SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from '@dnd-kit/sortable';
import { CSS } from '@dnd-kit/utilities';
import { ActionIcon, Button, NumberInput, Text, TextInput } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Paper } from '../api/types';
import { FileIcon, GripIcon, PlusIcon, TrashIcon } from '../components/icons';
import { Pick, type Option } from '../components/picks';
import { AGENDA_MAX, agendaMinutes, ITEM_MINUTES_MAX, newAgendaRow, type AgendaRow, type Draft } from '../lib/draft';

interface AgendaProps {
  draft: Draft;
  rooms: Option[];
  papers: readonly Paper[];
  /** The meeting's length in minutes, null while its times cannot be read. */
  length: number | null;
  tried: boolean;
  onChange: (part: (old: Draft) => Partial<Draft>) => void;
  onPaper: (row: AgendaRow, files: File[]) => void;
}

/** The items in their order: dragged by the handle, or Space and the arrows on it. */
export function BookingAgenda({ draft, rooms, papers, length, tried, onChange, onPaper }: AgendaProps): ReactNode {
  const { t } = useTranslation();
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const [newest, setNewest] = useState<string | null>(null);
  const rows = draft.agenda;
  const onDragEnd = ({ active, over }: DragEndEvent): void => {
    if (!over || active.id === over.id) return;
    onChange((old) => {
      const at = (key: unknown): number => old.agenda.findIndex((r) => r.key === key);
      return { agenda: arrayMove(old.agenda, at(active.id), at(over.id)) };
    });
  };
  const add = (): void => {
    const row = newAgendaRow();
    setNewest(row.key);
    onChange((old) => ({ agenda: [...old.agenda, row] }));
  };
  const change = (key: string, part: Partial<AgendaRow>): void =>
    onChange((old) => ({ agenda: old.agenda.map((r) => (r.key === key ? { ...r, ...part } : r)) }));
  const place = (key: string | number): number => rows.findIndex((r) => r.key === key) + 1;
  const total = agendaMinutes(draft);
  return (
    <section aria-label={t('agenda.title')} className="booking-part">
      <div className="booking-part-head">
        <Text fw={600}>{t('agenda.title')}</Text>
        {rows.length > 0 && (
          <Text className={length !== null && total > length ? 'light-fair' : 'quiet'} role="status">
            {length !== null && total > length ? `▲ ${t('agenda.tooLong', { total, length })}` : t('agenda.total', { total, length: length ?? '–' })}
          </Text>
        )}
      </div>
      {rows.length === 0 && <Text className="quiet">{t('agenda.none')}</Text>}
      <DndContext
        sensors={sensors}
        collisionDetection={closestCenter}
        onDragEnd={onDragEnd}
        accessibility={{
          screenReaderInstructions: { draggable: t('agenda.dragHelp') },
          announcements: {
            onDragStart: ({ active }) => t('agenda.picked', { n: place(active.id) }),
            onDragOver: ({ over }) => (over ? t('agenda.over', { n: place(over.id), of: rows.length }) : ''),
            onDragEnd: ({ over }) => (over ? t('agenda.dropped', { n: place(over.id), of: rows.length }) : ''),
            onDragCancel: () => t('agenda.cancelled'),
          },
        }}
      >
        <SortableContext items={rows.map((r) => r.key)} strategy={verticalListSortingStrategy}>
          <ol className="agenda">
            {rows.map((row, i) => (
              <Row
                key={row.key}
                row={row}
                n={i + 1}
                rooms={rooms}
                papers={papers.filter((p) => row.id !== null && p.item === row.id)}
                focus={row.key === newest}
                missing={tried && row.title.trim() === ''}
                onChange={(part) => change(row.key, part)}
                onRemove={() => onChange((old) => ({ agenda: old.agenda.filter((r) => r.key !== row.key) }))}
                onPaper={(files) => onPaper(row, files)}
              />
            ))}
          </ol>
        </SortableContext>
      </DndContext>
      <Button variant="default" leftSection={<PlusIcon size={18} />} onClick={add} disabled={rows.length >= AGENDA_MAX} className="booking-add">
        {t('agenda.add')}
      </Button>
    </section>
  );
}

interface RowProps {
  row: AgendaRow;
  n: number;
  rooms: Option[];
  papers: Paper[];
  focus: boolean;
  missing: boolean;
  onChange: (part: Partial<AgendaRow>) => void;
  onRemove: () => void;
  onPaper: (files: File[]) => void;
}

function Row({ row, n, rooms, papers, focus, missing, onChange, onRemove, onPaper }: RowProps): ReactNode {
  const { t } = useTranslation();
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({ id: row.key });
  const style = { transform: CSS.Translate.toString(transform), ...(transition ? { transition } : {}) };
  const { role: _, ...rest } = attributes;
  const files = useRef<HTMLInputElement>(null);
  return (
    <li ref={setNodeRef} style={style} className={isDragging ? 'agenda-row agenda-dragged' : 'agenda-row'} data-agenda={n}>
      <button type="button" ref={setActivatorNodeRef} className="agenda-grip" {...rest} {...listeners} aria-label={t('agenda.drag', { n })}>
        <GripIcon size={20} />
      </button>
      <strong className="agenda-n">{n}.</strong>
      <TextInput
        aria-label={t('agenda.item', { n })}
        placeholder={t('agenda.itemPlaceholder')}
        value={row.title}
        onChange={(e) => onChange({ title: e.currentTarget.value })}
        error={missing ? t('booking.agendaTitle') : undefined}
        maxLength={300}
        autoFocus={focus}
        className="agenda-title"
      />
      <NumberInput
        aria-label={t('agenda.minutes', { n })}
        value={row.minutes}
        min={0}
        max={ITEM_MINUTES_MAX}
        clampBehavior="strict"
        suffix={t('agenda.suffix')}
        onChange={(value) => onChange({ minutes: Math.min(ITEM_MINUTES_MAX, Math.max(0, Math.round(Number(value) || 0))) })}
        className="agenda-minutes"
      />
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('agenda.remove', { n })} onClick={onRemove}>
        <TrashIcon size={20} />
      </ActionIcon>
      <TextInput
        aria-label={t('agenda.speaker', { n })}
        placeholder={t('agenda.speakerPlaceholder')}
        value={row.speaker}
        onChange={(e) => onChange({ speaker: e.currentTarget.value })}
        maxLength={200}
        className="agenda-speaker"
      />
      <Pick
        aria-label={t('agenda.room', { n })}
        placeholder={t('agenda.roomPlaceholder')}
        data={rooms}
        value={row.endpoint}
        onChange={(endpoint) => onChange({ endpoint })}
        clearable
        className="agenda-room"
      />
      <span className="agenda-papers">
        {papers.map((p) => (
          <span key={p.id} className="agenda-paper">
            <FileIcon size={16} /> {p.name}
          </span>
        ))}
        <Button variant="subtle" size="compact-md" onClick={() => files.current?.click()} aria-label={t('agenda.paperOf', { n })}>
          {t('agenda.paper')}
        </Button>
        <input
          ref={files}
          type="file"
          multiple
          hidden
          aria-hidden
          tabIndex={-1}
          onChange={(e) => {
            onPaper([...(e.currentTarget.files ?? [])]);
            e.currentTarget.value = '';
          }}
        />
      </span>
    </li>
  );
}
