import type { Shape } from "../../../hub/api/contract.ts";
import { type Context, findOne } from "../context.ts";
import type { CommandDefinition } from "../definition.ts";
import { settingOf } from "../settings.ts";
import { linkText, timeText } from "../wording.ts";

type Device = Shape<"Device">;
type Links = NonNullable<Device["links"]>;

const lampArgument = { name: "lamp", help: "id or name of a lamp", completes: "lamp" } as const;

const devicesOf = async (context: Context): Promise<readonly Device[]> =>
  (await context.hub().call("listDevices")).data;

const signalOf = ({ links }: Links, wanted: Links["inUse"]): string => {
  const { reachable = false, signal } = links.find(({ link }) => link === wanted) ?? {};
  return reachable ? (signal === undefined ? "yes" : `${signal} dBm`) : "no";
};

export const linkCommands: readonly CommandDefinition[] = [
  {
    path: "link list",
    summary: "Lamps that can be reached in two ways: by which they are, why, and how well either is heard",
    details: "How well is said as it is now; none of it is kept.",
    examples: ["lampkeeper link list"],
    run: async (context) => {
      const zone = settingOf(context.settings, "time-zone").value;
      const lamps = (await devicesOf(context)).filter(({ links }) => links !== undefined);
      return {
        data: lamps,
        text: {
          columns: ["LAMP", "BY", "SINCE", "NETWORK", "BLUETOOTH", "ID"],
          rows: lamps.flatMap(({ name, id, links }) =>
            links === undefined
              ? []
              : [
                  [
                    name,
                    linkText(links),
                    timeText(links.since, zone),
                    signalOf(links, "mqtt"),
                    signalOf(links, "ble"),
                    { text: id, dim: true },
                  ],
                ],
          ),
          empty: "no lamp has two links; add one: lampkeeper link add",
        },
      };
    },
  },
  {
    path: "link add",
    summary: "A lamp that is reached over MQTT can be reached by the hub's radio as well",
    details:
      "The better link is used, and the other when it fails. lampkeeper pair --link LAMP finds it, lets it blink and pairs with it where it asks for that.",
    args: [
      lampArgument,
      { name: "profile", help: "vendor/model of its Bluetooth" },
      { name: "address", help: "such as a4:c1:38:02:83:f4" },
    ],
    examples: ["lampkeeper link add Hall triones/triones a4:c1:38:02:83:f4"],
    run: async (context, [word = "", profile = "", address = ""]) => {
      const { id, name } = findOne("device", word, await devicesOf(context));
      const body = { profile, address };
      if (context.dryRun) return { data: body, text: `${name} would have a second link` };
      const device = await context.hub().call("addLink", { id, body });
      return { data: device, text: `${name} can be reached over Bluetooth, too` };
    },
  },
  {
    path: "link remove",
    summary: "Remove the second link of a lamp; the lamp stays",
    args: [lampArgument],
    examples: ["lampkeeper link remove Hall"],
    run: async (context, [word = ""]) => {
      const { id, name } = findOne("device", word, await devicesOf(context));
      if (context.dryRun) return { data: { id }, text: `${name} would be reached over its network alone` };
      await context.hub().call("removeLink", { id });
      return { data: { id }, text: `${name} is reached over its network alone` };
    },
  },
];
