import { InvalidInput } from "../../hub/domain/errors.ts";
import type { Position } from "../../hub/domain/place.ts";
import { Instant } from "../../hub/domain/units.ts";
import { type Fix, Track } from "./movement.ts";

const points = /<trkpt\b([^>]*)>([\s\S]*?)<\/trkpt>/g;
const attribute = (name: string) => new RegExp(`\\b${name}\\s*=\\s*["']([^"']+)["']`);
const times = /<time>\s*([^<]+?)\s*<\/time>/;

/**
 * The track of a GPX 1.1 file: its `trkpt`, each with `lat`, `lon` and `time`.
 * @throws InvalidInput no points, a point without place or time, or times that run back
 */
export const parseGpx = (text: string): Track => {
  const fixes = [...text.matchAll(points)].map(([, head = "", body = ""]) => fixOf(head, body));
  if (fixes.length === 0) throw new InvalidInput("no track points in this GPX file", { path: "gpx" });
  const isInOrder = fixes.every(({ at }, index) => index === 0 || at > (fixes[index - 1] as Fix).at);
  if (!isInOrder) throw new InvalidInput("the times of this GPX track run back", { path: "gpx" });
  return new Track(fixes);
};

const fixOf = (head: string, body: string): Fix => {
  const [latitude, longitude] = ["lat", "lon"].map((name) => Number(attribute(name).exec(head)?.[1]));
  const at = Date.parse(times.exec(body)?.[1] ?? "");
  const isPlace = Math.abs(latitude ?? Number.NaN) <= 90 && Math.abs(longitude ?? Number.NaN) <= 180;
  if (!isPlace || Number.isNaN(at)) {
    throw new InvalidInput("a track point without lat, lon or time", { path: "gpx" });
  }
  return { at: Instant(at), position: { latitude, longitude } as Position };
};
