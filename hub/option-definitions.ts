/** One option of `lampkeeper serve` or `sim`: parsing, help, completion and man page are all made from these. */
export interface OptionDefinition {
  readonly name: string;
  readonly kind: "text" | "number" | "switch";
  readonly value?: string;
  readonly help: string;
  /** Only of `lampkeeper sim`. */
  readonly sim?: true;
}

export const optionDefinitions = [
  { name: "data", kind: "text", value: "DIR", help: "all state, nothing outside it (default .lampkeeper)" },
  {
    name: "key-dir",
    kind: "text",
    value: "DIR",
    help: "where the key file lies (default DIR/keys of --data)",
  },
  {
    name: "protector",
    kind: "text",
    value: "KIND",
    help: "what holds the keys: key-file, passphrase, systemd or tpm; another than before: the keys move (default: as before, else key-file)",
  },
  {
    name: "passphrase-file",
    kind: "text",
    value: "FILE",
    help: "passphrase of the keys; - reads standard input",
  },
  {
    name: "new-passphrase-file",
    kind: "text",
    value: "FILE",
    help: "from here on this passphrase; with the present one in --passphrase-file",
  },
  { name: "host", kind: "text", value: "ADDRESS", help: "address of app and API (default 127.0.0.1)" },
  { name: "app-port", kind: "number", value: "N", help: "port of app and API, 0 = any free (default 8080)" },
  { name: "mqtt-host", kind: "text", value: "ADDRESS", help: "address of the broker (default: as --host)" },
  { name: "mqtt-port", kind: "number", value: "N", help: "port of the broker, 0 = any free (default 1883)" },
  { name: "base", kind: "text", value: "TOPIC", help: "base topic (default lampkeeper)" },
  {
    name: "tls-cert",
    kind: "text",
    value: "FILE",
    help: "certificate chain (PEM) for listeners off loopback",
  },
  { name: "tls-key", kind: "text", value: "FILE", help: "its private key (PEM)" },
  {
    name: "legacy-host",
    kind: "text",
    value: "ADDRESS",
    help: "also listen without TLS on this address, for lamps that cannot",
  },
  { name: "legacy-port", kind: "number", value: "N", help: "port of the legacy listener (default 1884)" },
  {
    name: "broker",
    kind: "text",
    value: "URL",
    help: "use your own MQTT 5 broker: mqtt://host:port or mqtts://host:port",
  },
  { name: "broker-user", kind: "text", value: "NAME", help: "user name at your own broker" },
  { name: "broker-password-file", kind: "text", value: "FILE", help: "password at your own broker" },
  { name: "broker-ca", kind: "text", value: "FILE", help: "certificate authority (PEM) of your own broker" },
  {
    name: "broker-cert",
    kind: "text",
    value: "FILE",
    help: "certificate chain (PEM) by which your own broker knows the hub, in place of a password; needs mqtts://",
  },
  { name: "broker-key", kind: "text", value: "FILE", help: "its private key (PEM)" },
  { name: "home-assistant", kind: "switch", help: "announce the lamps to Home Assistant on your own broker" },
  {
    name: "place",
    kind: "text",
    value: "LAT,LON",
    help: "where the home is, such as 52.5,13.4; kept rounded (sim: the largest town of the zone)",
  },
  {
    name: "zone",
    kind: "text",
    value: "ZONE",
    help: "the home's time zone, such as Europe/Berlin (default: this machine's)",
  },
  {
    name: "ready-file",
    kind: "text",
    value: "FILE",
    help: "write addresses and run credentials here when ready (sim: ready.json in --data)",
  },
  {
    name: "update-key",
    kind: "text",
    value: "FILE",
    help: "take updates signed by this Ed25519 public key (PEM; with supervise)",
  },
  {
    name: "update-from",
    kind: "text",
    value: "DIR",
    help: "look for lampkeeper-hub.update there after the start and every day (with supervise)",
  },
  {
    name: "button",
    kind: "text",
    value: "FILE",
    help: "input device of the button on the case, such as /dev/input/event0",
  },
  {
    name: "led",
    kind: "text",
    value: "DIR",
    help: "LED on the case, such as /sys/class/leds/ACT",
  },
  {
    name: "ble",
    kind: "text",
    value: "HOW",
    help: "with serve, what drives Bluetooth: bluez (the system's service), hci (an adapter of the hub's own), none, or auto: bluez where it runs or hci is not allowed, else hci (default auto)",
  },
  {
    name: "controller",
    kind: "text",
    value: "CONTACT",
    help: "who runs this hub for others, as the privacy notice names them; with the next two (default: its household)",
  },
  { name: "privacy-officer", kind: "text", value: "CONTACT", help: "their data protection officer" },
  {
    name: "eu-representative",
    kind: "text",
    value: "CONTACT",
    help: "their representative in the European Union; in it: themselves",
  },
  { name: "log-level", kind: "text", value: "LEVEL", help: "debug, info, warn or error (default warn)" },
  { name: "bulbs", kind: "number", value: "N", help: "simulated lamps (default 20)", sim: true },
  { name: "sensors", kind: "number", value: "N", help: "simulated sensors (default 6)", sim: true },
  {
    name: "ble-lamps",
    kind: "number",
    value: "N",
    help: "simulated lamps over Bluetooth, besides --bulbs, and one more to pair with (default 3; 0 where --bulbs is given)",
    sim: true,
  },
  {
    name: "two-radios",
    kind: "number",
    value: "N",
    help: "simulated colour bulbs of --bulbs that are on Bluetooth as well (default 0)",
    sim: true,
  },
  {
    name: "people",
    kind: "number",
    value: "N",
    help: "simulated people, each with a phone (default 2)",
    sim: true,
  },
  {
    name: "seed",
    kind: "number",
    value: "N",
    help: "the home drawn from this number (default 1)",
    sim: true,
  },
  { name: "speed", kind: "number", value: "N", help: "simulated seconds per second (default 1)", sim: true },
  {
    name: "lamps",
    kind: "text",
    value: "HOW",
    help: "mqtt: a client each; object: in the hub's process",
    sim: true,
  },
  {
    name: "external",
    kind: "number",
    value: "N",
    help: "of the lamps as objects, so many stay real clients",
    sim: true,
  },
  { name: "scenario", kind: "text", value: "FILE", help: "play this scenario once ready", sim: true },
  { name: "headless", kind: "switch", help: "print no sign-in link", sim: true },
] as const satisfies readonly OptionDefinition[];

/** Options of `lampkeeper supervise` itself, before the command that it supervises. */
export const supervisionDefinitions = [
  {
    name: "trial",
    kind: "number",
    value: "N",
    help: "seconds that a new version has to prove itself (default 90)",
  },
  {
    name: "silence",
    kind: "number",
    value: "N",
    help: "seconds without a sign of life after which the hub is started anew (default 30)",
  },
] as const satisfies readonly OptionDefinition[];

export type OptionName =
  | (typeof optionDefinitions)[number]["name"]
  | (typeof supervisionDefinitions)[number]["name"];
export type OptionValues = Partial<Record<OptionName, string | boolean>>;
