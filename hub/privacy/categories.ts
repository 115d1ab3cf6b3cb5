import type { RequirementId } from "./requirement-id.ts";

/** The languages that every document of the house comes in. */
export const languages = ["en", "vi"] as const;
export type Language = (typeof languages)[number];

/** The same in each of them. */
export type InEachLanguage = Readonly<Record<Language, string>>;

/** Rows of the table of Cal. Civ. Code 1798.140(v)(1), in its order. */
export const ccpaRows = [
  "identifiers",
  "customer-records",
  "protected-characteristics",
  "commercial",
  "biometric",
  "network-activity",
  "geolocation",
  "sensory",
  "employment",
  "education",
  "inferences",
] as const;
export type CcpaRow = (typeof ccpaRows)[number];

/** What a planted value of a kind looks like, so that a scan finds it again wherever it went. */
export type CanaryPattern = "name" | "identifier" | "number" | "position" | "state" | "secret";

/** What all data of one kind has in common. */
export interface CategoryFacts {
  readonly label: InEachLanguage;
  readonly examples: InEachLanguage;
  readonly ccpa: CcpaRow;
  /** Terms of the W3C's extension for kinds of personal data, https://w3id.org/dpv/pd. */
  readonly dpv: readonly [string, ...string[]];
  readonly canary: CanaryPattern;
  /** Requirements and provisions that say something about data of this kind. */
  readonly rows: readonly RequirementId[];
  readonly standards: readonly string[];
}

