import { canonicalJson, type Json } from "../../codec/canonical-json.ts";
import { sha256 } from "../../crypto/digest.ts";
import { type Deployer, NoticeContactMissing } from "../../domain/deployer.ts";
import { browserStorage, type StorageClass, storageClasses } from "../browser-storage.ts";
import { type CategoryFacts, categories, type InEachLanguage, type Language } from "../categories.ts";
import { type DeviceType, keptWords, wipeWords } from "./device-type.ts";
import { type MapItem, type MapRecipient, mapHash, type PrivacyMap } from "./privacy-map.ts";
import {
  basisWords,
  inEachLanguage,
  joined,
  keyWords,
  purposeWords,
  retentionWords,
  said,
  sourceWords,
} from "./words.ts";

/** One sentence: where it stands, what it says, and which requirements and provisions it answers. */
export interface Sentence {
  /** Anchor: nothing else in the notice has it, and it stays from version to version. */
  readonly id: string;
  readonly text: InEachLanguage;
  readonly rows: readonly string[];
}

/** An item in the columns that a reader looks for. */
export interface ItemRow {
  readonly id: string;
  readonly what: InEachLanguage;
  readonly source: InEachLanguage;
  readonly purpose: InEachLanguage;
  readonly examples: InEachLanguage;
  readonly basis: InEachLanguage;
  readonly need: InEachLanguage;
  readonly kept: InEachLanguage;
  readonly seenBy: InEachLanguage;
  readonly erasedBy: InEachLanguage;
  readonly rows: readonly string[];
}

/** A notice of its own for one part of the whole: the hub, a product, somebody who gets data. */
export interface Layer {
  /** `summary`, `hub`, `device:vendor/model`, `connector:name`. */
  readonly id: string;
  readonly title: InEachLanguage;
  readonly sentences: readonly Sentence[];
  readonly items: readonly ItemRow[];
}

export interface Notice {
  readonly mapHash: string;
  readonly layers: readonly Layer[];
}

/** SHA-256 over what a layer says, in every language. */
export const layerHash = (layer: Layer): string =>
  sha256(Buffer.from(canonicalJson(layer as unknown as Json))).toString("hex");

const both = (en: string, vi: string): InEachLanguage => ({ en, vi });

const sentence = (id: string, en: string, vi: string, ...rows: readonly string[]): Sentence => ({
  id,
  text: both(en, vi),
  rows,
});

/** What the notice is written for. */
export interface NoticeReader {
  /** Absent: the household itself. */
  readonly deployer?: Deployer | undefined;
}

/**
 * The notice in every language, from the map and nothing else.
 * @throws NoticeContactMissing a deployer without a contact
 */
export const noticeOf = (map: PrivacyMap, { deployer }: NoticeReader = {}): Notice => ({
  mapHash: mapHash(map),
  layers: [
    summaryLayer(map, deployer),
    hubLayer(map, deployer),
    ...map.devices.map((device) => deviceLayer(device, map)),
    ...map.recipients.map(connectorLayer),
  ],
});

/** One screen: each kind of data with what it is for and how long it stays, who gets any, and what a person may ask. */
const summaryLayer = (map: PrivacyMap, deployer: Deployer | undefined): Layer => ({
  id: "summary",
  title: both("In short", "Tóm tắt"),
  sentences: [
    responsible("summary.controller", deployer),
    sentence(
      "summary.local",
      "Everything is kept on this device, sealed, and nothing leaves it unless somebody here switches that on.",
      "Mọi dữ liệu được lưu niêm phong trên thiết bị này và không rời khỏi nó trừ khi có người ở đây bật lên.",
      "D23",
      "H39",
      "Z17",
    ),
    sentence(
      "summary.no-account",
      "Lamps, scenes and schedules by the clock work without an account and without any name.",
      "Đèn, cảnh và lịch theo giờ hoạt động không cần tài khoản và không cần tên nào.",
      "D23",
      "H59",
    ),
    ...[...new Set(map.items.map(({ category }) => category))].map((category) =>
      summaryOf(
        category,
        map.items.filter((item) => item.category === category),
      ),
    ),
    {
      id: "summary.recipients",
      text: said`${both("Off until you switch them on", "Tắt cho đến khi bạn bật")}: ${joined(
        map.recipients.map(({ label }) => label),
      )}.`,
      rows: ["D23", "H32"],
    },
    {
      id: "summary.rights",
      text: said`${both("You have the right", "Bạn có quyền")} ${joined(
        Object.values(map.rights).map(({ label }) => label),
      )}.`,
      rows: ["D23", "H50"],
    },
    sentence(
      "summary.never",
      "Nothing about you is sold, rented or used for advertising.",
      "Không điều gì về bạn bị bán, cho thuê hoặc dùng để quảng cáo.",
      "D23",
      "H32",
      "A42",
    ),
  ],
  items: [],
});

