import type { LegalBasis, Purpose } from "../../domain/purpose.ts";
import type { ResetLevel } from "../../domain/reset.ts";
import type { CcpaRow, InEachLanguage } from "../categories.ts";
import type { KeyName, Retention, Source } from "../declaration.ts";
import { vietnamese } from "./vietnamese.ts";

/** What each purpose is called to people. */
export const purposeWords: { readonly [Name in Purpose]: InEachLanguage } = {
  lighting: { en: "Light", vi: "Chiếu sáng" },
  automation: { en: "Light that goes by itself", vi: "Chiếu sáng tự động" },
  history: { en: "Answering why", vi: "Trả lời vì sao" },
  setup: { en: "Setting up the home", vi: "Thiết lập ngôi nhà" },
  provisioning: { en: "Joining the network", vi: "Kết nối mạng" },
  access: { en: "Who may do what", vi: "Ai được làm gì" },
  backup: { en: "Backups", vi: "Sao lưu" },
  updates: { en: "Updates", vi: "Cập nhật" },
  simulation: { en: "The simulated home", vi: "Ngôi nhà mô phỏng" },
  rights: { en: "Your rights", vi: "Quyền của bạn" },
  security: { en: "Security", vi: "An ninh" },
  presence: { en: "Coming home and leaving", vi: "Về nhà và rời nhà" },
  location: { en: "Where the home is", vi: "Vị trí ngôi nhà" },
  insights: { en: "Numbers for the household", vi: "Số liệu cho gia đình" },
  "learned-scenes": { en: "Learned scenes", vi: "Cảnh học được" },
  assistant: { en: "Voice assistants", vi: "Trợ lý giọng nói" },
  "identity-provider": { en: "Sign-in with another account", vi: "Đăng nhập bằng tài khoản khác" },
  "owner-broker": { en: "Your own broker", vi: "Máy chủ của bạn" },
  "remote-view": { en: "A view from afar", vi: "Xem từ xa" },
  "developer-access": { en: "Programs of developers", vi: "Chương trình của nhà phát triển" },
  newsletter: { en: "News", vi: "Bản tin" },
};

export const basisWords: { readonly [Basis in LegalBasis]: InEachLanguage } = {
  contract: { en: "what the owner asked the hub to do", vi: "điều chủ nhà yêu cầu thiết bị làm" },
  consent: { en: "consent", vi: "sự đồng ý" },
  "legitimate-interest": { en: "legitimate interest", vi: "lợi ích hợp pháp" },
  "legal-obligation": { en: "legal obligation", vi: "nghĩa vụ pháp lý" },
};

export const sourceWords: { readonly [From in Source]: InEachLanguage } = {
  you: { en: "you", vi: "bạn" },
  device: { en: "a device", vi: "thiết bị" },
  assistant: { en: "an assistant", vi: "trợ lý" },
  derived: { en: "worked out by the hub", vi: "thiết bị tự suy ra" },
};

export const keyWords: { readonly [Name in KeyName]: InEachLanguage } = {
  household: { en: "the household's key", vi: "khóa của gia đình" },
  "device-link": { en: "the key of the links to devices", vi: "khóa liên kết thiết bị" },
  place: { en: "the key of the place", vi: "khóa vị trí" },
  veil: { en: "the key of the veil", vi: "khóa lớp che" },
  wifi: { en: "the key of the network", vi: "khóa mạng" },
  person: { en: "that person's own key", vi: "khóa riêng của người đó" },
};

export const resetWords: { readonly [Level in ResetLevel]: InEachLanguage } = {
  network: { en: "reset of the network", vi: "đặt lại mạng" },
  "hand-over": { en: "hand-over of the home", vi: "bàn giao ngôi nhà" },
  factory: { en: "factory reset", vi: "khôi phục cài đặt gốc" },
};

/** As Cal. Civ. Code 1798.140(v)(1) calls them, shortened. */
export const ccpaWords: { readonly [Row in CcpaRow]: InEachLanguage } = {
  identifiers: { en: "A. Identifiers", vi: "A. Thông tin định danh" },
  "customer-records": { en: "B. Customer records", vi: "B. Hồ sơ khách hàng" },
  "protected-characteristics": { en: "C. Protected characteristics", vi: "C. Đặc điểm được bảo vệ" },
  commercial: { en: "D. Commercial information", vi: "D. Thông tin thương mại" },
  biometric: { en: "E. Biometric information", vi: "E. Thông tin sinh trắc học" },
  "network-activity": { en: "F. Network and device activity", vi: "F. Hoạt động mạng và thiết bị" },
  geolocation: { en: "G. Geolocation data", vi: "G. Dữ liệu vị trí" },
  sensory: { en: "H. Sensory information", vi: "H. Thông tin cảm biến" },
  employment: { en: "I. Employment information", vi: "I. Thông tin việc làm" },
  education: { en: "J. Education information", vi: "J. Thông tin học vấn" },
  inferences: { en: "K. Inferences", vi: "K. Suy luận" },
};

/** How long something is kept. */
export const retentionWords = (retention: Retention): InEachLanguage => {
  switch (retention.kind) {
    case "until-removed":
      return { en: "until you remove it", vi: "đến khi bạn xóa" };
    case "newest":
      return { en: "only the newest, no history", vi: "chỉ giá trị mới nhất, không có lịch sử" };
    case "days":
      return { en: `${retention.days} days`, vi: `${retention.days} ngày` };
  }
};

/** A sentence of the data map in each language. @throws MapIncomplete through `assertMap`, which looks first */
export const inEachLanguage = (sentence: string): InEachLanguage => ({
  en: sentence,
  vi: vietnamese[sentence] ?? sentence,
});

/** Many of them as a list. */
export const joined = (parts: readonly InEachLanguage[], separator = ", "): InEachLanguage => ({
  en: parts.map(({ en }) => en).join(separator),
  vi: parts.map(({ vi }) => vi).join(separator),
});

/** Text around texts: `said\`${a}: ${b}\`` in each language at once. */
export const said = (
  strings: TemplateStringsArray,
  ...values: readonly InEachLanguage[]
): InEachLanguage => ({
  en: strings.reduce((text, part, at) => text + (values[at - 1]?.en ?? "") + part),
  vi: strings.reduce((text, part, at) => text + (values[at - 1]?.vi ?? "") + part),
});
