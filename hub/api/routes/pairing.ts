import { InvalidInput } from "../../domain/errors.ts";
import { isId, type LampId } from "../../domain/ids.ts";
import { pairingTroubles } from "../../domain/pairing.ts";
import { Millis, toSeconds } from "../../domain/units.ts";
import type { FoundCandidate, PairingView } from "../../inventory/pairing-service.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Shape } from "../contract.ts";
import { type Handlers, present } from "../handler.ts";
import type { Services } from "../traits.ts";
import { roomOf } from "./devices.ts";

type PairingRoutes = "beginPairing" | "readPairing" | "identifyCandidate" | "addCandidate" | "endPairing";

export const pairingHandlers = (clock: Clock, { pairing, privacy }: Services): Handlers<PairingRoutes> => {
  const shown = ({ id, step, until, candidates, trouble, device }: PairingView): Shape<"Pairing"> => ({
    id,
    step,
    expiresIn: toSeconds(Millis(Math.max(0, until - clock.now()))),
    candidates: candidates.map(candidateJson),
    ...(trouble === undefined ? {} : { trouble: { code: trouble, ...pairingTroubles[trouble] } }),
    ...(device === undefined ? {} : { device }),
  });
  return {
    beginPairing: ({ body: { all = false }, caller }) => shown(pairing.begin(present(caller).id, all)),
    readPairing: ({ id, caller }) => shown(pairing.view(id, present(caller).id)),
    identifyCandidate: async ({ id, body, caller }) =>
      shown(await pairing.identify(id, present(caller).id, body)),
    addCandidate: async ({ id, body: { room = null, terms, link, ...wish }, caller }) => {
      const view = await pairing.add(id, present(caller).id, {
        ...wish,
        room: roomOf(room),
        link: lampOf(link),
      });
      if (terms !== undefined && view.device !== undefined) privacy.scopes.answer(view.device, terms);
      return shown(view);
    },
    endPairing: ({ id, caller }) => {
      pairing.end(id, present(caller).id);
      return undefined;
    },
  };
};

/** @throws InvalidInput */
const lampOf = (text: string | undefined): LampId | undefined => {
  if (text !== undefined && !isId("lamp", text))
    throw new InvalidInput("not the id of a lamp", { path: "link" });
  return text;
};

const candidateJson = (candidate: FoundCandidate): Shape<"Pairing">["candidates"][number] => {
  const { address, name, rssi, isWeak, isConnectable, profiles, isAmbiguous, wantsWifi, isSealed, device } =
    candidate;
  const [likeliest] = profiles;
  return {
    address,
    ...(name === undefined ? {} : { name }),
    ...(rssi === undefined ? {} : { rssi }),
    weak: isWeak,
    connectable: isConnectable,
    ...(likeliest === undefined ? {} : { kind: likeliest.kind }),
    profiles: profiles.map(({ id }) => id),
    ambiguous: isAmbiguous,
    wantsWifi,
    sealed: isSealed,
    ...(device === undefined ? {} : { device }),
  };
};
