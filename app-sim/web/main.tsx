import { render } from "preact";
import { App } from "./app.tsx";
import { warnBeforeLeaving } from "./store/leaving.ts";
import { start } from "./store/session.ts";

const page = document.getElementById("app");
if (page) render(<App />, page);
warnBeforeLeaving();
start();
