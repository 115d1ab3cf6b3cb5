import type { AssistantDoor } from "../connections/assistant/assistant-door.ts";
import type { Catalogue } from "../connections/connectors/catalogue.ts";
import type { Connections } from "../connections/connectors/connections.ts";
import type { ServiceNotices } from "../connections/connectors/service-notices.ts";
import type { ServicesOfOthers } from "../connections/connectors/services-of-others.ts";
import type { ProviderSignIn } from "../connections/identity/provider-sign-in.ts";
import type { Announcements } from "../connections/mail/announcements.ts";
import type { MailRoom } from "../connections/mail/mail-room.ts";
import type { RemoteView } from "../connections/relay/remote-view.ts";
import type { ChainBooks } from "../rights/chain-books.ts";

/** What the home owes its people, as the door needs it. */
export interface PrivacyServices {
  readonly books: Pick<ChainBooks, "verify">;
  readonly connections: ConnectionServices;
}

/** Services of others, as far as they were let in. */
export interface ConnectionServices {
  readonly catalogue: Pick<Catalogue, "list" | "refused">;
  readonly connections: Pick<Connections, "list" | "stateOf" | "enable" | "accept" | "revoke">;
  readonly assistants: Pick<AssistantDoor, "linkingCode">;
  readonly notices: Pick<ServiceNotices, "list" | "retry" | "sent">;
  readonly services: Pick<ServicesOfOthers, "eraseEverywhere" | "rectify">;
  readonly provider: Pick<ProviderSignIn, "of" | "begin" | "link" | "signIn" | "unlink">;
  readonly mail: Pick<
    MailRoom,
    "of" | "setAddress" | "removeAddress" | "subscribe" | "unsubscribe" | "optOut" | "send"
  >;
  readonly announcements: Pick<Announcements, "banners" | "announce" | "dismiss" | "news">;
  readonly view: Pick<RemoteView, "list" | "invite" | "remove">;
}
