import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Banners } from "../parts/banners.tsx";

import {
  guestOffer,
  isCodeNeeded,
  isSharedBrowser,
  isSigningIn,
  refusal,
  signIn,
  signInByLink,
} from "../store/session.ts";
import { BeforeSignIn } from "./before-sign-in.tsx";
import { GuestEntry } from "./guest-entry.tsx";

interface BoxProps {
  readonly id: string;
  readonly label: string;
  readonly text: Signal<string>;
  readonly isSecret?: boolean;
  readonly autocomplete: "username" | "current-password" | "one-time-code";
  /** The longest the hub takes, in characters. */
  readonly most: number;
  readonly hasFocus?: boolean;
}

const Box = ({ id, label, text, isSecret = false, autocomplete, most, hasFocus = false }: BoxProps) => {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (hasFocus) input.current?.focus();
  }, [hasFocus]);
  return (
    <>
      <label for={id}>{label}</label>
      <input
        ref={input}
        id={id}
        {...(isSecret ? ({ type: "password" } as const) : ({ type: "text" } as const))}
        autocomplete={autocomplete}
        autocapitalize="off"
        spellcheck={false}
        maxLength={most}
        value={text.value}
        aria-invalid={refusal.value !== undefined}
        aria-describedby={refusal.value ? "refusal" : undefined}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
    </>
  );
};

/** Somebody with an account. A password manager may fill it in and paste into it (WCAG 3.3.8). */
const PersonForm = () => {
  const [name, password, code] = [useSignal(""), useSignal(""), useSignal("")];
  return (
    <form
      class="sign-in__form"
      aria-label="Sign in with your name"
      onSubmit={(event) => {
        event.preventDefault();
        void signIn({ name: name.value, password: password.value, code: code.value });
      }}
    >
      <Box id="name" label="Name" text={name} autocomplete="username" most={64} />
      <Box
        id="password"
        label="Password"
        text={password}
        isSecret
        autocomplete="current-password"
        most={128}
      />
      {isCodeNeeded.value && (
        <Box id="totp" label="Code" text={code} autocomplete="one-time-code" most={32} hasFocus />
      )}
      <label class="check" for="shared">
        <input
          id="shared"
          type="checkbox"
          checked={isSharedBrowser.value}
          onChange={(event) => {
            isSharedBrowser.value = event.currentTarget.checked;
          }}
        />
        Others use this browser too
      </label>
      <button type="submit" class="button button--primary" disabled={isSigningIn.value}>
        {isSigningIn.value ? "Signing in" : "Sign in"}
      </button>
    </form>
  );
};

/** Nobody needs an account: the hub prints a link, and its code may be pasted here as well. */
const LinkForm = () => {
  const code = useSignal("");
  return (
    <form
      class="sign-in__form"
      aria-label="Sign in with a link"
      onSubmit={(event) => {
        event.preventDefault();
        if (code.value.trim() !== "") void signInByLink(code.value.trim());
      }}
    >
      <p>
        Without an account, open the link that the hub printed when it started, or paste its code here. A new
        one comes from <code>lampkeeper access link</code>.
      </p>
      <Box id="code" label="One-time code" text={code} autocomplete="one-time-code" most={128} />
      <button type="submit" class="button" disabled={isSigningIn.value}>
        Use the code
      </button>
    </form>
  );
};

export const SignInScreen = () => (
  <main class="sign-in" id="content">
    <Banners />
    <div class="card sign-in__card">
      <div class="orb orb--sign-in" aria-hidden="true" />
      <h1>Lampkeeper</h1>
      <p class="sign-in__refusal" id="refusal" role="alert">
        {refusal.value}
      </p>
      {guestOffer.value !== undefined && <GuestEntry />}
      <PersonForm />
      <LinkForm />
      <p class="quiet">
        Read first: <a href="/api/v1/privacy/notice?format=text">Privacy notice</a>,{" "}
        <a href="/api/v1/privacy/notice?format=text&lang=vi" lang="vi">
          Thông báo về quyền riêng tư
        </a>
      </p>
      <BeforeSignIn />
    </div>
  </main>
);
