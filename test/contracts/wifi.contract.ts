import { describe, expect, test } from "vitest";
import type { WifiCredentials } from "../../hub/domain/wifi.ts";
import type { WifiRadio } from "../../hub/ports/wifi.ts";

/** A radio in reach of one network, and hands on that network. */
export interface WifiRig {
  readonly radio: WifiRadio;
  /** The network's name and password. */
  readonly home: WifiCredentials;
  takeAway(): void;
  bringBack(): void;
  close(): void;
}

const copyOf = ({ ssid, password }: WifiCredentials) => ({
  ssid: Buffer.from(ssid),
  password: Buffer.from(password),
});

/** What every filling of the Wi-Fi socket promises. */
export const wifiContract = (name: string, rigOf: () => WifiRig): void => {
  const withRig = async (use: (rig: WifiRig) => Promise<void>): Promise<void> => {
    const rig = rigOf();
    try {
      await use(rig);
    } finally {
      rig.close();
    }
  };

  describe(`the Wi-Fi of ${name}`, () => {
    test("joins with the right password, and leaves", () =>
      withRig(async ({ radio, home }) => {
        expect(await radio.link()).toBe("apart");
        expect(await radio.join(home)).toBe("joined");
        expect(await radio.link()).toBe("joined");
        await radio.leave();
        expect(await radio.link()).toBe("apart");
        await radio.leave();
      }));

    test("joins again without having left", () =>
      withRig(async ({ radio, home }) => {
        expect(await radio.join(home)).toBe("joined");
        expect(await radio.join(home)).toBe("joined");
        expect(await radio.link()).toBe("joined");
      }));

    test("a wrong password is called that, and the link is apart", () =>
      withRig(async ({ radio, home }) => {
        const other = { ssid: home.ssid, password: Buffer.from("not the password") };
        expect(await radio.join(other)).toBe("wrong-password");
        expect(await radio.link()).toBe("apart");
      }));

    test("a wrong password ends the link that was there", () =>
      withRig(async ({ radio, home }) => {
        await radio.join(home);
        await radio.join({ ssid: home.ssid, password: Buffer.from("not the password") });
        expect(await radio.link()).toBe("apart");
      }));

    test("a network that is not there is not found, and is when it comes back", () =>
      withRig(async ({ radio, home, takeAway, bringBack }) => {
        takeAway();
        expect(await radio.join(home)).toBe("not-found");
        expect(await radio.link()).toBe("apart");
        bringBack();
        expect(await radio.join(home)).toBe("joined");
      }));

    test("a network of another name is not found", () =>
      withRig(async ({ radio, home }) => {
        expect(await radio.join({ ssid: Buffer.from("elsewhere"), password: home.password })).toBe(
          "not-found",
        );
      }));

    test("the credentials stay the caller's, as they were", () =>
      withRig(async ({ radio, home }) => {
        const given = copyOf(home);
        await radio.join(given);
        expect(given).toEqual(copyOf(home));
      }));
  });
};
