/** Line icons on a 24 px grid, drawn for this app. */
const paths = {
  home: "M4 10.5 12 4l8 6.5V19a1 1 0 0 1-1 1h-4.5v-5.5h-5V20H5a1 1 0 0 1-1-1z",
  devices: "M5 5h6v6H5zM13 13h6v6h-6zM16 5v6M13 8h6M8 13v6M5 16h6",
  day: "M3.5 18.5h17M6 15a6 6 0 0 1 12 0M12 3.5v2.2M3.8 11.6l1.9.8M20.2 11.6l-1.9.8M6.6 6.2l1.4 1.6M17.4 6.2 16 7.8",
  play: "M8 5.5v13l10-6.5z",
  pause: "M8.5 6v12M15.5 6v12",
  pen: "M5 19l.8-3.6L16.2 5l2.8 2.8L8.6 18.2zM14 7.2l2.8 2.8",
  bin: "M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v5.5M13.5 10.5v5.5",
  plus: "M12 5v14M5 12h14",
  why: "M5 6h4.5M5 12h4.5M5 18h4.5M13 6h6M13 12h4M13 18h6M9.5 6v0M9.5 12v0M9.5 18v0",
  privacy: "M12 3.5 5 6v5.5c0 4.3 2.9 7.5 7 9 4.1-1.5 7-4.7 7-9V6zM9 11.8l2.2 2.2L15.3 10",
  bulb: "M12 3.5a6 6 0 0 0-3.6 10.8c.7.5 1.1 1.3 1.1 2.1v.6h5v-.6c0-.8.4-1.6 1.1-2.1A6 6 0 0 0 12 3.5ZM10 20h4",
  plug: "M9 3.5V8M15 3.5V8M6.5 8h11v3a5.5 5.5 0 0 1-11 0zM12 16.5v4",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.8v2M12 19.2v2M2.8 12h2M19.2 12h2M5.5 5.5l1.4 1.4M17.1 17.1l1.4 1.4M5.5 18.5l1.4-1.4M17.1 6.9l1.4-1.4",
  moon: "M19.5 14.3A8 8 0 0 1 9.7 4.5a8 8 0 1 0 9.8 9.8Z",
  auto: "M12 3.8a8.2 8.2 0 1 0 0 16.4ZM12 3.8a8.2 8.2 0 0 1 0 16.4",
  off: "M12 3.5v8M7 6.8a7.5 7.5 0 1 0 10 0",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 7.5V12l3 2",
  leave: "M14 4.5H6v15h8M10.5 12H20M16.5 8.5 20 12l-3.5 3.5",
  close: "M6 6l12 12M18 6 6 18",
  more: "M9.5 5.5 16 12l-6.5 6.5",
  occupancy: "M12 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM9 20l1.5-5L8 12.5l1-3.5h4l2 3 2.5 1M10.5 15l3 1.5L14.5 20",
  contact: "M6 20V4h9v16M4 20h16M12.5 12v.5M15 6l4 2v12",
  temperature: "M12 4a2 2 0 0 0-2 2v7.5a4 4 0 1 0 4 0V6a2 2 0 0 0-2-2ZM12 10v6",
  humidity: "M12 4s5.5 5.6 5.5 10a5.5 5.5 0 0 1-11 0C6.5 9.6 12 4 12 4Z",
  illuminance: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 3v2M12 19v2M3 12h2M19 12h2",
  power: "M13 3 6 13.5h5L10 21l7.5-10.5H12z",
  energy: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM13 8l-3 4.5h4L11 16",
  battery: "M4 8.5h13v7H4zM19.5 11v2M6.5 11v2M9.5 11v2",
  action: "M12 4.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z",
} as const;

export type IconName = keyof typeof paths;

/** Decoration only: the text beside it, or the label of its button, says what it means. */
export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={paths[name]} />
  </svg>
);