const summaryOf = (category: string, items: readonly MapItem[]): Sentence => {
  const uses = [...new Set(items.flatMap(({ purposes }) => purposes))].map((use) => purposeWords[use]);
  const kept = [...new Map(items.map(({ retention }) => [JSON.stringify(retention), retention])).values()];
  const { label } = items[0] ?? { label: both("", "") };
  return {
    id: `summary.${category}`,
    text: said`${label}: ${joined(uses)}; ${joined(kept.map(retentionWords), " / ")}.`,
    rows: ["D23", "H61"],
  };
};

/** The household's own, or somebody else's with all their contacts. */
export const responsible = (id: string, deployer: Deployer | undefined): Sentence => {
  if (deployer === undefined)
    return sentence(
      id,
      "The owner of this home decides what is kept here, for the household's own use, to which data protection law does not apply (GDPR Art. 2(2)(c)); its maker holds no data and no key.",
      "Chủ nhà quyết định điều gì được lưu ở đây, cho việc dùng riêng của gia đình, nằm ngoài phạm vi luật bảo vệ dữ liệu (GDPR Điều 2(2)(c)); nhà sản xuất không giữ dữ liệu hay khóa nào.",
      "A28",
    );
  const { controller, officer, representative } = deployer;
  for (const [name, value] of Object.entries(deployer) as [string, string][])
    if (value.trim() === "")
      throw new NoticeContactMissing(`the notice has no ${name}: set the contact and start again`, {
        missing: [name],
      });
  return sentence(
    id,
    `Responsible: ${controller}. Data protection officer: ${officer}. Representative in the European Union: ${representative}. Whoever writes to them gives the reference that the hub shows with a request.`,
    `Bên chịu trách nhiệm: ${controller}. Người phụ trách bảo vệ dữ liệu: ${officer}. Đại diện tại Liên minh châu Âu: ${representative}. Khi liên hệ, hãy nêu mã tham chiếu mà thiết bị hiển thị cùng yêu cầu.`,
    "A28",
  );
};

const hubLayer = (map: PrivacyMap, deployer: Deployer | undefined): Layer => ({
  id: "hub",
  title: both("The hub", "Thiết bị trung tâm"),
  sentences: [
    responsible("hub.controller", deployer),
    {
      id: "hub.scope",
      text: both(
        `This notice is about the hub, its app, ${map.devices.length} products that it can drive and ${map.recipients.length} recipients that it could tell something; each has a part of its own below.`,
        `Thông báo này nói về thiết bị trung tâm, ứng dụng, ${map.devices.length} sản phẩm nó điều khiển được và ${map.recipients.length} bên nó có thể cho biết điều gì; mỗi bên có phần riêng bên dưới.`,
      ),
      rows: ["H1", "Z1"],
    },
    ...sensing(map),
    ...leaving(map),
    ...Object.entries(map.rights).map(([id, { says, rows }]) => ({ id: `right.${id}`, text: says, rows })),
    ...Object.entries(map.notCollected).map(([id, { label, rows }]) => ({
      id: `not-collected.${id}`,
      text: said`${both("Not collected", "Không thu thập")}: ${label}.`,
      rows,
    })),
    ...storage(),
    ...decisions,
    ...standing,
    ...changes,
  ],
  items: map.items.map(itemRow),
});

