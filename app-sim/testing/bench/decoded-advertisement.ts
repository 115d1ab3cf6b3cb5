import { readAdStructures } from "../../../hub/codec/ble/ad-structures.ts";
import { type BthomeObject, bthomeService, readBthome } from "../../../hub/codec/ble/bthome.ts";
import { eddystoneService, readEddystone } from "../../../hub/codec/ble/eddystone.ts";
import { ibeaconCompany, readIbeacon } from "../../../hub/codec/ble/ibeacon.ts";
import { improvService, improvServiceData, improvStateOf } from "../../../hub/codec/ble/improv.ts";
import { mibeaconReading, mibeaconService, readMibeacon } from "../../../hub/codec/ble/mibeacon.ts";
import { profilesFor, signsIn } from "./ble-lamp-profile.ts";

/** What somebody is, and what he says. */
export interface DecodedAdvertisement {
  readonly name?: string;
  readonly kind: "lamp" | "bthome" | "mibeacon" | "ibeacon" | "eddystone" | "improv" | "other";
  /** Of a lamp: the profiles that fit, all of them where makers gave several one sign. */
  readonly profiles?: readonly string[];
  /** In words. */
  readonly says: string;
}

type Decoded = Pick<DecodedAdvertisement, "kind" | "says">;
type Decoder = (data: Uint8Array) => Decoded | undefined;

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const objectText = (object: BthomeObject): string => {
  switch (object.kind) {
    case "number":
    case "binary":
      return `${object.what} ${object.value}`;
    case "button":
      return `button ${object.press ?? "-"}`;
    case "dimmer":
      return `dimmer ${object.turn ?? "-"} ${object.steps}`;
    case "command":
      return `command ${object.command ?? "?"}`;
    case "text":
      return `"${object.text}"`;
    case "raw":
      return hexOf(object.bytes);
  }
};

const bthome: Decoder = (data) => {
  const read = readBthome(data);
  if (read === undefined) return undefined;
  const says = read.sealed ? `sealed, packet ${read.counter}` : read.objects.map(objectText).join(", ");
  return { kind: "bthome", says };
};

const mibeacon: Decoder = (data) => {
  const read = readMibeacon(data);
  if (read === undefined) return undefined;
  const product = `product ${read.product.toString(16).padStart(4, "0")}`;
  if (read.sealed) return { kind: "mibeacon", says: `${product}, sealed, packet ${read.counter}` };
  const reading = Object.entries(mibeaconReading(read.objects)).map(([what, value]) => `${what} ${value}`);
  return { kind: "mibeacon", says: [product, ...reading].join(", ") };
};

const eddystone: Decoder = (data) => {
  const read = readEddystone(data);
  if (read === undefined) return undefined;
  if (read.kind === "url") return { kind: "eddystone", says: read.url };
  if (read.kind === "tlm")
    return { kind: "eddystone", says: `${read.millivolts} mV, ${read.packets} packets` };
  return { kind: "eddystone", says: `${read.kind} ${hexOf(read.identity)}` };
};

const improv: Decoder = (data) => ({ kind: "improv", says: improvStateOf(data) ?? "in an unknown state" });

const byService: ReadonlyMap<string, Decoder> = new Map([
  [bthomeService, bthome],
  [mibeaconService, mibeacon],
  [eddystoneService, eddystone],
  [improvServiceData, improv],
]);

const ibeacon: Decoder = (data) => {
  const read = readIbeacon(data);
  if (read === undefined) return undefined;
  const uuid = hexOf(read.identity.subarray(0, 16));
  return { kind: "ibeacon", says: `${uuid}, major ${read.major}, minor ${read.minor}` };
};

const broadcastIn = (packets: readonly Uint8Array[]): Decoded | undefined => {
  const read = packets.map(readAdStructures);
  const ofServices = read
    .flatMap(({ serviceData }) => serviceData)
    .map(({ service, data }) => byService.get(service)?.(data));
  const ofMakers = read
    .flatMap(({ manufacturerData }) => manufacturerData)
    .map(({ company, data }) => (company === ibeaconCompany ? ibeacon(data) : undefined));
  const isImprov = read.some(({ services }) => services.includes(improvService));
  return (
    [...ofServices, ...ofMakers].find((each) => each !== undefined) ??
    (isImprov ? { kind: "improv", says: "says no state" } : undefined)
  );
};

/** Of all packets of one advertiser. Never throws, whatever the bytes. */
export const decodedAdvertisement = (packets: readonly Uint8Array[]): DecodedAdvertisement => {
  const heard = signsIn(packets);
  const name = heard.name === undefined ? {} : { name: heard.name };
  const broadcast = broadcastIn(packets);
  if (broadcast !== undefined) return { ...name, ...broadcast };
  const profiles = profilesFor(heard).map(({ id }) => id);
  if (profiles.length > 0) return { ...name, kind: "lamp", profiles, says: profiles.join(" or ") };
  return { ...name, kind: "other", says: heard.services.join(", ") };
};
