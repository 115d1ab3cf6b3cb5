/** The forms in which a secret that got somewhere it should not be may lie there. */
export const encodingsOf = (secret: string): readonly Buffer[] => {
  const bytes = Buffer.from(secret);
  // What stands before it moves the letters of base64: all three places, without the letters that neighbours share.
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    return text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
  });
  const hex = bytes.toString("hex");
  return [
    bytes,
    Buffer.from(secret, "utf16le"),
    Buffer.from(secret, "utf16le").swap16(),
    ...[
      hex,
      hex.toUpperCase(),
      ...base64,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
    ].map((text) => Buffer.from(text)),
  ];
};

/** Whether the secret lies there in any of its forms. */
export const holds = (where: Buffer, secret: string): boolean =>
  encodingsOf(secret).some((form) => where.includes(form));
