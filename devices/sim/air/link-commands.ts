import {
  begun,
  type Command,
  type CommandAnswer,
  type Commands,
  completed,
  notBegun,
  refused,
} from "./command.ts";
import { remoteFeatures, remoteVersion } from "./hci-events.ts";
import type { LinkEnd } from "./link.ts";
import type { LinkLayer } from "./link-layer.ts";
import { status } from "./status.ts";

/** What is done with one link (Core Specification, Vol 4 Part E, 7.1 and 7.8.18 to 7.8.33). */

const onLink = (
  leastBytes: number,
  run: (end: LinkEnd, parameters: Buffer, layer: LinkLayer) => CommandAnswer,
): Command => ({
  leastBytes,
  run: (layer, parameters) => {
    const end = layer.end(parameters.readUInt16LE(0));
    return end === undefined ? notBegun(status.unknownConnection) : run(end, parameters, layer);
  },
});

const handleOf = (parameters: Buffer): Buffer => Buffer.from(parameters.subarray(0, 2));

const key = (bytes: Buffer): Buffer => Buffer.from(bytes);
const leastOctets = 27;
const mostOctets = 251;

/** @param say tells the host; it is the only thing that has to be told and is no answer */
export const linkCommands = (say: (event: Buffer) => void, features: Buffer): Commands => ({
  1030: onLink(3, (end, parameters) => begun(() => end.end(parameters.readUInt8(2)))),
  1053: onLink(2, (_end, parameters) => begun(() => say(remoteVersion(parameters.readUInt16LE(0))))),
  8211: onLink(14, (end, parameters) =>
    begun(() =>
      end.link.update({
        interval: parameters.readUInt16LE(2),
        latency: parameters.readUInt16LE(6),
        timeout: parameters.readUInt16LE(8),
      }),
    ),
  ),
  8214: onLink(2, (_end, parameters) =>
    begun(() => say(remoteFeatures(parameters.readUInt16LE(0), features))),
  ),
  8217: onLink(28, (end, parameters) => {
    if (end !== end.link.central) return notBegun(status.commandDisallowed);
    const [random, diversifier] = [key(parameters.subarray(2, 10)), key(parameters.subarray(10, 12))];
    return begun(() => end.link.offerKey(key(parameters.subarray(12, 28)), random, diversifier));
  }),
  8218: onLink(18, (end, parameters) => ({
    ...completed(handleOf(parameters)),
    afterwards: () => end.link.answerKey(key(parameters.subarray(2, 18))),
  })),
  8219: onLink(2, (end, parameters) => ({
    ...completed(handleOf(parameters)),
    afterwards: () => end.link.answerKey(undefined),
  })),
  8226: onLink(6, (end, parameters) => {
    const octets = parameters.readUInt16LE(2);
    if (octets < leastOctets || octets > mostOctets) return refused(status.invalidParameters);
    return { ...completed(handleOf(parameters)), afterwards: () => end.link.lengthen(octets) };
  }),
});
