import { useSignal } from "@preact/signals";

interface ValueEntryProps {
  readonly label: string;
  readonly value: string;
  readonly hint: string;
  readonly inputMode: "numeric" | "text";
  /** Takes what was typed; false when it is not a value. */
  readonly onEnter: (text: string) => boolean;
}

let entries = 0;

/** A value to type instead of dragging. Enter or leaving the box sends it; what cannot be read says so beside it. */
export const ValueEntry = ({ label, value, hint, inputMode, onEnter }: ValueEntryProps) => {
  const id = useSignal(`entry-${++entries}`).value;
  const typed = useSignal<string | undefined>(undefined);
  const isWrong = useSignal(false);
  const enter = (): void => {
    if (typed.value === undefined) return;
    isWrong.value = !onEnter(typed.value.trim());
    if (!isWrong.value) typed.value = undefined;
  };
  return (
    <div class="entry">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        inputMode={inputMode}
        autocomplete="off"
        spellcheck={false}
        value={typed.value ?? value}
        aria-invalid={isWrong.value}
        aria-describedby={isWrong.value ? `${id}-hint` : undefined}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          isWrong.value = false;
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") enter();
        }}
        onBlur={enter}
      />
      {isWrong.value && (
        <p class="entry__hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
};
