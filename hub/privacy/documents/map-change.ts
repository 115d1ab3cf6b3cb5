import { canonicalJson, type Json } from "../../codec/canonical-json.ts";
import type { InEachLanguage } from "../categories.ts";
import type { MapItem, MapRecipient, PrivacyMap } from "./privacy-map.ts";
import { purposeWords, said } from "./words.ts";

/** What of a map people were promised: all of it but the house's own wiring. */
export type Promised = Pick<
  PrivacyMap,
  "items" | "purposes" | "recipients" | "devices" | "sensed" | "notCollected" | "rights"
>;

export const promised = (map: PrivacyMap): Promised => ({
  items: map.items,
  purposes: map.purposes,
  recipients: map.recipients,
  devices: map.devices,
  sensed: map.sensed,
  notCollected: map.notCollected,
  rights: map.rights,
});

/** What a change is about. Of these only `wording` and `products` leave everybody's position as it was. */
export const axes = ["items", "purposes", "sharing", "rights", "retention", "wording", "products"] as const;
export type Axis = (typeof axes)[number];

export interface MapChange {
  readonly axis: Axis;
  /** Of what: a place of the map, a recipient, a right. */
  readonly what: string;
  readonly how: "added" | "removed" | "changed";
  /** For the person who reads it. */
  readonly says: InEachLanguage;
  /** It adds a purpose or takes something away from people: silence does not do. */
  readonly needsAcceptance: boolean;
}

export const isMaterial = ({ axis }: MapChange): boolean => axis !== "wording" && axis !== "products";

type Facts = Readonly<Record<string, unknown>>;

/** Which facts of an item a change of which axis is. What is in none of these is wording. */
const itemAxes = {
  items: ["category", "class", "source", "subject"],
  purposes: ["purposes", "legalBasis"],
  sharing: ["recipients", "egress", "transfer"],
  rights: ["need", "isExportable", "key"],
  retention: ["retention", "atEnd", "survives"],
} as const satisfies Partial<Record<Axis, readonly (keyof MapItem)[]>>;

const recipientAxes = {
  purposes: ["purpose"],
  sharing: ["categories", "fields", "place", "transfer", "isOffByDefault"],
} as const satisfies Partial<Record<Axis, readonly (keyof MapRecipient)[]>>;

const same = (a: unknown, b: unknown): boolean => canonicalJson(a as Json) === canonicalJson(b as Json);

const differs = (before: Facts, after: Facts, names: readonly string[]): boolean =>
  names.some((name) => !same(before[name] ?? null, after[name] ?? null));

/** Everything that is another between two maps, one entry for each thing and axis. */
export const changesBetween = (before: Promised, after: Promised): readonly MapChange[] => [
  ...itemChanges(placesOf(before), placesOf(after)),
  ...purposeChanges(before, after),
  ...recipientChanges(before, after),
  ...rightChanges(before, after),
  ...promiseChanges(before, after),
  ...productChanges(before, after),
  ...(same(before.sensed, after.sensed) ? [] : [wording("sensed")]),
];

const placesOf = ({ items }: Promised): ReadonlyMap<string, MapItem> =>
  new Map(items.flatMap((item) => item.places.map((place) => [place, item] as const)));

/** Keys of either, each once. */
const keysOf = (a: Iterable<string>, b: Iterable<string>): readonly string[] => [...new Set([...a, ...b])];

const wording = (what: string): MapChange => ({
  axis: "wording",
  what,
  how: "changed",
  says: said`${{ en: "Said in other words", vi: "Diễn đạt lại" }}: ${{ en: what, vi: what }}.`,
  needsAcceptance: false,
});

const itemChanges = (
  before: ReadonlyMap<string, MapItem>,
  after: ReadonlyMap<string, MapItem>,
): readonly MapChange[] =>
  keysOf(before.keys(), after.keys()).flatMap((place) => {
    const [was, is] = [before.get(place), after.get(place)];
    if (was === undefined && is !== undefined) return [itemCame(place, is)];
    if (was !== undefined && is === undefined) return [itemWent(place, was)];
    return was === undefined || is === undefined ? [] : itemDiffers(place, was, is);
  });

const itemCame = (what: string, { label }: MapItem): MapChange => ({
  axis: "items",
  what,
  how: "added",
  says: said`${{ en: "Newly kept", vi: "Mới được lưu" }}: ${label}.`,
  // Data that was not kept before is a use that nobody has agreed to.
  needsAcceptance: true,
});

const itemWent = (what: string, { label }: MapItem): MapChange => ({
  axis: "items",
  what,
  how: "removed",
  says: said`${{ en: "No longer kept", vi: "Không còn được lưu" }}: ${label}.`,
  needsAcceptance: false,
});

