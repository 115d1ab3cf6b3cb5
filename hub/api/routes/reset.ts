import { NotFound } from "../../domain/errors.ts";
import { toSeconds } from "../../domain/units.ts";
import { type Handlers, present } from "../handler.ts";
import type { Services } from "../traits.ts";

type ResetRoutes = "requestReset" | "confirmReset" | "readWipeCertificate";

export const resetHandlers = ({ resets, certificate, stepUp }: Services): Handlers<ResetRoutes> => ({
  requestReset: ({ body: { level, challenge, keepNames }, caller }) => {
    const isSeconded = stepUp.hasCode(present(caller));
    const wish = { challenge, keepsNames: keepNames, isSeconded };
    const { expiresIn, ...offer } = resets.request(level, "owner", wish);
    return { ...offer, expiresIn: toSeconds(expiresIn) };
  },
  confirmReset: ({ id }) => ({ id, level: resets.confirm(id) }),
  readWipeCertificate: () => {
    const last = certificate();
    if (last === undefined) throw new NotFound("this hub was never reset");
    return last;
  },
});
