/** Where data of a category comes from, in words for people; of several that fit the most exact one counts. */
const sources: Readonly<Record<string, string>> = {
  user: "entered by people of this home",
  "user.name": "given when this person was added, or changed since",
  "user.account": "given when the account was made",
  "user.account.credential": "made here from what was chosen or drawn at sign-in",
  "user.device": "said by the device, or read off it when it was added",
  "user.content": "entered by people of this home",
  "user.behavior": "noted by this hub as it happened",
  "user.behavior.light_schedule": "entered by people of this home",
  "user.sensor": "measured by a sensor of this home",
  "user.location": "entered by people of this home",
  "user.location.presence":
    "signed by this person's phone, noticed on the home's network or on the air, or said by hand",
  "user.location.veil": "drawn here by chance",
};

/** The source of a category of data (GDPR Art. 15(1)(g)). @param category in the words of fideslang: `user.location.presence` */
export const sourceOf = (category: string): string => {
  const parts = category.split(".");
  for (let length = parts.length; length > 0; length--) {
    const found = sources[parts.slice(0, length).join(".")];
    if (found !== undefined) return found;
  }
  return "not known";
};
