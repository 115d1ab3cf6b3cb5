import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface Piece {
  readonly key: string;
  /** About how high it will be; only the proportion to the others matters. */
  readonly weight: number;
  readonly content: VNode;
}

const narrowestPx = 330;
const gapPx = 16;

/** Each piece goes, in its order, to the column that is shortest so far. */
const dealt = (pieces: readonly Piece[], count: number): readonly (readonly Piece[])[] => {
  const columns = Array.from({ length: count }, () => ({ weight: 0, pieces: [] as Piece[] }));
  for (const piece of pieces) {
    const shortest = columns.reduce((least, column) => (column.weight < least.weight ? column : least));
    shortest.pieces.push(piece);
    shortest.weight += piece.weight;
  }
  return columns.map((column) => column.pieces);
};

const focusable = "a[href], button, input, select, textarea, [tabindex]";

/** What has the keyboard, by where it is: a piece that goes to another column is made anew. */
interface Held {
  readonly piece: string;
  readonly at: number;
}

const heldIn = (box: Element): Held | undefined => {
  const { activeElement } = document;
  const piece = activeElement?.closest<HTMLElement>("[data-piece]");
  if (!activeElement || !piece || !box.contains(piece)) return undefined;
  const at = [...piece.querySelectorAll(focusable)].indexOf(activeElement);
  return { piece: piece.dataset["piece"] ?? "", at };
};

const giveBack = (box: Element, { piece, at }: Held): void => {
  const own = box.querySelector(`[data-piece="${CSS.escape(piece)}"]`);
  own?.querySelectorAll<HTMLElement>(focusable)[at]?.focus({ preventScroll: true });
};

/** Cards of unlike height side by side without holes. Dealt by weight, not by measured height: nothing ever jumps. */
export const Columns = ({ pieces }: { pieces: readonly Piece[] }) => {
  const frame = useRef<HTMLDivElement>(null);
  const count = useSignal(1);
  const held = useRef<Held | undefined>(undefined);
  useLayoutEffect(() => {
    const box = frame.current;
    if (!box) return undefined;
    const deal = (): void => {
      held.current = heldIn(box);
      count.value = Math.max(1, Math.floor((box.clientWidth + gapPx) / (narrowestPx + gapPx)));
    };
    const watch = new ResizeObserver(deal);
    watch.observe(box);
    deal();
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    const isLost = document.activeElement === document.body;
    if (frame.current && held.current && isLost) giveBack(frame.current, held.current);
  }, [count.value]);
  return (
    <div class="columns" ref={frame}>
      {dealt(pieces, count.value).map((column) => (
        <div key={column[0]?.key} class="columns__one">
          {column.map(({ key, content }) => (
            <div key={key} data-piece={key}>
              {content}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
};
