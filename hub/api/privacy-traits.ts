import type { BrowserPreferences } from "../rights/browser-preferences.ts";
import type { ChainBooks } from "../rights/chain-books.ts";
import type { ConsentService } from "../rights/consent-service.ts";
import type { DeviceScopeService } from "../rights/device-scope-service.ts";
import type { Invitations } from "../rights/invitations.ts";

/** What the home owes its people, as the door needs it. */
export interface PrivacyServices {
  readonly books: Pick<ChainBooks, "verify">;
  readonly consents: Pick<
    ConsentService,
    | "allows"
    | "list"
    | "view"
    | "informs"
    | "give"
    | "withdraw"
    | "entries"
    | "intervals"
    | "limit"
    | "isLimited"
  >;
  readonly browsers: Pick<
    BrowserPreferences,
    "heard" | "signalOf" | "assertMayAgree" | "themeOf" | "setTheme"
  >;
  readonly scopes: Pick<DeviceScopeService, "allows" | "view" | "set" | "answer" | "termsOf">;
  readonly invitations: Pick<Invitations, "invite" | "read" | "answer">;
}
