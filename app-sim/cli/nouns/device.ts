import type { Shape } from "../../../hub/api/contract.ts";
import { type Via, vias } from "../../../hub/domain/home.ts";
import { usageError } from "../cli-error.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import { hexSecret } from "../hex-secret.ts";
import { settingOf } from "../settings.ts";
import { linkText, timeText } from "../wording.ts";

type Device = Shape<"Device">;

const deviceArgument = { name: "device", help: "id or name of a device", completes: "device" } as const;

const devicesOf = async (context: Context): Promise<readonly Device[]> =>
  (await context.hub().call("listDevices")).data;

const readingText = (reading: Device["reading"]): string =>
  Object.entries(reading ?? {})
    .map(([what, value]) => `${what} ${typeof value === "number" ? Math.round(value * 10) / 10 : value}`)
    .join(", ");

const viaOf = (word: string): Via => {
  const via = vias.find((each) => each === word);
  if (via === undefined) throw usageError(`--via takes ${vias.join(", ")}`);
  return via;
};

const enrolledText = ({ name, id, credentials }: Shape<"EnrolledDevice">): string => {
  const login =
    credentials === undefined
      ? []
      : [`  MQTT user      ${credentials.username}`, `  MQTT password  ${credentials.password}`];
  return [`${name} is enrolled (${id})`, ...login].join("\n");
};

const firmwareTexts = {
  unknown: "has not said which firmware it runs",
  sent: "was handed the firmware and has not answered",
  idle: "runs it",
  trial: "tries it",
  reverted: "has gone back to it",
  refused: "runs it and refused another",
} as const;

const firmwareText = (name: string, { version, update, reason }: Shape<"DeviceFirmware">): string =>
  [
    `${name} ${version ?? ""}`.trim(),
    `: ${firmwareTexts[update]}`,
    reason === undefined ? "" : ` (${reason})`,
  ].join("");

const refusalTexts = {
  "no-key": "sealed, and no key was given: lampkeeper device key",
  forged: "not sealed with the key that was given",
  replayed: "said before, or recorded",
  downgraded: "in clear, from a sensor that seals",
} as const;