const itemRow = (item: MapItem): ItemRow => ({
  id: item.id,
  what: item.label,
  source: sourceWords[item.source],
  purpose: said`${joined(item.purposes.map((use) => purposeWords[use]))}: ${inEachLanguage(item.whatFor)}`,
  examples: item.examples,
  basis: basisWords[item.legalBasis],
  need: said`${
    item.need === "essential" ? both("essential", "cần thiết") : both("optional", "tùy chọn")
  }; ${both("without it", "nếu không có")}: ${inEachLanguage(item.stopsIfRefused)}`,
  kept: said`${retentionWords(item.retention)}, ${
    item.atEnd === "delete"
      ? both("then deleted", "sau đó xóa")
      : both("then made anonymous", "sau đó ẩn danh")
  }`,
  seenBy:
    item.recipients.length === 0
      ? both("nobody but the hub", "không ai ngoài thiết bị")
      : joined(item.recipients.map(inEachLanguage)),
  erasedBy: keyWords[item.key],
  rows: ["H61", "H2", "H40", "Z10", "U24", ...item.rows, ...item.standards],
});

const sensing = (map: PrivacyMap): readonly Sentence[] => [
  sentence(
    "hub.window",
    "A lamp that is lit can be seen through the window: whoever watches learns that somebody may be there. Vacation lighting blurs that; nothing can hide it.",
    "Đèn sáng có thể nhìn thấy qua cửa sổ: người quan sát biết có thể có người ở nhà. Chiếu sáng khi vắng nhà làm mờ điều đó nhưng không thể che giấu.",
    "EN303645:5.8-3",
    "GDPR:13",
  ),
  ...Object.entries(map.sensed).map(([key, text]) => ({
    id: `senses.${key}`,
    text: said`${both("Sensors tell", "Cảm biến cho biết")} ${text}.`,
    rows: ["EN303645:5.8-3", "H45"],
  })),
];

/** What leaves the country, by entry; that nothing does is said, too. */
const leaving = (map: PrivacyMap): readonly Sentence[] => {
  const abroad = [
    ...map.items.map(({ id, label, transfer }) => ({ id, label, transfer })),
    ...map.recipients.map(({ id, label, transfer }) => ({ id, label, transfer })),
  ].flatMap(({ id, label, transfer }) => (transfer === "none" ? [] : [{ id, label, ...transfer }]));
  if (abroad.length === 0)
    return [
      sentence(
        "transfer.none",
        "Transfers to other countries: none.",
        "Chuyển dữ liệu ra nước ngoài: không có.",
        "U38",
        "A15",
        "H35",
        "Z17",
      ),
    ];
  return abroad.map(({ id, label, country, safeguard }) => ({
    id: `transfer.${id}`,
    text: said`${both("Transferred to", "Chuyển đến")} ${both(country, country)}: ${label}; ${both(
      `safeguard: ${safeguard}`,
      `biện pháp bảo đảm: ${safeguard}`,
    )}.`,
    rows: ["U38", "A15", "H35"],
  }));
};

/** The four classes of browser storage, each with what is in it. */
const storage = (): readonly Sentence[] =>
  (Object.entries(storageClasses) as [StorageClass, InEachLanguage][]).map(([name, label]) => {
    const inside = browserStorage.filter((stored) => stored.class === name);
    const what = inside.map(
      ({ name: stored, holds, until }) =>
        said`${both(stored, stored)} (${holds}; ${both("until", "đến khi")} ${until})`,
    );
    return {
      id: `browser.${name}`,
      text: said`${label}: ${what.length === 0 ? both("nothing", "không có") : joined(what, "; ")}.`,
      rows: ["Z13"],
    };
  });

/** All that the hub does by itself; a test holds it against the kinds of action that a rule can have. */
export const automatedActs = ["light", "scene", "wake-up", "off-after", "circadian", "mode"] as const;

const decisions: readonly Sentence[] = [
  {
    id: "hub.automated",
    text: said`${both(
      "What the hub does by itself, each by a rule that somebody made",
      "Những gì thiết bị tự làm, mỗi việc theo một quy tắc do người đặt",
    )}: ${both(automatedActs.join(", "), automatedActs.join(", "))}. ${both(
      "None of it has a legal or similar effect on anybody.",
      "Không việc nào có hệ quả pháp lý hoặc tương tự với ai.",
    )}`,
    rows: ["A43", "GDPR:22"],
  },
  sentence(
    "hub.inferences",
    "One thing is worked out about the household: what share of its evenings a room is lit. Nothing is concluded about anybody's character or preferences, and no pattern of coming and going is kept.",
    "Chỉ một điều được suy ra về gia đình: tỷ lệ buổi tối một phòng được thắp sáng. Không có kết luận nào về tính cách hay sở thích của ai, và không lưu thói quen ra vào.",
    "A35",
  ),
];

