import { browserStorage, type StorageClass, storageClasses } from "../browser-storage.ts";
import type { InEachLanguage } from "../categories.ts";
import { both, type Sentence, sentence } from "./layer.ts";
import { joined, said } from "./words.ts";

/** The four classes of browser storage, each with what is in it. */
export const storage = (): readonly Sentence[] =>
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

export const decisions: readonly Sentence[] = [
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
    "Two things are worked out. About the household: what share of its evenings a room is lit. About a person who has agreed to it, and nobody else: the light they usually choose in a room at a time of day. Nothing is concluded about anybody's character, and no pattern of coming and going is kept.",
    "Có hai điều được suy ra. Về gia đình: tỷ lệ buổi tối một phòng được thắp sáng. Về người đã đồng ý, và chỉ người đó: ánh sáng họ thường chọn trong một phòng vào một buổi trong ngày. Không có kết luận nào về tính cách của ai, và không lưu thói quen ra vào.",
    "A35",
  ),
];

/** What the notice stands beside. */
export const standing: readonly Sentence[] = [
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

export const changes: readonly Sentence[] = [
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