const axisWords: { readonly [Name in keyof typeof itemAxes]: InEachLanguage } = {
  items: { en: "What is kept is another", vi: "Loại dữ liệu thay đổi" },
  purposes: { en: "What it is used for is another", vi: "Mục đích sử dụng thay đổi" },
  sharing: { en: "Who may see it is another", vi: "Người được xem thay đổi" },
  rights: { en: "What you can ask is another", vi: "Quyền của bạn thay đổi" },
  retention: { en: "How long it is kept is another", vi: "Thời gian lưu thay đổi" },
};

const itemDiffers = (what: string, was: MapItem, is: MapItem): readonly MapChange[] => {
  const [a, b] = [was as unknown as Facts, is as unknown as Facts];
  const found = (Object.keys(itemAxes) as (keyof typeof itemAxes)[]).filter((axis) =>
    differs(a, b, itemAxes[axis]),
  );
  const named = new Set<string>(["id", "places", ...Object.values(itemAxes).flat()]);
  const rest = Object.keys(b).filter((name) => !named.has(name));
  return [
    ...found.map((axis) => ({
      axis,
      what,
      how: "changed" as const,
      says: said`${axisWords[axis]}: ${is.label}.`,
      needsAcceptance: isWorse(axis, was, is),
    })),
    ...(differs(a, b, rest) ? [wording(what)] : []),
  ];
};

/** Whether a person has less than before, or is asked for more. */
const isWorse = (axis: keyof typeof itemAxes, was: MapItem, is: MapItem): boolean => {
  switch (axis) {
    case "items":
      return true;
    case "purposes":
      return (
        is.purposes.some((use) => !was.purposes.includes(use)) ||
        // What rested on consent could be taken back.
        (was.legalBasis === "consent" && is.legalBasis !== "consent")
      );
    case "sharing":
      return (
        is.recipients.some((each) => !was.recipients.includes(each)) ||
        is.egress.some((each) => !was.egress.includes(each)) ||
        (!same(was.transfer, is.transfer) && is.transfer !== "none")
      );
    case "rights":
      return (
        (was.isExportable && !is.isExportable) ||
        (was.need === "optional" && is.need === "essential") ||
        (was.key === "person" && is.key !== "person")
      );
    case "retention":
      return (
        lengthOf(is) > lengthOf(was) ||
        (was.atEnd === "delete" && is.atEnd === "anonymise") ||
        is.survives.some((level) => !was.survives.includes(level))
      );
  }
};

/** In days; what only its owner ends is the longest. */
const lengthOf = ({ retention }: MapItem): number => {
  if (retention.kind === "days") return retention.days;
  return retention.kind === "newest" ? 0 : Number.POSITIVE_INFINITY;
};

const nameOf = (purpose: string): InEachLanguage =>
  Object.hasOwn(purposeWords, purpose)
    ? purposeWords[purpose as keyof typeof purposeWords]
    : { en: purpose, vi: purpose };

/** A purpose that counted up, or rests on another basis, is another purpose. One that nothing is kept for changes nothing. */
const purposeChanges = (before: Promised, after: Promised): readonly MapChange[] =>
  Object.keys(after.purposes).flatMap((purpose) => {
    const [was, is] = [before.purposes[purpose], after.purposes[purpose]];
    if (was === undefined || is === undefined || same(was, is)) return [];
    return [
      {
        axis: "purposes" as const,
        what: `purpose/${purpose}`,
        how: "changed" as const,
        says: said`${{ en: "Means something else now", vi: "Nay mang nghĩa khác" }}: ${nameOf(purpose)}.`,
        needsAcceptance: true,
      },
    ];
  });

const recipientChanges = (before: Promised, after: Promised): readonly MapChange[] => {
  const [was, is] = [byId(before.recipients), byId(after.recipients)];
  return keysOf(was.keys(), is.keys()).flatMap((id) => recipientChange(id, was.get(id), is.get(id)));
};

const byId = <Item extends { readonly id: string }>(items: readonly Item[]): ReadonlyMap<string, Item> =>
  new Map(items.map((item) => [item.id, item]));

