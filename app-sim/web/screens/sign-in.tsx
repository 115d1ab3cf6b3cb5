import { useSignal } from "@preact/signals";
import { isSigningIn, refusal, signIn } from "../store/session.ts";

/** No password to remember (WCAG 3.3.8): the hub prints a link, and its code may be pasted here as well. */
export const SignInScreen = () => {
  const code = useSignal("");
  return (
    <main class="sign-in" id="content">
      <form
        class="card sign-in__card"
        onSubmit={(event) => {
          event.preventDefault();
          if (code.value.trim() !== "") void signIn(code.value.trim());
        }}
      >
        <div class="orb orb--sign-in" aria-hidden="true" />
        <h1>Lampkeeper</h1>
        <p>
          Open the link that the hub printed when it started, or paste its code here. A new one comes from{" "}
          <code>lampkeeper access link</code>.
        </p>
        <label for="code">One-time code</label>
        <input
          id="code"
          type="text"
          autocomplete="one-time-code"
          autocapitalize="off"
          spellcheck={false}
          value={code.value}
          aria-invalid={refusal.value !== undefined}
          aria-describedby={refusal.value ? "refusal" : undefined}
          onInput={(event) => {
            code.value = event.currentTarget.value;
          }}
        />
        <p class="sign-in__refusal" id="refusal" role="alert">
          {refusal.value}
        </p>
        <button type="submit" class="button button--primary" disabled={isSigningIn.value}>
          {isSigningIn.value ? "Signing in" : "Sign in"}
        </button>
      </form>
    </main>
  );
};
