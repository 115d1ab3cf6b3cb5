import "./bench/main.ts";
