import { useRef } from "preact/hooks";
import { colorName, type HueSaturation, hueSaturation, lampColor, xyOfHue } from "../model/lamp-color.ts";
import type { LightState } from "../model/shapes.ts";

interface ColorFieldProps {
  readonly lampName: string;
  readonly shown: LightState;
  readonly onChange: (color: { x: number; y: number }) => void;
}

const bounded = (value: number, max: number): number => Math.min(max, Math.max(0, value));

/**
 * Hue from left to right, paler towards the top. A press anywhere picks (no drag needed, WCAG 2.5.7); by keyboard it
 * is two sliders that lie invisibly over the field.
 */
export const ColorField = ({ lampName, shown, onChange }: ColorFieldProps) => {
  const field = useRef<HTMLDivElement>(null);
  const now: HueSaturation = shown.color ? hueSaturation(shown.color) : { hue: 30, saturation: 0 };
  const pick = (place: HueSaturation): void => onChange(xyOfHue(place));
  const pickAt = (event: PointerEvent): void => {
    const box = field.current?.getBoundingClientRect();
    if (!box) return;
    pick({
      hue: bounded(((event.clientX - box.left) / box.width) * 360, 359.9),
      saturation: bounded(((event.clientY - box.top) / box.height) * 100, 100),
    });
  };
  const words = colorName(shown);
  return (
    <div
      class={`field ${shown.color ? "field--set" : ""}`}
      ref={field}
      style={{
        "--hue": String(now.hue / 360),
        "--sat": String(now.saturation / 100),
        "--lamp": lampColor(shown),
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        pickAt(event);
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1) pickAt(event);
      }}
    >
      <input
        class="field__axis"
        type="range"
        min={0}
        max={359}
        step={1}
        value={Math.round(now.hue)}
        aria-label={`${lampName} hue`}
        aria-valuetext={`${Math.round(now.hue)} degrees, ${words}`}
        onInput={(event) =>
          pick({ hue: event.currentTarget.valueAsNumber, saturation: Math.max(now.saturation, 1) })
        }
      />
      <input
        class="field__axis"
        type="range"
        min={0}
        max={100}
        step={1}
        value={Math.round(now.saturation)}
        aria-label={`${lampName} saturation`}
        aria-valuetext={`${Math.round(now.saturation)} percent, ${words}`}
        onInput={(event) => pick({ hue: now.hue, saturation: event.currentTarget.valueAsNumber })}
      />
      <span class="field__mark" aria-hidden="true" />
    </div>
  );
};
