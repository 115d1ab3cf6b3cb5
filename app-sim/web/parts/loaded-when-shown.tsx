import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

/** A part of the app that is fetched when it is first shown, so that the first load of a phone does not wait for it. */
export const loadedWhenShown = (load: () => Promise<ComponentType>): ComponentType => {
  const part = signal<ComponentType | undefined>(undefined);
  const failed = signal(false);
  let isAsked = false;
  const ask = (): void => {
    isAsked = true;
    failed.value = false;
    load().then(
      (loaded) => {
        part.value = loaded;
      },
      () => {
        failed.value = true;
      },
    );
  };
  return () => {
    if (!isAsked) ask();
    const Part = part.value;
    if (Part) return <Part />;
    if (!failed.value) return null;
    return (
      <p role="alert">
        This page did not arrive from the hub. A browser does not ask twice for what has failed:{" "}
        <button type="button" class="button" onClick={() => location.reload()}>
          Load the app again
        </button>
      </p>
    );
  };
};
