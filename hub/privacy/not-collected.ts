import type { InEachLanguage } from "./categories.ts";
import type { RequirementId } from "./requirement-id.ts";

/** Something that others collect and this house does not. */
export interface NotCollected {
  readonly label: InEachLanguage;
  readonly rows: readonly [RequirementId, ...RequirementId[]];
  /**
   * How a field for it would be called, in any spelling: no collection, answer, request, topic or log of the house may have one.
   * Empty: it would be no field but a recipient, a host or a way of use; what proves it stands in `proof`.
   */
  readonly words: readonly string[];
  /** The test that proves it, by its file. */
  readonly proof: string;
}

const proof = "test/hub/privacy/not-collected.test.ts";

/** What nobody here asks for, keeps or accepts. */
export const notCollected = {
  "payment-cards": {
    label: { en: "payment cards and bank accounts", vi: "thẻ thanh toán và tài khoản ngân hàng" },
    rows: ["H15"],
    words: ["cardNumber", "creditCard", "iban", "cvv", "bankAccount", "paymentMethod"],
    proof,
  },
  orders: {
    label: { en: "orders, deliveries and returns", vi: "đơn hàng, giao hàng và trả hàng" },
    rows: ["H16"],
    words: ["deliveryAddress", "shippingAddress", "postalAddress", "orderNumber", "returnLabel"],
    proof,
  },
  "call-records": {
    label: { en: "records of calls", vi: "bản ghi cuộc gọi" },
    rows: ["H17"],
    words: ["callRecord", "callLog", "phoneNumber", "recording"],
    proof,
  },
  reviews: {
    label: {
      en: "comments, reviews and anything that people post",
      vi: "bình luận, đánh giá và nội dung mọi người đăng",
    },
    rows: ["H22", "H25", "A12"],
    words: ["comment", "review", "post", "userContent", "forum"],
    proof,
  },
  contests: {
    label: {
      en: "contests: no date of birth, no postal address",
      vi: "cuộc thi: không ngày sinh, không địa chỉ bưu điện",
    },
    rows: ["H23"],
    words: ["dateOfBirth", "birthDate", "birthday", "sweepstake", "contest"],
    proof,
  },
  "social-platforms": {
    label: {
      en: "data from social platforms, and lists of friends",
      vi: "dữ liệu từ mạng xã hội và danh sách bạn bè",
    },
    rows: ["H24"],
    words: ["friends", "followers", "socialProfile", "contactsList", "addressBook"],
    proof,
  },
  audio: {
    label: { en: "sound, voice, pictures and video", vi: "âm thanh, giọng nói, hình ảnh và video" },
    rows: ["H30"],
    words: ["audio", "voice", "microphone", "camera", "photo", "video"],
    proof,
  },
  "phone-identifiers": {
    label: {
      en: "IMEI, IMSI, operator and system version of phones",
      vi: "IMEI, IMSI, nhà mạng và phiên bản hệ điều hành của điện thoại",
    },
    rows: ["U2"],
    words: ["imei", "imsi", "carrier", "osVersion", "serialNumberOfPhone"],
    proof,
  },
  "ip-location": {
    label: { en: "a place guessed from a network address", vi: "vị trí suy đoán từ địa chỉ mạng" },
    rows: ["Z5"],
    words: ["ipLocation", "geoIp", "inferredLocation"],
    proof,
  },
  "ad-identifiers": {
    label: {
      en: "advertising identifiers and cookies that follow people",
      vi: "mã quảng cáo và cookie theo dõi",
    },
    rows: ["Z6"],
    words: ["advertisingId", "idfa", "gaid", "trackingId", "clientFingerprint"],
    proof,
  },
  browsing: {
    label: { en: "pages that people visit and links they click", vi: "trang đã xem và liên kết đã bấm" },
    rows: ["Z7", "Z9"],
    words: ["pageView", "referrer", "clickedLink", "visitedPages"],
    proof,
  },
  research: {
    label: {
      en: "archives for research, statistics or the public interest",
      vi: "kho lưu trữ cho nghiên cứu, thống kê hoặc lợi ích công cộng",
    },
    rows: ["U30"],
    words: ["researchArchive", "studyId", "cohort"],
    proof,
  },
  webcasts: {
    label: { en: "registrations for webcasts", vi: "đăng ký hội thảo trực tuyến" },
    rows: ["Z3"],
    words: ["webcast"],
    proof,
  },
  surveys: {
    label: {
      en: "surveys; income, education, household statistics",
      vi: "khảo sát; thu nhập, học vấn, thống kê hộ gia đình",
    },
    rows: ["Z3"],
    words: ["survey", "income", "education", "maritalStatus"],
    proof,
  },
  "job-applications": {
    label: { en: "applications for jobs", vi: "hồ sơ xin việc" },
    rows: ["Z3"],
    words: ["jobApplication", "resume", "curriculumVitae", "employer"],
    proof,
  },
  "trade-shows": {
    label: { en: "visits of trade shows", vi: "thông tin tham dự hội chợ" },
    rows: ["Z3"],
    words: ["tradeShow", "boothVisit"],
    proof,
  },
  "real-name": {
    label: {
      en: "a verified real name or an identity document",
      vi: "tên thật đã xác minh hoặc giấy tờ tùy thân",
    },
    rows: ["D6"],
    words: ["realName", "legalName", "passportNumber", "identityDocument", "nationalId"],
    proof,
  },
  "sale-of-data": {
    label: {
      en: "buyers of data, also of children's: nothing is sold or rented",
      vi: "bên mua dữ liệu, kể cả của trẻ em: không bán, không cho thuê",
    },
    rows: ["A42", "Z15", "Z16", "H63"],
    words: ["buyer", "dataBroker", "advertisingPartner", "affiliate"],
    proof,
  },
  "storage-abroad": {
    label: {
      en: "copies anywhere but on this device",
      vi: "bản sao ở nơi nào khác ngoài thiết bị này",
    },
    rows: ["Z17"],
    words: ["cloudCopy", "replicaRegion", "dataCenter"],
    proof,
  },
  staff: {
    label: {
      en: "employees or contractors who could see anything",
      vi: "nhân viên hay nhà thầu có thể xem dữ liệu",
    },
    rows: ["A41"],
    words: ["staffAccess", "operatorNote"],
    proof,
  },
} as const satisfies Readonly<Record<string, NotCollected>>;
