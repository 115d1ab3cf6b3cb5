import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Shape } from "../../../hub/api/contract.ts";
import { hub } from "../store/hub.ts";

/** What everybody may read who stands before this hub: what happened, and how to make it forget. */
export const BeforeSignIn = () => {
  const banners = useSignal<readonly Shape<"IncidentBanner">[]>([]);
  const instructions = useSignal<string | undefined>(undefined);
  useEffect(() => {
    void hub
      .call("readBanners")
      .then(({ data }) => {
        banners.value = data;
      })
      .catch(() => undefined);
  }, []);
  const show = async (): Promise<void> => {
    instructions.value ??= (await hub.text("readResetInstructions")).text;
  };
  return (
    <>
      {banners.value.map(({ title, notice, at }) => (
        <section key={at} class="sign-in__form" aria-label={title}>
          <h2>{title}</h2>
          {Object.values(notice).map((part) => (
            <p key={part}>{part}</p>
          ))}
        </section>
      ))}
      <details class="sign-in__form" onToggle={() => void show().catch(() => undefined)}>
        <summary>How to make this hub forget everything</summary>
        <p class="sign-in__instructions">{instructions.value}</p>
      </details>
    </>
  );
};
