import { Columns } from "../parts/columns.tsx";
import { panels } from "./privacy/panels.ts";

export const PrivacyScreen = () => (
  <>
    <header class="greeting">
      <div>
        <h1>Privacy</h1>
        <p class="greeting__more">What this home knows of its people, and what you can do about it.</p>
      </div>
    </header>
    <Columns
      pieces={panels
        .filter(({ isFor }) => isFor())
        .map(({ key, weight, Content }) => ({ key, weight, content: <Content /> }))}
    />
  </>
);
