import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { closeSheet } from "../store/route.ts";
import { Icon } from "./icon.tsx";

/** Docks beside the screen where there is room for it; on smaller screens it is a modal dialog. */
const docked = matchMedia("(min-width: 1024px)");

/** A dialog that closes gives the keyboard back to where it was, itself; it has to be done before its element is taken away. */
const useDialog = (id: string) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    const open = (): void => {
      shown?.close();
      if (docked.matches) shown?.show();
      else shown?.showModal();
    };
    open();
    docked.addEventListener("change", open);
    return () => {
      docked.removeEventListener("change", open);
      shown?.close();
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
