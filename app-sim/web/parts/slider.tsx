import { useSignal } from "@preact/signals";

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly tone: string;
  /** The value in words, for screen readers. */
  readonly words: string;
  readonly onChange: (value: number) => void;
  readonly disabled?: boolean;
  /** Custom properties for the track. */
  readonly paint?: Record<string, string>;
  readonly describedBy?: string;
}

/**
 * A native range, so that arrow, Page, Home and End keys work by themselves. While a hand is on it, it shows the
 * hand's value; what the hub says meanwhile is shown when the hand lets go.
 */
export const Slider = (props: SliderProps) => {
  const held = useSignal<number | undefined>(undefined);
  const value = held.value ?? props.value;
  const share = (value - props.min) / (props.max - props.min);
  return (
    <input
      type="range"
      class={`slider slider--${props.tone}`}
      aria-label={props.label}
      aria-valuetext={props.words}
      aria-describedby={props.describedBy}
      min={props.min}
      max={props.max}
      step={props.step}
      value={value}
      disabled={props.disabled}
      style={{ "--share": String(share), ...props.paint }}
      onPointerDown={(event) => {
        held.value = event.currentTarget.valueAsNumber;
      }}
      onPointerUp={() => {
        held.value = undefined;
      }}
      onPointerCancel={() => {
        held.value = undefined;
      }}
      onInput={(event) => {
        const next = event.currentTarget.valueAsNumber;
        if (held.value !== undefined) held.value = next;
        props.onChange(next);
      }}
    />
  );
};
