import type { ComponentChildren } from "preact";

/** One thing to switch, with what it is for beside it. */
export const SwitchRow = ({
  name,
  words,
  isOn,
  isOff = false,
  onSwitch,
  children,
}: {
  readonly name: string;
  readonly words: string;
  readonly isOn: boolean;
  /** It cannot be switched from here. */
  readonly isOff?: boolean;
  readonly onSwitch: () => void;
  readonly children?: ComponentChildren;
}) => (
  <li class="row">
    <span class="row__name">
      <strong>{name}</strong>
      <span class="quiet">{words}</span>
      {children}
    </span>
    <button
      type="button"
      role="switch"
      class="switch"
      aria-checked={isOn}
      aria-label={name}
      disabled={isOff}
      onClick={onSwitch}
    />
  </li>
);
