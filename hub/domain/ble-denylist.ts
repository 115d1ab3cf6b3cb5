import type { BleFrame } from "./profile.ts";

/** Writes that no hub may send: they make a lamp forget its owner, lock him out, or wear out its flash. */
export interface DeniedWrite {
  /** As in `BleFrame`. */
  readonly characteristic: string;
  /** Which values, as lower-case hex; absent: all. */
  readonly value?: RegExp;
  readonly why: string;
  readonly source: string;
}

const lednetwf = "8none1/lednetwf_ble protocol_docs/05_basic_commands.md, persist byte";

/** Of LEDnetWF: eight bytes of envelope, then the command. */
export const deniedWrites: readonly DeniedWrite[] = [
  {
    characteristic: "97fe656100044f6286e9b71ee2da3d22",
    why: "resets a Hue lamp to its factory state",
    source: "evan-brass/huecontrol README.md",
  },
  {
    characteristic: "fffd",
    why: "resets a Playbulb",
    source: "Heckie75/Mipow-Playbulb-BTL201 mipow-playbulb-btl201-bt-api.md",
  },
  {
    characteristic: "fff7",
    why: "sets the PIN of a Playbulb",
    source: "Heckie75/Mipow-Playbulb-BTL201 mipow-playbulb-btl201-bt-api.md",
  },
  {
    characteristic: "ff01",
    value: /^.{16}31.{12}f0/,
    why: "writes each colour to flash",
    source: lednetwf,
  },
  {
    characteristic: "ff01",
    value: /^.{16}31.{10}f0..$/,
    why: "writes each colour to flash, in the form without a second white",
    source: lednetwf,
  },
  { characteristic: "ff01", value: /^.{16}71..f0/, why: "writes the switch to flash", source: lednetwf },
  {
    characteristic: "ff01",
    value: /^.{16}62/,
    why: "changes how many LEDs of which kind a strip believes it has",
    source: "8none1/zengge_lednetwf readme.md, LED settings",
  },
];

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** The rule that forbids this write, whatever service it goes through; undefined: it may go. */
export const deniedBy = ({
  characteristic,
  bytes,
}: Pick<BleFrame, "characteristic" | "bytes">): DeniedWrite | undefined =>
  deniedWrites.find(
    (denied) => denied.characteristic === characteristic && (denied.value?.test(hexOf(bytes)) ?? true),
  );
