import type { BluezBus } from "./bluez-bus.ts";

const path = "/lampkeeper/agent";
const manager = { path: "/org/bluez", interface: "org.bluez.AgentManager1" } as const;
const rejected = { error: "org.bluez.Error.Rejected" } as const;

/** What bluetoothd tells an agent and wants no decision for. */
const notices: ReadonlySet<string> = new Set(["Release", "Cancel"]);
/** Pairings that nobody can compare a number for. */
const decisions: ReadonlySet<string> = new Set(["RequestAuthorization", "RequestConfirmation"]);

/**
 * Says yes for the hub to the pairing it has asked for, and to no other. Without one bluetoothd pairs only while somebody else's happens
 * to run. It is there for as long as a pairing takes, so that those of a desktop are left to their own.
 */
export class PairingAgent {
  readonly #bus: BluezBus;

  constructor(bus: BluezBus) {
    this.#bus = bus;
  }

  /** @throws BusError */
  async during<Result>(device: string, pairing: () => Promise<Result>): Promise<Result> {
    this.#bus.serve(path, (member, [asked]) => {
      if (notices.has(member)) return undefined;
      return decisions.has(member) && asked === device ? undefined : rejected;
    });
    try {
      await this.#tell("RegisterAgent", "os", [path, "NoInputNoOutput"]);
      await this.#tell("RequestDefaultAgent", "o", [path]);
      return await pairing();
    } finally {
      // bluetoothd forgets it by itself with the next restart, or with ours.
      await this.#tell("UnregisterAgent", "o", [path]).catch(() => {});
      this.#bus.serve(path, undefined);
    }
  }

  #tell(member: string, signature: string, body: unknown[]): Promise<unknown> {
    return this.#bus.call(manager.path, manager.interface, member, signature, body);
  }
}
