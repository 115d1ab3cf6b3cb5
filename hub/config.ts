import type { ZoneName } from "./domain/civil.ts";
import type { Deployer } from "./domain/deployer.ts";
import type { Position } from "./domain/place.ts";
import type { ProtectorKind } from "./domain/vault.ts";

/** Where and how the hub runs. Paths are as given; nothing here is a secret. */
export interface HubConfig {
  readonly data: string;
  readonly keyDir: string;
  /** What holds the keys. Absent: what held them before. */
  readonly protector?: ProtectorKind;
  readonly passphraseFile?: string;
  readonly newPassphraseFile?: string;
  readonly host: string;
  readonly appPort: PortChoice;
  readonly mqttHost: string;
  readonly mqttPort: PortChoice;
  readonly base: string;
  readonly tls?: { readonly certificateFile: string; readonly keyFile: string };
  readonly legacy?: { readonly host: string; readonly port: number };
  readonly external?: ExternalBrokerConfig;
  readonly homeAssistant: boolean;
  /** Whoever runs this hub for others. Absent: it is a household's own. */
  readonly deployer?: Deployer;
  readonly place?: Position;
  readonly zone?: ZoneName;
  readonly readyFile?: string;
  /** File with the keys of whoever may sign updates. */
  readonly updateKey?: string;
  /** Folder in which new versions are looked for. */
  readonly updateFrom?: string;
  /** Files of the operating system behind which button and light of the case are. */
  readonly panel?: { readonly button?: string; readonly led?: string };
  /** Which software drives the Bluetooth of a hub with real devices. */
  readonly ble: "auto" | "bluez" | "hci" | "none";
  readonly logLevel: "debug" | "info" | "warn" | "error";
}

/** A port that was asked for stays or fails; a default that is busy gives way to any free one. */
export interface PortChoice {
  readonly port: number;
  readonly mayMove: boolean;
}

export interface ExternalBrokerConfig {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly authorityFile?: string;
  /** It is known there by this key, instead of a password or beside one. */
  readonly identityFiles?: { readonly certificateFile: string; readonly keyFile: string };
}

/** The simulated home beside the hub. */
export interface SimConfig {
  readonly bulbs: number;
  readonly sensors: number;
  /** Lamps that are reached over Bluetooth, besides `bulbs`. */
  readonly bleLamps: number;
  /** Of `bulbs`, those that can be reached over Bluetooth as well. */
  readonly twoRadios: number;
  readonly people: number;
  readonly seed: number;
  readonly speed: number;
  readonly lamps: "mqtt" | "object";
  readonly external: number;
  readonly scenario?: string;
  readonly headless: boolean;
}
