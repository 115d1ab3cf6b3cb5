import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { closeSheet } from "../store/route.ts";
import { Icon } from "./icon.tsx";

/** Docks beside the screen where there is room for it; on smaller screens it is a modal dialog. */
const docked = matchMedia("(min-width: 1024px)");

/** What opened a sheet. A link may have been made anew beside it: the screen is narrower there. */
const asItIsNow = (opener: Element | null): HTMLElement | null => {
  if (opener instanceof HTMLElement && opener.isConnected) return opener;
  const href = opener?.getAttribute("href");
  return href ? document.querySelector<HTMLElement>(`a[href="${CSS.escape(href)}"]`) : null;
};

const useDialog = (id: string) => {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before its element is taken away: what has the keyboard then would lose it to nobody.
  useLayoutEffect(() => {
    const shown = dialog.current;
    const opener = document.activeElement;
    const open = (): void => {
      shown?.close();
      if (docked.matches) shown?.show();
      else shown?.showModal();
    };
    open();
    docked.addEventListener("change", open);
    return () => {
      docked.removeEventListener("change", open);
      const { activeElement } = document;
      const isElsewhere = activeElement !== document.body && !shown?.contains(activeElement);
      // While it stands as a modal dialog, everything behind it is inert and takes no focus.
      shown?.close();
      if (!isElsewhere) asItIsNow(opener)?.focus();
    };
  }, [id]);
  return dialog;
};

/** One thing in full beside its screen. Its heading has the id `sheet-title`. @param id of the thing: another one opens anew */
export const Sheet = ({ id, children }: { id: string; children: ComponentChildren }) => {
  const dialog = useDialog(id);
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby="sheet-title"
      onCancel={(event) => {
        event.preventDefault();
        closeSheet();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") closeSheet();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) closeSheet();
      }}
    >
      <button type="button" class="round sheet__close" aria-label="Close" onClick={closeSheet}>
        <Icon name="close" />
      </button>
      {children}
    </dialog>
  );
};
