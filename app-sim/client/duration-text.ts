const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of "500ms", "2s", "5m", "1.5h", "7d", "-10h"; undefined for anything else, a bare number too. */
export const msOfText = (text: string): number | undefined => {
  const match = /^(-?\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)$/.exec(text.trim());
  const unit = units[match?.[2] ?? ""];
  return match?.[1] === undefined || unit === undefined ? undefined : Number(match[1]) * unit;
};
