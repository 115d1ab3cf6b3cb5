import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Shape } from "../../../hub/api/contract.ts";
import { hub } from "../store/hub.ts";
import { tell } from "../store/notices.ts";

const scenes = signal<readonly Shape<"WallScene">[]>([]);

const load = async (): Promise<void> => {
  scenes.value = (await hub.call("listWallScenes")).data;
};

const recall = async ({ id, name }: Shape<"WallScene">): Promise<void> => {
  try {
    await hub.call("recallWallScene", { body: { scene: id } });
    tell(name);
  } catch {
    tell(`${name} did not come: the hub did not take it.`, "danger");
  }
};

/** The scenes that hang at the wall for whoever comes by. */
export const WallScenes = () => {
  useEffect(() => void load(), []);
  if (scenes.value.length === 0) return null;
  return (
    <ul class="chips chips--wide" aria-label="Scenes for you">
      {scenes.value.map((scene) => (
        <li key={scene.id}>
          <button type="button" class="chip" onClick={() => void recall(scene)}>
            {scene.name}
          </button>
        </li>
      ))}
    </ul>
  );
};
