import type { Handlers } from "../handler.ts";
import type { Services } from "../traits.ts";

export const privacyHandlers = ({ privacy }: Services): Handlers<"verifyBooks"> => ({
  verifyBooks: () => ({ data: privacy.books.verify().map(({ book, verdict }) => ({ book, ...verdict })) }),
});
