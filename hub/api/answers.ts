import { HubError } from "../domain/errors.ts";
import { InvalidRequest, MethodNotAllowed } from "./errors.ts";

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

export const json = (value: unknown, status: number): Response =>
  new Response(JSON.stringify(value), { status, headers: jsonHeaders });

export const empty = (extra: Readonly<Record<string, string>> = {}): Response =>
  new Response(null, { status: 204, headers: { ...guards, ...extra } });

export const text = (body: string, type: string, status = 200): Response =>
  new Response(body, { status, headers: { ...guards, "content-type": type } });

export const stream = (body: ReadableStream<Uint8Array>, type: string): Response =>
  // Proxies that gather answers would hold events back.
  new Response(body, { headers: { ...guards, "content-type": type, "x-accel-buffering": "no" } });

/** `json` with headers of its own: a cookie. */
export const jsonWith = (value: unknown, status: number, extra: Readonly<Record<string, string>>): Response =>
  new Response(JSON.stringify(value), { status, headers: { ...jsonHeaders, ...extra } });

/** An error as `application/problem+json` [RFC 9457]. What is not ours is not explained to strangers. */
export const problem = (error: unknown): Response => {
  const known = error instanceof HubError ? error : undefined;
  const status = known?.status ?? 500;
  const code = known?.code ?? "internal";
  const body = {
    type: "about:blank",
    title: code.replaceAll("_", " "),
    status,
    code,
    detail: known?.message ?? "the hub failed to answer this; its log says where",
    ...(known instanceof InvalidRequest && known.findings.length > 0 ? { errors: known.findings } : {}),
  };
  return new Response(JSON.stringify(body), { status, headers: { ...problemHeaders, ...headersOf(known) } });
};

const problemHeaders = { ...guards, "content-type": "application/problem+json" };

const headersOf = (error: HubError | undefined): Readonly<Record<string, string>> => {
  if (error instanceof MethodNotAllowed) return { allow: error.allow };
  return error?.status === 401 ? { "www-authenticate": "Bearer" } : {};
};
