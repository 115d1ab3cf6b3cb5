import type { Readable } from "node:stream";
import { TooManyAttempts } from "../domain/account.ts";
import { HubError, InvalidInput } from "../domain/errors.ts";
import { RuleLoops } from "../domain/rule-errors.ts";
import type { HttpAnswer } from "../ports/network.ts";
import { type Finding, InvalidRequest, MethodNotAllowed } from "./errors.ts";

/** On every answer. Nothing of an API answer is to be rendered, framed, sniffed or kept. */
const guards = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

const jsonHeaders = { ...guards, "content-type": "application/json" };

/** On the app's own files, which do run. */
export const pageGuards = {
  "content-security-policy":
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** An answer that a route gives whole, because a header or a stream is needed. */
export class Reply implements HttpAnswer {
  readonly status: number;
  readonly headers: HttpAnswer["headers"];
  readonly body?: NonNullable<HttpAnswer["body"]>;

  constructor(status: number, headers: HttpAnswer["headers"], body?: HttpAnswer["body"]) {
    this.status = status;
    this.headers = headers;
    if (body !== undefined) this.body = body;
  }
}

export const json = (value: unknown, status: number): Reply =>
  new Reply(status, jsonHeaders, JSON.stringify(value));

export const empty = (extra: HttpAnswer["headers"] = {}): Reply => new Reply(204, { ...guards, ...extra });

export const text = (body: string, type: string, status = 200): Reply =>
  new Reply(status, { ...guards, "content-type": type }, body);

/** A document of a kind of its own. */
export const jsonText = (value: unknown, type: string): Reply => text(JSON.stringify(value), type);

export const stream = (body: Readable, type: string): Reply =>
  // Proxies that gather answers would hold events back.
  new Reply(200, { ...guards, "content-type": type, "x-accel-buffering": "no" }, body);

/** `json` with headers of its own: a cookie. */
export const jsonWith = (value: unknown, status: number, extra: HttpAnswer["headers"]): Reply =>
  new Reply(status, { ...jsonHeaders, ...extra }, JSON.stringify(value));

/** An error as `application/problem+json` [RFC 9457]. What is not ours is not explained to strangers. */
export const problem = (error: unknown): Reply => {
  const known = error instanceof HubError ? error : undefined;
  const status = known?.status ?? 500;
  const code = known?.code ?? "internal";
  const body = {
    type: "about:blank",
    title: code.replaceAll("_", " "),
    status,
    code,
    detail: known?.message ?? "the hub failed to answer this; its log says where",
    ...(known instanceof RuleLoops ? { rules: known.rules } : {}),
    ...errorsOf(known),
  };
  return new Reply(status, { ...problemHeaders, ...headersOf(known) }, JSON.stringify(body));
};

/** Where a request is wrong, whether its shape was or a room found what the shape cannot say. */
const errorsOf = (error: HubError | undefined): { errors?: readonly Finding[] } => {
  if (error instanceof InvalidRequest) return error.findings.length > 0 ? { errors: error.findings } : {};
  const path = error instanceof InvalidInput ? error.context["path"] : undefined;
  if (error === undefined || typeof path !== "string") return {};
  return {
    errors: [{ pointer: `/${path.replaceAll(".", "/")}`, code: "invalid_input", detail: error.message }],
  };
};

const problemHeaders = { ...guards, "content-type": "application/problem+json" };

const headersOf = (error: HubError | undefined): HttpAnswer["headers"] => {
  if (error instanceof MethodNotAllowed) return { allow: error.allow };
  if (error instanceof TooManyAttempts) return { "retry-after": `${error.context["seconds"]}` };
  return error?.status === 401 ? { "www-authenticate": "Bearer" } : {};
};