/** Every kind of data there is in the house. What a kind lacks here does not compile, and neither does data without a kind. */
export const categories = {
  "user.name": {
    label: { en: "Names of people", vi: "Tên của mọi người" },
    examples: { en: "the name a person is called by at home", vi: "tên gọi của một người trong nhà" },
    ccpa: "identifiers",
    dpv: ["Name"],
    canary: "name",
    rows: ["H11", "H12"],
    standards: ["GDPR:5(1)(c)"],
  },
  "user.account": {
    label: { en: "Accounts and access", vi: "Tài khoản và quyền truy cập" },
    examples: {
      en: "role, permitted lamps, when an access was made and when it ends",
      vi: "vai trò, các đèn được phép dùng, thời điểm cấp và hết hạn quyền truy cập",
    },
    ccpa: "customer-records",
    dpv: ["Identifier"],
    canary: "name",
    rows: ["H12", "H14"],
    standards: ["EN303645:5.5-5"],
  },
  "user.account.credential": {
    label: { en: "Proofs of identity", vi: "Thông tin xác thực" },
    examples: {
      en: "a slow salted hash of the password, the secret of an authenticator",
      vi: "giá trị băm chậm có muối của mật khẩu, khóa của ứng dụng xác thực",
    },
    ccpa: "customer-records",
    dpv: ["Authenticating"],
    canary: "secret",
    rows: ["H12"],
    standards: ["EN303645:5.4-1"],
  },
  "user.behavior.disclosure_log": {
    label: { en: "Record of disclosures", vi: "Nhật ký tiết lộ" },
    examples: {
      en: "who was given which kinds of data, when, why and how many bytes",
      vi: "ai đã nhận loại dữ liệu nào, khi nào, vì sao và bao nhiêu byte",
    },
    ccpa: "network-activity",
    dpv: ["ServiceConsumptionBehavior"],
    canary: "identifier",
    rows: ["H33", "A10"],
    standards: ["GDPR:30"],
  },
  "user.behavior.sign_in": {
    label: { en: "Record of sign-ins", vi: "Nhật ký đăng nhập" },
    examples: { en: "when and with what somebody signed in", vi: "đăng nhập lúc nào và bằng gì" },
    ccpa: "network-activity",
    dpv: ["Authenticating"],
    canary: "identifier",
    rows: ["U28", "A40"],
    standards: ["EN303645:5.10-1"],
  },
  "user.demographic.age_range": {
    label: { en: "Age band", vi: "Nhóm tuổi" },
    examples: {
      en: "under age or of age, never a date of birth",
      vi: "chưa đủ tuổi hoặc đủ tuổi, không bao giờ là ngày sinh",
    },
    ccpa: "protected-characteristics",
    dpv: ["AgeRange"],
    canary: "state",
    rows: ["H42", "A54"],
    standards: ["GDPR:8"],
  },
  "user.account.access_log": {
    label: { en: "Record of a program's calls", vi: "Nhật ký truy cập của chương trình" },
    examples: {
      en: "which route was called when, with what outcome, from a hashed address",
      vi: "đường dẫn nào được gọi, lúc nào, kết quả ra sao, từ địa chỉ đã băm",
    },
    ccpa: "network-activity",
    dpv: ["ServiceConsumptionBehavior"],
    canary: "identifier",
    rows: ["D5"],
    standards: ["EN303645:5.10-1"],
  },
  "user.behavior.rights_request": {
    label: { en: "Requests about data", vi: "Yêu cầu về dữ liệu" },
    examples: {
      en: "what kind of request was made, until when it is due, what became of it",
      vi: "loại yêu cầu, hạn trả lời và kết quả",
    },
    ccpa: "customer-records",
    dpv: ["ServiceConsumptionBehavior"],
    canary: "state",
    rows: ["H18", "A47"],
    standards: ["GDPR:12"],
  },
  "user.content.rights_request": {
    label: { en: "What a request says", vi: "Nội dung yêu cầu" },
    examples: {
      en: "name, contact, relationship and words of whoever asks",
      vi: "tên, cách liên hệ, quan hệ và lời của người yêu cầu",
    },
    ccpa: "customer-records",
    dpv: ["Contact"],
    canary: "name",
    rows: ["A47", "H56"],
    standards: ["GDPR:12"],
  },
  "user.content.notice": {
    label: { en: "What people were told", vi: "Thông báo đã gửi" },
    examples: {
      en: "a security notice with its next steps",
      vi: "thông báo bảo mật kèm các bước tiếp theo",
    },
    ccpa: "network-activity",
    dpv: ["ServiceConsumptionBehavior"],
    canary: "state",
    rows: ["A40", "A11"],
    standards: ["GDPR:34"],
  },
  "system.security_incident": {
    label: { en: "Security incidents", vi: "Sự cố bảo mật" },
    examples: {
      en: "what was noticed, when, whom it concerns, what was done",
      vi: "điều được phát hiện, lúc nào, liên quan đến ai, đã làm gì",
    },
    ccpa: "network-activity",
    dpv: ["ServiceConsumptionBehavior"],
    canary: "identifier",
    rows: ["U26", "D13"],
    standards: ["GDPR:33"],
  },
  "user.content.connection": {
    label: { en: "Connections to services", vi: "Kết nối với dịch vụ khác" },
    examples: {
      en: "which service was let in, with which lamps and until when",
      vi: "dịch vụ nào được cho phép, với những đèn nào và đến khi nào",
    },
    ccpa: "commercial",
    dpv: ["ServiceConsumptionBehavior"],
    canary: "identifier",
    rows: ["H28", "H46"],
    standards: ["GDPR:7"],
  },
  "user.account.contact": {
    label: { en: "Account at another provider", vi: "Tài khoản ở nhà cung cấp khác" },
    examples: {
      en: "e-mail and account name there, if linked",
      vi: "email và tên tài khoản ở đó, nếu đã liên kết",
    },
    ccpa: "identifiers",
    dpv: ["AccountIdentifier"],
    canary: "name",
    rows: ["H13", "A8"],
    standards: ["GDPR:7"],
  },
  "user.contact.address": {
    label: { en: "Where somebody can be written to", vi: "Địa chỉ liên hệ" },
    examples: { en: "an e-mail address, if given", vi: "địa chỉ email, nếu có cung cấp" },
    ccpa: "identifiers",
    dpv: ["Contact"],
    canary: "name",
    rows: ["U1", "H27"],
    standards: ["GDPR:7"],
  },
  "user.consent": {
    label: { en: "Consents", vi: "Sự đồng ý" },
    examples: {
      en: "who agreed to what, when, and what they were shown",
      vi: "ai đã đồng ý điều gì, lúc nào và đã được cho xem gì",
    },
    ccpa: "customer-records",
    dpv: ["Preference"],
    canary: "state",
    rows: ["H41", "A22"],
    standards: ["GDPR:7", "EN303645:6-3B"],
  },
  "user.device.clock": {
    label: { en: "Which time was believed", vi: "Thời gian được tin cậy" },
    examples: {
      en: "when the hub's clock was not believed, and by how much it was off",
      vi: "lúc nào đồng hồ không được tin và lệch bao nhiêu",
    },
    ccpa: "network-activity",
    dpv: ["DeviceBased"],
    canary: "number",
    rows: ["H36"],
    standards: ["GDPR:5(1)(e)"],
  },
  "user.behavior.aggregate": {
    label: { en: "Totals of nobody", vi: "Số liệu tổng hợp" },
    examples: {
      en: "how often lamps were changed in a month, by how many people at least",
      vi: "số lần đèn thay đổi trong tháng, bởi ít nhất bao nhiêu người",
    },
    ccpa: "network-activity",
    dpv: ["Behavioral"],
    canary: "number",
    rows: ["H20", "A7", "Z11"],
    standards: ["EN303645:6-7"],
  },
  "user.behavior.light_taste": {
    label: { en: "The light somebody usually chooses", vi: "Ánh sáng thường chọn" },
    examples: {
      en: "usual brightness and colour by room and part of the day",
      vi: "độ sáng và màu thường dùng theo phòng và buổi",
    },
    ccpa: "inferences",
    dpv: ["Preference"],
    canary: "state",
    rows: ["H21", "A35"],
    standards: ["GDPR:7"],
  },
  "user.content.withheld": {
    label: { en: "Kept for a claim", vi: "Được giữ cho khiếu nại" },
    examples: {
      en: "what is under legal hold, read by nothing",
      vi: "dữ liệu bị giữ theo yêu cầu pháp lý, không ai đọc",
    },
    ccpa: "customer-records",
    dpv: ["Household"],
    canary: "secret",
    rows: ["H38", "A18"],
    standards: ["GDPR:17(3)(e)"],
  },
  "user.behavior.disposal_log": {
    label: { en: "Record of what ended", vi: "Nhật ký hủy dữ liệu" },
    examples: {
      en: "how many records of what were deleted or made nobody's, and why",
      vi: "bao nhiêu bản ghi loại nào đã bị xóa hoặc ẩn danh, và vì sao",
    },
    ccpa: "network-activity",
    dpv: ["ServiceConsumptionBehavior"],
    canary: "number",
    rows: ["A19", "H37"],
    standards: ["GDPR:5(2)"],
  },
  "user.behavior.change_log": {
    label: { en: "Record of changes", vi: "Nhật ký thay đổi" },
    examples: {
      en: "which setting, name or permission was changed, before and after",
      vi: "cài đặt, tên hoặc quyền nào đã thay đổi, giá trị trước và sau",
    },
    ccpa: "network-activity",
    dpv: ["Household", "Behavioral"],
    canary: "name",
    rows: ["H26"],
    standards: ["GDPR:5(2)"],
  },
  "user.behavior.light_schedule": {
    label: { en: "Schedules and rules", vi: "Lịch và quy tắc chiếu sáng" },
    examples: { en: "lights off at 23:00 in the hall", vi: "tắt đèn hành lang lúc 23:00" },
    ccpa: "network-activity",
    dpv: ["Behavioral"],
    canary: "name",
    rows: ["H5", "H6"],
    standards: ["GDPR:20"],
  },
  "user.behavior.light_use": {
    label: { en: "State of the lamps", vi: "Trạng thái của đèn" },
    examples: {
      en: "on or off, brightness, colour, and what caused it",
      vi: "bật hay tắt, độ sáng, màu sắc và nguyên nhân",
    },
    ccpa: "network-activity",
    dpv: ["Household", "Behavioral"],
    canary: "state",
    rows: ["H19"],
    standards: ["GDPR:5(1)(b)"],
  },
  "user.behavior.light_use_history": {
    label: { en: "Recent changes of light", vi: "Các thay đổi ánh sáng gần đây" },
    examples: {
      en: "when a lamp changed and why; what became of what was due",
      vi: "đèn thay đổi khi nào và vì sao; kết quả của các lịch đã đến giờ",
    },
    ccpa: "network-activity",
    dpv: ["Household", "Behavioral"],
    canary: "state",
    rows: ["H19", "H36"],
    standards: ["GDPR:5(1)(e)"],
  },
  "user.behavior.light_use_summary": {
    label: { en: "How evenings usually look", vi: "Thói quen chiếu sáng buổi tối" },
    examples: {
      en: "what share of its evenings a room is lit, and nothing finer",
      vi: "tỷ lệ buổi tối một phòng được thắp sáng, không chi tiết hơn",
    },
    ccpa: "inferences",
    dpv: ["Behavioral"],
    canary: "number",
    rows: ["A35"],
    standards: ["GDPR:5(1)(c)"],
  },
  "user.content.acceptance": {
    label: { en: "What was read and accepted", vi: "Những gì đã đọc và chấp nhận" },
    examples: {
      en: "the version of the notice that a person accepted, and when",
      vi: "phiên bản thông báo mà một người đã chấp nhận, và khi nào",
    },
    ccpa: "customer-records",
    dpv: ["Preference"],
    canary: "state",
    rows: ["D21", "U25"],
    standards: ["GDPR:5(2)"],
  },
  "user.content.home_structure": {
    label: { en: "Rooms, devices and their names", vi: "Phòng, thiết bị và tên của chúng" },
    examples: { en: "“Bedroom”, “Reading lamp”", vi: "“Phòng ngủ”, “Đèn đọc sách”" },
    ccpa: "customer-records",
    dpv: ["Household"],
    canary: "name",
    rows: ["H11"],
    standards: ["EN303645:6-1"],
  },
  "user.content.preference": {
    label: { en: "Choices", vi: "Các lựa chọn" },
    examples: {
      en: "the mode of the home, how warm the light of an evening is",
      vi: "chế độ của ngôi nhà, độ ấm của ánh sáng buổi tối",
    },
    ccpa: "customer-records",
    dpv: ["Preference"],
    canary: "state",
    rows: ["H19"],
    standards: ["GDPR:25"],
  },
  "user.device.credential": {
    label: { en: "Keys of devices", vi: "Khóa của thiết bị" },
    examples: {
      en: "the key with which a sensor seals its readings",
      vi: "khóa mà cảm biến dùng để niêm phong số đo",
    },
    ccpa: "customer-records",
    dpv: ["Authenticating"],
    canary: "secret",
    rows: ["U14"],
    standards: ["EN303645:5.4-1"],
  },
  "user.device.identifier": {
    label: { en: "Identifiers of devices", vi: "Mã định danh của thiết bị" },
    examples: {
      en: "address of a lamp, public key of a phone",
      vi: "địa chỉ của đèn, khóa công khai của điện thoại",
    },
    ccpa: "identifiers",
    dpv: ["DeviceBased", "MACAddress"],
    canary: "identifier",
    rows: ["H19", "U24"],
    standards: ["EN303645:5.6-2"],
  },
  "user.device.network_credential": {
    label: { en: "The home's Wi-Fi", vi: "Wi-Fi của ngôi nhà" },
    examples: { en: "name and password of the network", vi: "tên và mật khẩu của mạng" },
    ccpa: "customer-records",
    dpv: ["Authenticating"],
    canary: "secret",
    rows: ["U14"],
    standards: ["EN303645:5.5-6", "EN303645:5.8-2"],
  },
  "user.location.precise": {
    label: { en: "Where the home is", vi: "Vị trí của ngôi nhà" },
    examples: {
      en: "latitude and longitude, rounded; time zone",
      vi: "vĩ độ và kinh độ đã làm tròn; múi giờ",
    },
    ccpa: "geolocation",
    dpv: ["GPSCoordinate"],
    canary: "position",
    rows: ["H4", "H8"],
    standards: ["GDPR:5(1)(c)"],
  },
  "user.location.presence": {
    label: { en: "Home or away", vi: "Ở nhà hay vắng nhà" },
    examples: {
      en: "whether a person is home, since when, and who said so",
      vi: "một người có ở nhà không, từ lúc nào, và nguồn thông tin",
    },
    ccpa: "geolocation",
    dpv: ["Location"],
    canary: "state",
    rows: ["H7", "H44"],
    standards: ["GDPR:7"],
  },
  "user.location.veil": {
    label: { en: "The veil over the home's place", vi: "Lớp che vị trí ngôi nhà" },
    examples: {
      en: "by how much sun times are moved before anybody sees them",
      vi: "mức dịch thời gian mặt trời trước khi người khác nhìn thấy",
    },
    ccpa: "geolocation",
    dpv: ["Location"],
    canary: "number",
    rows: ["H8"],
    standards: ["GDPR:32"],
  },
  "user.sensor.home": {
    label: { en: "Readings of sensors", vi: "Số đo của cảm biến" },
    examples: {
      en: "movement, light, temperature, humidity, an open door",
      vi: "chuyển động, ánh sáng, nhiệt độ, độ ẩm, cửa mở",
    },
    ccpa: "sensory",
    dpv: ["Behavioral"],
    canary: "state",
    rows: ["H45"],
    standards: ["EN303645:5.8-3"],
  },
} as const satisfies Readonly<Record<string, CategoryFacts>>;

export type Category = keyof typeof categories;
