import type { SensorReading } from "../domain/sensor.ts";
import type { InEachLanguage } from "./categories.ts";

/** What each kind of reading is, and what it says about the people of a home (ETSI EN 303 645, 5.8-3). */
export const sensed: { readonly [Key in keyof Required<SensorReading>]: InEachLanguage } = {
  occupancy: {
    en: "movement: that somebody is in the room",
    vi: "chuyển động: có người trong phòng",
  },
  illuminance: {
    en: "how bright it is: whether a lamp or the sun lights the room",
    vi: "độ sáng: phòng được đèn hay mặt trời chiếu",
  },
  contact: {
    en: "whether a door or window is open: coming, going, airing",
    vi: "cửa hoặc cửa sổ có mở không: vào, ra, thông gió",
  },
  temperature: { en: "temperature: heating and airing habits", vi: "nhiệt độ: thói quen sưởi và thông gió" },
  humidity: { en: "humidity: when somebody showers or cooks", vi: "độ ẩm: khi có người tắm hoặc nấu ăn" },
  action: { en: "a press of a button: that somebody stands there", vi: "nhấn nút: có người đang ở đó" },
  power: { en: "power: whether a device is in use", vi: "công suất: thiết bị có đang được dùng không" },
  energy: { en: "energy: how much a device was used", vi: "điện năng: thiết bị được dùng bao nhiêu" },
  battery: {
    en: "charge of the sensor's battery: nothing about people",
    vi: "mức pin: không nói gì về con người",
  },
};