/** What the notice stands beside. */
const standing: readonly Sentence[] = [
  sentence(
    "hub.precedence",
    "Where this notice and any other terms differ, what is better for the person counts; without such terms this notice counts.",
    "Khi thông báo này khác với điều khoản khác, điều có lợi hơn cho cá nhân được áp dụng; nếu không có điều khoản đó, thông báo này được áp dụng.",
    "U42",
  ),
  sentence(
    "hub.court",
    "You can also turn to a court where you live; nothing here takes that away or sends you to another one.",
    "Bạn cũng có thể khởi kiện tại tòa án nơi bạn sống; không điều gì ở đây tước bỏ hay chuyển quyền đó.",
    "D26",
  ),
  sentence(
    "hub.employees",
    "Nobody is employed to look after this data: whoever helps in the home sees what their role allows, and the owner answers for that.",
    "Không có nhân viên nào chăm sóc dữ liệu này: ai giúp việc trong nhà chỉ thấy điều vai trò cho phép, và chủ nhà chịu trách nhiệm.",
    "U48",
  ),
  sentence(
    "hub.company",
    "If the maker is sold, nothing of yours is sold with it: it has nothing.",
    "Nếu nhà sản xuất được bán, không gì của bạn bị bán theo: họ không có gì cả.",
    "Z16",
    "H63",
  ),
  sentence(
    "hub.certificates",
    "No certificate is claimed. What is claimed is what a test has shown, and the list of those comes with every version.",
    "Không tuyên bố chứng nhận nào. Chỉ tuyên bố những gì kiểm thử đã chứng minh, danh sách có kèm mỗi phiên bản.",
    "D15",
  ),
  sentence(
    "hub.signals",
    "A browser that says Sec-GPC or DNT is listened to.",
    "Trình duyệt gửi tín hiệu Sec-GPC hoặc DNT được tôn trọng.",
    "A14",
    "Z19",
  ),
];

const changes: readonly Sentence[] = [
  sentence(
    "hub.versions",
    "Every version of this notice has a date, is kept and can be read here without asking. It counts from the day it names and not before.",
    "Mỗi phiên bản của thông báo này có ngày, được lưu và đọc được tại đây không cần yêu cầu. Nó có hiệu lực từ ngày ghi trên đó, không sớm hơn.",
    "H57",
    "A55",
    "A57",
    "Z31",
  ),
  sentence(
    "hub.silence",
    "A version that adds a purpose or takes a right away counts for you when you have accepted it. Going on using the lamps is not accepting.",
    "Phiên bản thêm mục đích hoặc giảm quyền chỉ áp dụng cho bạn khi bạn đã chấp nhận. Tiếp tục dùng đèn không phải là chấp nhận.",
    "Z30",
    "D21",
    "U43",
    "H58",
  ),
];

const deviceLayer = (device: DeviceType, map: PrivacyMap): Layer => ({
  id: `device:${device.id}`,
  title: both(device.name, device.name),
  sentences: [
    {
      id: `device.${device.id}.senses`,
      text: said`${both("It senses", "Nó cảm nhận")}: ${
        device.senses.length === 0
          ? both("nothing", "không gì cả")
          : joined(
              device.senses.map((key) => map.sensed[key] ?? both(key, key)),
              "; ",
            )
      }.`,
      rows: ["EN303645:5.8-3", "Z1"],
    },
    {
      id: `device.${device.id}.keeps`,
      text: said`${both("In its own memory it keeps", "Trong bộ nhớ riêng nó giữ")}: ${
        device.keeps.length === 0
          ? both("nothing about people", "không gì về con người")
          : joined(device.keeps.map((kept) => keptWords[kept]))
      }; ${wipeWords[device.wipe]}.`,
      rows: ["H45", "Z1"],
    },
  ],
  items: [],
});

