import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Shape } from "../../../hub/api/contract.ts";
import { ago } from "../model/words.ts";
import { hub } from "../store/hub.ts";
import { now } from "../store/time.ts";

type Banner = Shape<"Banner">;

const words: Readonly<Record<Banner["kind"], string>> = {
  breach:
    "Something has happened to data of this home. Ask its owner what it means for you, and change your password.",
  drill: "This is a drill: nothing has happened. It shows where you would be told.",
  "notice-changed": "How this home handles data has changed. Read about it under Privacy.",
  "service-ended": "A service that this home was connected to has ended.",
};

const banners = signal<readonly Banner[]>([]);

const load = async (): Promise<void> => {
  try {
    banners.value = (await hub.call("listBanners")).data;
  } catch {
    // Whoever cannot reach the hub is told that elsewhere.
  }
};

/** What everybody has to know who opens the app, because not everybody could be written to. */
export const Banners = () => {
  useEffect(() => void load(), []);
  return (
    <>
      {banners.value.map(({ kind, since }) => (
        <p key={kind} class="card banner" role="alert">
          {words[kind]} <span class="quiet">{ago(since, now.value)}</span>
        </p>
      ))}
    </>
  );
};
