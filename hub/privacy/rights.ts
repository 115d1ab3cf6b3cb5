import type { InEachLanguage } from "./categories.ts";
import type { RequirementId } from "./requirement-id.ts";

/** Something that a person may ask of the home, and gets. */
export interface RightFacts {
  readonly label: InEachLanguage;
  readonly says: InEachLanguage;
  readonly rows: readonly [RequirementId, ...RequirementId[]];
  readonly standards: readonly string[];
}

/** Rights that every person of a home has. One that leaves this table is a right reduced: see `documents/map-change.ts`. */
export const rights = {
  refuse: {
    label: { en: "not to say", vi: "không cung cấp" },
    says: {
      en: "You need not give anything that is marked optional. Only what is named beside it then stops.",
      vi: "Bạn không phải cung cấp bất cứ điều gì được ghi là tùy chọn. Chỉ chức năng nêu bên cạnh sẽ dừng.",
    },
    rows: ["H2", "A21"],
    standards: ["GDPR:13(2)(e)"],
  },
  access: {
    label: { en: "to see and to have a copy", vi: "xem và nhận bản sao" },
    says: {
      en: "You can see everything that is kept about you, and have a copy of it.",
      vi: "Bạn có thể xem mọi điều được lưu về mình và nhận bản sao.",
    },
    rows: ["H50", "A44"],
    standards: ["GDPR:15"],
  },
  rectify: {
    label: { en: "to have it put right", vi: "sửa cho đúng" },
    says: { en: "What is wrong about you can be put right.", vi: "Điều gì sai về bạn đều có thể sửa lại." },
    rows: ["H43"],
    standards: ["GDPR:16"],
  },
  erase: {
    label: { en: "to be forgotten", vi: "được xóa" },
    says: {
      en: "You can have everything about you erased: your key is destroyed, and every old backup of it is noise.",
      vi: "Bạn có thể yêu cầu xóa mọi điều về mình: khóa của bạn bị hủy và mọi bản sao lưu cũ trở thành vô nghĩa.",
    },
    rows: ["H47"],
    standards: ["GDPR:17", "EN303645:5.11-1"],
  },
  restrict: {
    label: { en: "to have use stopped", vi: "hạn chế sử dụng" },
    says: {
      en: "You can have the use of your data stopped while it stays kept.",
      vi: "Bạn có thể yêu cầu ngừng dùng dữ liệu của mình trong khi vẫn lưu giữ.",
    },
    rows: ["H51"],
    standards: ["GDPR:18"],
  },
  object: {
    label: { en: "to object", vi: "phản đối" },
    says: {
      en: "You can object to what is done in somebody's legitimate interest.",
      vi: "Bạn có thể phản đối việc xử lý vì lợi ích hợp pháp của người khác.",
    },
    rows: ["H49"],
    standards: ["GDPR:21"],
  },
  portability: {
    label: { en: "to take it along", vi: "mang theo" },
    says: {
      en: "You can take your data along in a common form and bring it into another hub.",
      vi: "Bạn có thể mang dữ liệu theo ở dạng phổ biến và nhập vào thiết bị khác.",
    },
    rows: ["H52"],
    standards: ["GDPR:20"],
  },
  withdraw: {
    label: { en: "to take a consent back", vi: "rút lại sự đồng ý" },
    says: {
      en: "What you agreed to you can take back at any time, in as many steps as it took to agree.",
      vi: "Điều bạn đã đồng ý có thể rút lại bất cứ lúc nào, với số bước bằng lúc đồng ý.",
    },
    rows: ["H41"],
    standards: ["GDPR:7(3)"],
  },
  complain: {
    label: { en: "to complain to an authority", vi: "khiếu nại lên cơ quan quản lý" },
    says: {
      en: "You can complain to the data protection authority of your country; the hub lists them without a network.",
      vi: "Bạn có thể khiếu nại lên cơ quan bảo vệ dữ liệu của nước mình; thiết bị liệt kê chúng không cần mạng.",
    },
    rows: ["H53", "A27", "Z29"],
    standards: ["GDPR:13(2)(d)", "GDPR:77"],
  },
  "no-automated-decision": {
    label: { en: "not to be decided about by a machine", vi: "không bị máy quyết định" },
    says: {
      en: "Nothing is decided about people by the hub itself. By itself it switches lamps, and nothing else.",
      vi: "Thiết bị không tự quyết định điều gì về con người. Nó chỉ tự bật tắt đèn.",
    },
    rows: ["A43"],
    standards: ["GDPR:22"],
  },
} as const satisfies Readonly<Record<string, RightFacts>>;

export type RightName = keyof typeof rights;
