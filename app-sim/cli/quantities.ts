import { xyFromRgb } from "../../hub/domain/color.ts";
import type { Xy } from "../../hub/domain/light.ts";
import type { Degrees, Position } from "../../hub/domain/place.ts";
import { msOfText } from "../client/duration-text.ts";
import { usageError } from "./cli-error.ts";

/** Seconds of "2s", "500ms", "1.5m", "1h", "7d"; a bare number is refused, for nobody knows what it means. */
export const secondsOf = (text: string, what: string): number => {
  const ms = msOfText(text);
  if (ms === undefined || ms < 0) {
    throw usageError(`${what} takes a duration with its unit, such as 500ms, 2s, 5m or 1h; not "${text}"`);
  }
  return ms / 1_000;
};

/** Percent of "60%" or of 0-254, as MQTT has it. */
export const brightnessOf = (text: string): number => {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text.trim())?.[1];
  const value = percent === undefined ? numberOf(text, "--bri") / 2.54 : Number(percent);
  if (!(value >= 0 && value <= 100)) throw usageError(`--bri takes 0% to 100%, or 0 to 254; not "${text}"`);
  return value;
};

/** Percent points of "+10%" or "-25%". */
export const brightnessStepOf = (text: string): number | undefined => {
  const step = /^([+-]\d+(?:\.\d+)?)%$/.exec(text.trim())?.[1];
  if (step === undefined) return undefined;
  if (Math.abs(Number(step)) > 100) throw usageError(`--bri steps by at most 100%; not "${text}"`);
  return Number(step);
};

export const numberOf = (text: string, what: string): number => {
  if (!/^-?(\d+(\.\d+)?|\.\d+)$/.test(text.trim())) throw usageError(`${what} takes a number; not "${text}"`);
  return Number(text);
};

/** CIE 1931 of ".45,.41". */
export const xyOfText = (text: string): Xy => {
  const [x, y, ...more] = text.split(",").map((part) => numberOf(part, "--xy"));
  if (x === undefined || y === undefined || more.length > 0 || [x, y].some((each) => each < 0 || each > 1)) {
    throw usageError(`--xy takes two numbers from 0 to 1, such as .45,.41; not "${text}"`);
  }
  return { x, y };
};

/** A place of "52.52,13.40": latitude first. */
export const positionOf = (text: string, what: string): Position => {
  const [latitude = "", longitude = "", ...more] = text.split(",");
  if (longitude === "" || more.length > 0) {
    throw usageError(`${what} takes latitude and longitude in degrees, such as 52.52,13.40; not "${text}"`);
  }
  const [north, east] = [numberOf(latitude, what), numberOf(longitude, what)];
  if (Math.abs(north) > 90 && Math.abs(north) <= 180 && Math.abs(east) <= 90) {
    throw usageError(`${what} takes the latitude first, from -90 to 90`, `did you mean ${east},${north}?`);
  }
  if (Math.abs(north) > 90 || Math.abs(east) > 180) {
    throw usageError(
      `${what} takes a latitude from -90 to 90 and a longitude from -180 to 180; not "${text}"`,
    );
  }
  return { latitude: north as Degrees, longitude: east as Degrees };
};

/** The colour of "#ff8800", without its brightness. */
export const xyOfHex = (text: string): Xy => {
  const hex = /^#?([0-9a-f]{6})$/i.exec(text.trim())?.[1];
  if (hex === undefined || hex === "000000")
    throw usageError(`--hex takes a colour such as #ff8800; not "${text}"`);
  const [red, green, blue] = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return xyFromRgb({ red: red ?? 0, green: green ?? 0, blue: blue ?? 0 });
};