const recipientChange = (
  id: string,
  was: MapRecipient | undefined,
  is: MapRecipient | undefined,
): readonly MapChange[] => {
  const what = `recipient/${id}`;
  const label = is?.label ?? was?.label ?? { en: id, vi: id };
  if (was === undefined || is === undefined) {
    const how = was === undefined ? "added" : "removed";
    const words =
      how === "added"
        ? { en: "Could be told something from now on", vi: "Từ nay có thể được cho biết" }
        : { en: "Is told nothing any more", vi: "Không còn được cho biết gì" };
    // It is off until a person switches it on, and that is where they are asked.
    return [{ axis: "sharing", what, how, says: said`${words}: ${label}.`, needsAcceptance: false }];
  }
  const [a, b] = [was as unknown as Facts, is as unknown as Facts];
  const named = new Set<string>(["id", ...Object.values(recipientAxes).flat()]);
  return [
    ...(Object.keys(recipientAxes) as (keyof typeof recipientAxes)[])
      .filter((axis) => differs(a, b, recipientAxes[axis]))
      .map((axis) => ({
        axis,
        what,
        how: "changed" as const,
        says: said`${axisWords[axis]}: ${label}.`,
        needsAcceptance: axis === "purposes" || getsMore(was, is),
      })),
    ...(differs(
      a,
      b,
      Object.keys(b).filter((name) => !named.has(name)),
    )
      ? [wording(what)]
      : []),
  ];
};

const getsMore = (was: MapRecipient, is: MapRecipient): boolean =>
  is.fields.some((field) => !was.fields.includes(field)) ||
  is.categories.some((kind) => !was.categories.includes(kind)) ||
  (was.place === "local" && is.place !== "local") ||
  (!same(was.transfer, is.transfer) && is.transfer !== "none");

const rightChanges = (before: Promised, after: Promised): readonly MapChange[] =>
  keysOf(Object.keys(before.rights), Object.keys(after.rights)).flatMap((id) => {
    const [was, is] = [before.rights[id], after.rights[id]];
    const what = `right/${id}`;
    if (was !== undefined && is !== undefined) return same(was, is) ? [] : [wording(what)];
    const words =
      is === undefined
        ? { en: "You no longer have the right", vi: "Bạn không còn quyền" }
        : { en: "You now have the right", vi: "Nay bạn có quyền" };
    const { label } = is ?? was ?? { label: { en: id, vi: id } };
    return [
      {
        axis: "rights" as const,
        what,
        how: is === undefined ? ("removed" as const) : ("added" as const),
        says: said`${words} ${label}.`,
        needsAcceptance: is === undefined,
      },
    ];
  });

/** What was promised not to be collected stays promised, or people are asked. */
const promiseChanges = (before: Promised, after: Promised): readonly MapChange[] =>
  keysOf(Object.keys(before.notCollected), Object.keys(after.notCollected)).flatMap((id) => {
    const [was, is] = [before.notCollected[id], after.notCollected[id]];
    const what = `not-collected/${id}`;
    if (was !== undefined && is !== undefined) return same(was, is) ? [] : [wording(what)];
    const words =
      is === undefined
        ? { en: "No longer promised not to be collected", vi: "Không còn cam kết không thu thập" }
        : { en: "Now promised not to be collected", vi: "Nay cam kết không thu thập" };
    const { label } = is ?? was ?? { label: { en: id, vi: id } };
    return [
      {
        axis: "rights" as const,
        what,
        how: is === undefined ? ("removed" as const) : ("added" as const),
        says: said`${words}: ${label}.`,
        needsAcceptance: is === undefined,
      },
    ];
  });

/** A product that comes or goes changes nothing for whoever does not have it; one that senses or keeps more does. */
const productChanges = (before: Promised, after: Promised): readonly MapChange[] => {
  const [was, is] = [byId(before.devices), byId(after.devices)];
  return keysOf(was.keys(), is.keys()).flatMap((id) => {
    const [old, now] = [was.get(id), is.get(id)];
    const what = `device/${id}`;
    if (old === undefined || now === undefined) {
      const { name } = now ?? old ?? { name: id };
      const words =
        old === undefined
          ? { en: "New product", vi: "Sản phẩm mới" }
          : { en: "Product that went", vi: "Sản phẩm đã bỏ" };
      return [
        {
          axis: "products" as const,
          what,
          how: old === undefined ? ("added" as const) : ("removed" as const),
          says: said`${words}: ${{ en: name, vi: name }}.`,
          needsAcceptance: false,
        },
      ];
    }
    if (same(old, now)) return [];
    const isMore = differs(old as unknown as Facts, now as unknown as Facts, [
      "senses",
      "keeps",
      "wipe",
      "link",
    ]);
    if (!isMore) return [wording(what)];
    return [
      {
        axis: "items" as const,
        what,
        how: "changed" as const,
        says: said`${{ en: "Senses or keeps something else", vi: "Cảm nhận hoặc lưu điều khác" }}: ${{ en: now.name, vi: now.name }}.`,
        needsAcceptance: false,
      },
    ];
  });
};
