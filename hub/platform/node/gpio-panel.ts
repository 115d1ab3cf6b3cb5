import { closeSync, constants, openSync, readFileSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidInput } from "../../domain/errors.ts";
import { Millis } from "../../domain/units.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Panel } from "../../ports/panel.ts";

/**
 * `struct input_event` on 64-bit Linux [include/uapi/linux/input.h]: seconds and microseconds as 8 bytes each, type u16,
 * code u16, value i32; in the byte order of the machine, which is little-endian on everything this runs on.
 */
const eventBytes = 24;
const typeAt = 16;
const valueAt = 20;
/** EV_KEY [input-event-codes.h]; its values are 0 released, 1 pressed, 2 held on. */
const keyEvent = 1;
/** A hand does not notice; a read that blocks would hold one of Node's few threads for ever. */
const lookEvery = Millis(50);
const eventsPerLook = 64;

export interface PanelFiles {
  /** Input device of a gpio-key, debounced by the kernel. */
  readonly button?: string;
  /** Folder of the LED in sysfs. */
  readonly led?: string;
}

/** Button and light of the case as Linux shows them: an input device and a LED class device. Either may be absent. */
export class GpioPanel implements Panel {
  readonly #clock: Clock;
  readonly #button: number | undefined;
  #led: { readonly file: string; readonly full: string } | undefined;
  /** Events come whole from the kernel, but from nothing else. */
  readonly #buffer = Buffer.alloc(eventsPerLook * eventBytes);
  #filled = 0;

  /** @throws InvalidInput when what the options name is no button or no LED */
  constructor(clock: Clock, { button, led }: PanelFiles) {
    this.#clock = clock;
    this.#button = button === undefined ? undefined : openedButton(button);
    this.#led = led === undefined ? undefined : takenLed(led);
  }

  light(isLit: boolean): void {
    if (this.#led === undefined) return;
    try {
      writeFileSync(this.#led.file, isLit ? this.#led.full : "0");
    } catch {
      // A light that is gone takes nothing else along.
      this.#led = undefined;
    }
  }

  onButton(listener: (change: "pressed" | "released") => void): () => void {
    const device = this.#button;
    if (device === undefined) return () => {};
    const timer = this.#clock.every(lookEvery, () => {
      for (const change of this.#changes(device)) listener(change);
    });
    return () => {
      timer.cancel();
      closeSync(device);
    };
  }

  #changes(device: number): readonly ("pressed" | "released")[] {
    const changes: ("pressed" | "released")[] = [];
    this.#filled += readSome(device, this.#buffer, this.#filled);
    let at = 0;
    for (; at + eventBytes <= this.#filled; at += eventBytes) {
      if (this.#buffer.readUInt16LE(at + typeAt) !== keyEvent) continue;
      const value = this.#buffer.readInt32LE(at + valueAt);
      if (value === 1) changes.push("pressed");
      if (value === 0) changes.push("released");
    }
    this.#buffer.copyWithin(0, at, this.#filled);
    this.#filled -= at;
    return changes;
  }
}

const openedButton = (file: string): number => {
  try {
    return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    throw new InvalidInput("--button names no input device that can be read (group input)", {
      path: "button",
    });
  }
};

/** From here on the light is ours: the kernel stops showing the card's activity on it. */
const takenLed = (folder: string): { readonly file: string; readonly full: string } => {
  try {
    const full = readFileSync(join(folder, "max_brightness"), "utf8").trim();
    writeFileSync(join(folder, "trigger"), "none");
    const file = join(folder, "brightness");
    writeFileSync(file, "0");
    return { file, full };
  } catch {
    throw new InvalidInput("--led names no LED that can be written", { path: "led" });
  }
};

/** How many bytes there were; a device that is gone says nothing any more. */
const readSome = (device: number, buffer: Buffer, from: number): number => {
  try {
    return readSync(device, buffer, from, buffer.length - from, null);
  } catch {
    return 0;
  }
};
