import { BleError } from "../../domain/ble-errors.ts";
import type { BleTrouble } from "../../domain/ble-trouble.ts";
import type {
  Advertisement,
  BleCapabilities,
  BleCentral,
  BlePeer,
  BleState,
  BleSubscription,
  ConnectOptions,
  GattLink,
} from "../../ports/ble.ts";

interface Wish {
  apply(central: BleCentral): BleSubscription;
  made: BleSubscription | undefined;
}

/** A radio that is chosen when it is first wanted: to find out which there is takes a while, and a hub does not wait for that. */
export class LateCentral implements BleCentral {
  readonly #choose: () => Promise<BleCentral>;
  readonly #wishes = new Set<Wish>();
  #choice: Promise<BleCentral> | undefined;
  #central: BleCentral | undefined;
  #isClosed = false;

  /** @param choose never rejects */
  constructor(choose: () => Promise<BleCentral>) {
    this.#choose = choose;
  }

  /** Until it is chosen, what any of them can do. */
  get capabilities(): BleCapabilities {
    return this.#central?.capabilities ?? { bonding: false, rawAdvertisements: false, maxLinks: 5 };
  }

  state(): BleState {
    return this.#central?.state() ?? "off";
  }

  trouble(): BleTrouble | undefined {
    return this.#central?.trouble?.();
  }

  onState(listener: (state: BleState) => void): BleSubscription {
    let said = this.state();
    const hear = (state: BleState): void => {
      if (state === said) return;
      said = state;
      listener(state);
    };
    return this.#wish((central) => {
      const subscription = central.onState(hear);
      hear(central.state());
      return subscription;
    });
  }

  scan(sink: (advertisement: Advertisement) => void, options: { readonly active: boolean }): BleSubscription {
    return this.#wish((central) => central.scan(sink, options));
  }

  async connect(peer: BlePeer, options: ConnectOptions): Promise<GattLink> {
    return (await this.#chosen()).connect(peer, options);
  }

  async forget(peer: BlePeer): Promise<void> {
    return (await this.#chosen()).forget(peer);
  }

  async restart(): Promise<void> {
    await this.#central?.restart?.();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#central?.close();
  }

  /** As soon as there is one to ask; until it is cancelled. */
  #wish(apply: (central: BleCentral) => BleSubscription): BleSubscription {
    const wish: Wish = { apply, made: undefined };
    this.#wishes.add(wish);
    if (this.#central === undefined) void this.#chosen().catch(() => {});
    else wish.made = apply(this.#central);
    return {
      cancel: () => {
        this.#wishes.delete(wish);
        wish.made?.cancel();
      },
    };
  }

  async #chosen(): Promise<BleCentral> {
    this.#choice ??= this.#choose().then((central) => {
      this.#central = central;
      if (this.#isClosed) return central;
      for (const wish of this.#wishes) wish.made = wish.apply(central);
      return central;
    });
    const central = await this.#choice;
    if (this.#isClosed) throw new BleError("the radio is closed", { reason: "no-radio" });
    return central;
  }
}
