/** `npm run test:long` sets it: the same suites at full size. */
export const isLong = process.env["LAMPKEEPER_LONG"] === "1";

/** How much of something a suite does: `usual` in `npm test`, `full` in `npm run test:long`. */
export const size = (usual: number, full: number): number => (isLong ? full : usual);
