import { type BleTrouble, bleTroubles } from "../../../domain/ble-trouble.ts";
import {
  type Advertisement,
  type GattEntry,
  type LinkEnd,
  linkEnds,
  type WriteMode,
} from "../../../ports/ble.ts";

/** Where the controller is: an adapter of this machine by its number, or a Unix socket that carries H4. */
export type AdapterPlace = { readonly index: number } | { readonly socket: string };

/** How long the stack waits before it calls something stuck. */
export interface Patience {
  /** Of a peer that owes an answer: an attribute transaction, a connection. */
  readonly peerMs: number;
  /** Of a controller that owes one. */
  readonly controllerMs: number;
}

/** What is asked of one link. */
export type LinkCall =
  | { readonly op: "entries" }
  | { readonly op: "read"; readonly service: string; readonly characteristic: string }
  | {
      readonly op: "write";
      readonly service: string;
      readonly characteristic: string;
      readonly value: Uint8Array;
      readonly mode: WriteMode;
    }
  | { readonly op: "subscribe"; readonly service: string; readonly characteristic: string }
  | { readonly op: "unsubscribe"; readonly service: string; readonly characteristic: string }
  | { readonly op: "rssi" }
  | { readonly op: "close" };

/** From the hub to the process of the stack. */
export type StackOrder =
  | {
      readonly kind: "start";
      readonly adapter: AdapterPlace;
      readonly patience: Patience;
      readonly isCaptured: boolean;
    }
  | { readonly kind: "scan"; readonly scan: "off" | "passive" | "active" }
  | {
      readonly kind: "connect";
      readonly id: number;
      readonly address: string;
      readonly addressType: "public" | "random";
    }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "call"; readonly id: number; readonly link: number; readonly call: LinkCall }
  | { readonly kind: "capture"; readonly isOn: boolean };

/** An advertisement as it crosses; when it was heard is said by the hub's clock. */
export type Heard = Omit<Advertisement, "at" | "cached">;

export type CallResult =
  | { readonly link: number; readonly mtu: number }
  | { readonly entries: readonly GattEntry[] }
  | { readonly value: Uint8Array }
  | { readonly rssi: number }
  | null;

/** From the process of the stack to the hub. `stuck`: the controller owes an answer; nothing more is to be expected. */
export type StackReport =
  | { readonly kind: "on" }
  | { readonly kind: "trouble"; readonly trouble: BleTrouble }
  | { readonly kind: "stuck" }
  | { readonly kind: "heard"; readonly heard: readonly Heard[] }
  | { readonly kind: "answer"; readonly id: number; readonly result: CallResult }
  | { readonly kind: "failure"; readonly id: number; readonly failure: StackFailure }
  | { readonly kind: "ended"; readonly link: number; readonly reason: LinkEnd }
  | {
      readonly kind: "notified";
      readonly link: number;
      readonly service: string;
      readonly characteristic: string;
      readonly value: Uint8Array;
    }
  | { readonly kind: "packet"; readonly fromController: boolean; readonly bytes: Uint8Array };

/** A `BleError` without its class. */
export interface StackFailure {
  readonly message: string;
  readonly reason: string;
  readonly att?: number;
  readonly end?: LinkEnd;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const isOneOf = (values: readonly string[], value: unknown): boolean =>
  isText(value) && values.includes(value);
const isMaybe = (check: (value: unknown) => boolean, value: unknown): boolean =>
  value === undefined || check(value);

const isHeard = (value: unknown): boolean =>
  isFields(value) &&
  isText(value["address"]) &&
  isOneOf(["public", "random"], value["addressType"]) &&
  isMaybe(isNumber, value["rssi"]) &&
  isFlag(value["connectable"]) &&
  isFlag(value["isScanResponse"]) &&
  isBytes(value["data"]);

const isEntry = (value: unknown): boolean =>
  isFields(value) &&
  isText(value["service"]) &&
  isText(value["characteristic"]) &&
  Array.isArray(value["properties"]) &&
  value["properties"].every(isText);

const isResult = (value: unknown): boolean =>
  value === null ||
  (isFields(value) &&
    ((isNumber(value["link"]) && isNumber(value["mtu"])) ||
      (Array.isArray(value["entries"]) && value["entries"].every(isEntry)) ||
      isBytes(value["value"]) ||
      isNumber(value["rssi"])));

const isFailure = (value: unknown): boolean =>
  isFields(value) &&
  isText(value["message"]) &&
  isText(value["reason"]) &&
  isMaybe(isNumber, value["att"]) &&
  isMaybe((end) => isOneOf(linkEnds, end), value["end"]);

const checks: Readonly<Record<StackReport["kind"], (report: Fields) => boolean>> = {
  on: () => true,
  stuck: () => true,
  trouble: ({ trouble }) => isOneOf(bleTroubles, trouble),
  heard: ({ heard }) => Array.isArray(heard) && heard.every(isHeard),
  answer: ({ id, result }) => isNumber(id) && isResult(result),
  failure: ({ id, failure }) => isNumber(id) && isFailure(failure),
  ended: ({ link, reason }) => isNumber(link) && isOneOf(linkEnds, reason),
  notified: ({ link, service, characteristic, value }) =>
    isNumber(link) && isText(service) && isText(characteristic) && isBytes(value),
  packet: ({ fromController, bytes }) => isFlag(fromController) && isBytes(bytes),
};

const isKind = (kind: unknown): kind is StackReport["kind"] => isText(kind) && Object.hasOwn(checks, kind);

/** A message of the process that reads radio packets of strangers; undefined: none that it may send. */
export const readStackReport = (message: unknown): StackReport | undefined =>
  isFields(message) && isKind(message["kind"]) && checks[message["kind"]](message)
    ? (message as unknown as StackReport)
    : undefined;
