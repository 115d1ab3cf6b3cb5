import { type Deployer, NoticeContactMissing } from "../../domain/deployer.ts";
import { type CategoryFacts, categories } from "../categories.ts";
import { type DeviceType, keptWords, wipeWords } from "./device-type.ts";
import { both, type ItemRow, type Layer, type Notice, type Sentence, sentence } from "./layer.ts";
import { type MapItem, type MapRecipient, mapHash, type PrivacyMap } from "./privacy-map.ts";
import { changes, decisions, standing, storage } from "./standing-sentences.ts";
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
