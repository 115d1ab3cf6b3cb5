/** What an app on a phone may be allowed, each by itself, and taken again whenever its owner likes. */
export const phonePermissions = ["location", "wifi", "bluetooth", "notifications"] as const;
export type PhonePermission = (typeof phonePermissions)[number];

/** What each serves, and so all that stops without it. */
export const stopsWithout: Readonly<Record<PhonePermission, string>> = {
  location: "the phone no longer says that its owner came or left, nor answers for a place that it gave",
  wifi: "the home's network no longer shows the phone",
  bluetooth: "the phone's beacon is not heard, and it tells the hub no network by Improv",
  notifications: "the phone shows none of its owner's messages",
};
