import { useSignal } from "@preact/signals";
import { enterAsGuest, guestOffer, isSigningIn } from "../store/session.ts";

const list = new Intl.ListFormat("en", { type: "conjunction" });

/** What a guest is let into, before they come in. */
const OfferWords = () => {
  const { access } = guestOffer.value ?? {};
  if (access === undefined) return null;
  const { lights, scenes } = access;
  const things = [...lights, ...scenes].map(({ name }) => name);
  return (
    <p>
      You will see and switch {things.length === 0 ? "nothing yet" : list.format(things)}. You will not see
      who lives here or who is at home.
    </p>
  );
};

/** Somebody who came by a link for guests: by the wall nobody asks for a name, an invited guest chooses one. */
export const GuestEntry = () => {
  const name = useSignal("");
  const offer = guestOffer.value;
  if (offer === undefined) return null;
  const isInvited = offer.kind === "invitation";
  return (
    <form
      class="sign-in__form"
      aria-label="Come in as a guest"
      onSubmit={(event) => {
        event.preventDefault();
        void enterAsGuest(isInvited ? name.value : undefined);
      }}
    >
      <OfferWords />
      {isInvited && (
        <>
          <label for="guest-name">How would you like to be called here?</label>
          <input
            id="guest-name"
            type="text"
            autocomplete="off"
            maxLength={64}
            value={name.value}
            onInput={(event) => {
              name.value = event.currentTarget.value;
            }}
          />
        </>
      )}
      <button type="submit" class="button button--primary" disabled={isSigningIn.value}>
        Come in
      </button>
    </form>
  );
};