export const deviceCommands: readonly CommandDefinition[] = [
  {
    path: "device firmware",
    summary: "Which firmware a device says it runs, and what became of its newest update",
    args: [deviceArgument],
    examples: ["lampkeeper device firmware Hall"],
    run: async (context, [word = ""]) => {
      const device = findOne("device", word, await devicesOf(context));
      const firmware = await context.hub().call("readDeviceFirmware", { id: device.id });
      return { data: firmware, text: firmwareText(device.name, firmware) };
    },
  },
  {
    path: "device update",
    summary: "Hand a device a firmware of its maker",
    details: "The device tries it and goes back by itself when it is no good",
    args: [deviceArgument, { name: "file", help: "the firmware", completes: "file" }],
    examples: ["lampkeeper device update Hall lamp-1.1.0.update"],
    run: async (context, [word = "", file = ""]) => {
      const bytes = context.readBytes(file);
      const device = findOne("device", word, await devicesOf(context));
      if (context.dryRun)
        return { data: device, text: `${device.name} would be handed ${bytes.length} bytes` };
      const firmware = await context.hub().call("updateDevice", { id: device.id, bytes });
      return {
        data: firmware,
        text: firmwareText(device.name, firmware),
        next: "then: lampkeeper device firmware",
      };
    },
  },
  {
    path: "device list",
    summary: "All lamps and sensors",
    examples: ["lampkeeper device list"],
    run: async (context) => {
      const devices = await devicesOf(context);
      return {
        data: devices,
        text: {
          columns: ["DEVICE", "KIND", "PROFILE", "REACHABLE", "ID"],
          rows: devices.map(({ name, kind, profile, reachable, id }) => [
            name,
            kind,
            profile,
            reachable ? "yes" : "no",
            { text: id, dim: true },
          ]),
          empty: "no devices yet",
        },
      };
    },
  },
  {
    path: "device show",
    summary: "One device",
    args: [deviceArgument],
    examples: ["lampkeeper device show 'Hall motion'"],
    run: async (context, [word = ""]) => {
      const device = findOne("device", word, await devicesOf(context));
      const {
        name,
        id,
        kind,
        profile,
        reachable,
        isolated,
        links,
        reading,
        sealed,
        notBelieved = [],
      } = device;
      const lines = [
        name,
        `  id         ${id}`,
        `  kind       ${kind}`,
        `  profile    ${profile}`,
        `  reachable  ${reachable ? "yes" : "no"}`,
        ...(links === undefined ? [] : [`  by         ${linkText(links)}`]),
        ...(isolated === true ? ["  isolated   yes: nothing passes between it and the hub"] : []),
        ...(reading === undefined ? [] : [`  reading    ${readingText(reading)}`]),
        ...(sealed === true ? ["  sealed     yes: nothing in clear is believed"] : []),
        ...notBelieved.map(({ reason, count }) => `  not believed  ${count} x ${refusalTexts[reason]}`),
      ];
      return { data: device, text: lines.join("\n") };
    },
  },
  {
    path: "device add",
    summary: "Enrol a device by hand; prints its MQTT credentials, this once",
    details: "Credentials go to the file of --out (mode 0600) when given, and to standard output otherwise.",
    args: [
      { name: "profile", help: "vendor/model" },
      { name: "name", help: "1 to 64 visible characters" },
    ],
    options: [
      { name: "room", value: "ROOM", help: "id or name of its room", completes: "room" },
      {
        name: "address",
        value: "NAME",
        help: "what the device calls itself in its topics; over BLE its address",
      },
      {
        name: "via",
        value: "WAY",
        help: "hub, owner: it lives on your own broker, or ble (default: hub for MQTT, ble for BLE)",
      },
      { name: "out", value: "FILE", help: "write the answer with its credentials there", completes: "file" },
    ],
    examples: [
      "lampkeeper device add tasmota/dimmer Hall --address tasmota_1A2B3C --out hall.json",
      "lampkeeper device add test/lamp Shelf --address a4:c1:38:02:83:f4",
    ],
    run: async (context, [profile = "", name = ""], options) => {
      const { room, address, via, out } = options;
      const rooms = typeof room === "string" ? (await context.hub().call("listRooms")).data : [];
      const body = {
        profile,
        name,
        ...(typeof room === "string" ? { room: findOne("room", room, rooms).id } : {}),
        ...(typeof address === "string" ? { address } : {}),
        ...(typeof via === "string" ? { via: viaOf(via) } : {}),
      };
      if (context.dryRun) return { data: body, text: `${name} would be enrolled` };
      const device = await context.hub().call("addDevice", { body });
      if (typeof out === "string") {
        context.writeFile(out, `${JSON.stringify(device, null, 2)}\n`);
        return { data: { id: device.id, file: out }, text: `${device.name} is enrolled (${device.id})` };
      }
      return { data: device, text: enrolledText(device) };
    },
  },
  {
    path: "device key",
    summary: "Give the key with which a sensor that only advertises seals its readings",
    details:
      "32 hexadecimal digits, as the app of its maker shows them. From then on nothing else is believed of it; it stays so until the sensor is removed.",
    args: [deviceArgument],
    options: [
      {
        name: "key-file",
        value: "FILE",
        help: "file with the key; - reads standard input. Absent: it is asked for, unseen",
        completes: "file",
      },
    ],
    examples: ["lampkeeper device key 'Hall climate' --key-file key.txt"],
    run: async (context, [word = ""], options) => {
      const { id, name } = findOne("device", word, await devicesOf(context));
      if (context.dryRun) return { data: { id }, text: `${name} would be given a key` };
      const bytes = await hexSecret(context, options, "key-file", "Key of the sensor");
      const device = await context.hub().call("setBindKey", { id, bytes });
      bytes.fill(0);
      return { data: device, text: `${name} is believed only what it seals with this key` };
    },
  },
  {
    path: "device rename",
    summary: "Give a device another name",
    args: [deviceArgument, { name: "name", help: "1 to 64 visible characters" }],
    examples: ["lampkeeper device rename s-abcdefghijkl 'Hall motion'"],
    run: async (context, [word = "", name = ""]) => {
      const device = findOne("device", word, await devicesOf(context));
      if (context.dryRun)
        return { data: { id: device.id, name }, text: `${device.name} would be called ${name}` };
      const changed = await context.hub().call("changeDevice", { id: device.id, body: { name } });
      return { data: changed, text: `${device.name} is now called ${changed.name}` };
    },
  },
  ...[true, false].map(
    (isolated): CommandDefinition => ({
      path: isolated ? "device isolate" : "device admit",
      summary: isolated
        ? "Keep a device in the home and in its rules, and let nothing pass between it and the hub"
        : "End the isolation of a device",
      details:
        "For a device with a weakness that its maker does not mend: it is neither heard nor told anything, and gets into no session.",
      args: [deviceArgument],
      examples: [isolated ? "lampkeeper device isolate 'Old lamp'" : "lampkeeper device admit 'Old lamp'"],
      run: async (context, [word = ""]) => {
        const { id, name } = findOne("device", word, await devicesOf(context));
        const text = isolated ? `${name} is isolated` : `${name} is spoken to again`;
        if (context.dryRun) return { data: { id, isolated }, text: `would be done: ${text}` };
        return { data: await context.hub().call("changeDevice", { id, body: { isolated } }), text };
      },
    }),
  ),
  {
    path: "device replace",
    summary: "Put another lamp in the place of one: rules, scenes, room and groups stay",
    details: "Its MQTT credentials are printed, this once. The old lamp is out of the home and can be reset.",
    args: [
      { name: "lamp", help: "id or name of the old lamp", completes: "lamp" },
      { name: "profile", help: "vendor/model of the new one" },
    ],
    options: [
      { name: "address", value: "NAME", help: "what the new one calls itself; over BLE its address" },
      { name: "via", value: "WAY", help: "hub, owner or ble (default: hub for MQTT, ble for BLE)" },
    ],
    examples: ["lampkeeper device replace 'Old lamp' philips/hue-white --address a4:c1:38:02:83:f4"],
    run: async (context, [word = "", profile = ""], { address, via }) => {
      const { id, name } = findOne("device", word, await devicesOf(context));
      const body = {
        profile,
        ...(typeof address === "string" ? { address } : {}),
        ...(typeof via === "string" ? { via: viaOf(via) } : {}),
      };
      if (context.dryRun) return { data: { id, ...body }, text: `${name} would be replaced` };
      await context.confirm(`Replace ${name}? The old lamp is not spoken to any more.`);
      const device = await context.hub().call("replaceLamp", { id, body });
      return { data: device, text: enrolledText(device) };
    },
  },
  {
    path: "device remove",
    summary: "Remove a device and its credentials",
    args: [deviceArgument],
    examples: ["lampkeeper device remove 'Hall motion' --yes"],
    run: async (context, [word = ""]) => {
      const device = findOne("device", word, await devicesOf(context));
      if (context.dryRun) return { data: { id: device.id }, text: `${device.name} would be removed` };
      await context.confirm(`Remove ${device.name}? It has to be paired again.`);
      await context.hub().call("removeDevice", { id: device.id });
      return { data: { id: device.id }, text: `${device.name} is removed` };
    },
  },
];

export const sensorCommands: readonly CommandDefinition[] = [
  {
    path: "sensor list",
    summary: "All sensors with their latest reading",
    examples: ["lampkeeper sensor list"],
    run: async (context) => {
      const timeZone = settingOf(context.settings, "time-zone").value;
      const sensors = (await devicesOf(context)).filter(({ kind }) => kind === "sensor");
      return {
        data: sensors,
        text: {
          columns: ["SENSOR", "READING", "AT", "REACHABLE", "ID"],
          rows: sensors.map(({ name, reading, readAt, reachable, id }) => [
            name,
            readingText(reading) || "-",
            readAt === undefined ? "-" : timeText(readAt, timeZone),
            reachable ? "yes" : "no",
            { text: id, dim: true },
          ]),
          empty: "no sensors yet",
        },
      };
    },
  },
];
