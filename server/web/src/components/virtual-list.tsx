import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';

interface VirtualListProps<T> {
  items: readonly T[];
  /** In px at the usual size of text. */
  rowHeight: number;
  keyOf: (item: T) => string;
  render: (item: T, index: number) => ReactNode;
  /** Kept in sight when it changes. */
  shown?: number;
  label: string;
  role?: string;
  itemRole?: string;
  className?: string;
}

const OVERSCAN = 6;

/** How much larger than usual the text is: large screens and users' settings enlarge it. */
function textScale(): number {
  return (parseFloat(getComputedStyle(document.documentElement).fontSize) || 16) / 16;
}

/** A list of rows of one height; only those in sight are in the document. */
export function VirtualList<T>(props: VirtualListProps<T>): ReactNode {
  const { items, keyOf, render, shown, label, role = 'list', itemRole = 'listitem', className } = props;
  const rowHeight = props.rowHeight * textScale();
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(400);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    setHeight(element.clientHeight);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = box.current;
    if (!element || shown === undefined || shown < 0) return;
    const y = shown * rowHeight;
    if (y < element.scrollTop) element.scrollTop = y;
    else if (y + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = y + rowHeight - element.clientHeight;
    }
  }, [shown, rowHeight]);

  const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN);
  const last = Math.min(items.length, Math.ceil((top + height) / rowHeight) + OVERSCAN);
  return (
    <div
      ref={box}
      className={className}
      style={{ overflowY: 'auto', position: 'relative', minHeight: 0 }}
      onScroll={(e) => setTop(e.currentTarget.scrollTop)}
      role={role}
      aria-label={label}
      tabIndex={role === 'rowgroup' ? 0 : -1}
    >
      <div style={{ height: items.length * rowHeight, position: 'relative' }} role="presentation">
        {items.slice(first, last).map((item, i) => (
          <div
            key={keyOf(item)}
            role={itemRole}
            {...(itemRole === 'listitem' ? { 'aria-setsize': items.length, 'aria-posinset': first + i + 1 } : {})}
            style={{ position: 'absolute', insetInline: 0, top: (first + i) * rowHeight, height: rowHeight }}
          >
            {render(item, first + i)}
          </div>
        ))}
      </div>
    </div>
  );
}