const connectorLayer = (recipient: MapRecipient): Layer => {
  const { id, label, purpose, categories: kinds, fields, place, transfer, when, rows } = recipient;
  const kindLabels = kinds.map((kind) => (categories[kind] as CategoryFacts).label);
  const where =
    transfer !== "none"
      ? both(`${transfer.country} (${transfer.safeguard})`, `${transfer.country} (${transfer.safeguard})`)
      : place === "local"
        ? both("in this home's own network", "trong mạng của ngôi nhà này")
        : both("where you have put that service", "nơi bạn đặt dịch vụ đó");
  return {
    id: `connector:${id}`,
    title: label,
    sentences: [
      {
        id: `connector.${id}.what`,
        text: said`${both("It gets", "Bên này nhận")}: ${joined(kindLabels)} (${both(fields.join(", "), fields.join(", "))}); ${both("for", "để")}: ${purposeWords[purpose]}.`,
        rows: [...rows, "Z1", "H1"],
      },
      {
        id: `connector.${id}.when`,
        text: said`${both("Off until you switch it on. Then", "Tắt cho đến khi bạn bật. Sau đó")}: ${when}.`,
        rows: [...rows, "H39"],
      },
      {
        id: `connector.${id}.where`,
        text: said`${both("It goes", "Dữ liệu đến")}: ${where}.`,
        rows: ["H35", "U38", "A15"],
      },
    ],
    items: [],
  };
};

/** A notice in one language. */
export interface SpokenNotice {
  readonly language: Language;
  readonly mapHash: string;
  readonly layers: readonly SpokenLayer[];
}

export interface SpokenLayer {
  readonly id: string;
  readonly title: string;
  /** Of this layer in every language. */
  readonly hash: string;
  readonly sentences: readonly {
    readonly id: string;
    readonly text: string;
    readonly rows: readonly string[];
  }[];
  readonly items: readonly SpokenItem[];
}

export type SpokenItem = {
  readonly [Column in keyof ItemRow]: ItemRow[Column] extends InEachLanguage ? string : ItemRow[Column];
};

/** What a notice says in a language. */
export const spoken = ({ mapHash: hash, layers }: Notice, language: Language): SpokenNotice => ({
  language,
  mapHash: hash,
  layers: layers.map((layer) => ({
    id: layer.id,
    title: layer.title[language],
    hash: layerHash(layer),
    sentences: layer.sentences.map(({ id, text, rows }) => ({ id, text: text[language], rows })),
    items: layer.items.map((item) => spokenItem(item, language)),
  })),
});

const spokenItem = (item: ItemRow, language: Language): SpokenItem => ({
  id: item.id,
  what: item.what[language],
  source: item.source[language],
  purpose: item.purpose[language],
  examples: item.examples[language],
  basis: item.basis[language],
  need: item.need[language],
  kept: item.kept[language],
  seenBy: item.seenBy[language],
  erasedBy: item.erasedBy[language],
  rows: item.rows,
});

const columnWords: Readonly<Record<string, InEachLanguage>> = {
  source: both("Data source", "Nguồn dữ liệu"),
  purpose: both("Purpose", "Mục đích xử lý"),
  examples: both("Examples", "Ví dụ"),
  basis: both("Legal basis", "Cơ sở pháp lý"),
  need: both("Needed", "Mức cần thiết"),
  kept: both("Kept", "Thời gian lưu"),
  seenBy: both("Seen by", "Ai xem được"),
  erasedBy: both("Erased with", "Bị xóa cùng"),
};

/** The same as text: each sentence with its anchor and what it answers, so that a reader can go from sentence to test. */
export const noticeText = ({ language, mapHash: hash, layers }: SpokenNotice): string =>
  [...layers.flatMap((layer) => layerLines(layer, language)), `map: ${hash}`, ""].join("\n");

const layerLines = (
  { title, hash, sentences, items }: SpokenLayer,
  language: Language,
): readonly string[] => [
  `# ${title}`,
  "",
  ...sentences.map(({ id, text, rows }) => `${text} {${id}: ${rows.join(" ")}}`),
  ...items.flatMap((item) => itemLines(item, language)),
  "",
  `[${hash.slice(0, 16)}]`,
  "",
];

const itemLines = (item: SpokenItem, language: Language): readonly string[] => [
  "",
  `${item.what} {${item.id}: ${item.rows.join(" ")}}`,
  ...Object.entries(columnWords).map(
    ([column, words]) => `  ${words[language]}: ${item[column as "source"]}`,
  ),
];
