import { lampColor } from "../model/lamp-color.ts";
import type { Scene } from "../model/shapes.ts";
import { recallScene } from "../store/commander.ts";

const mostDots = 4;

/** A scene as a button; its dots are the first colours it brings. */
export const SceneChip = ({ scene }: { scene: Scene }) => {
  const states = [...Object.values(scene.states ?? {})].filter(({ on }) => on);
  const colors = [...new Set((scene.palette?.colors ?? states).map(lampColor))].slice(0, mostDots);
  return (
    <li>
      <button type="button" class="chip" onClick={() => void recallScene(scene.id, scene.name)}>
        <span class="dots" aria-hidden="true">
          {colors.map((color) => (
            <i key={color} style={{ "--lamp": color }} />
          ))}
        </span>
        {scene.name}
      </button>
    </li>
  );
};
