/** The hub refused or could not; `code` is stable and can be searched for. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** Nobody answered: the hub is off, or the network is. */
export const unreachable = "hub_unreachable";

const base = new URL("api/v1/", document.baseURI);

const problemOf = async (answer: Response): Promise<ApiProblem> => {
  const body: unknown = await answer.json().catch(() => ({}));
  const { code, detail, title } = body as { code?: string; detail?: string; title?: string };
  return new ApiProblem(answer.status, code ?? `http_${answer.status}`, detail ?? title ?? answer.statusText);
};

const ask = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
  const request: RequestInit = {
    method,
    credentials: "same-origin",
    headers: { accept: "application/json" },
  };
  if (body !== undefined) {
    request.body = JSON.stringify(body);
    request.headers = { accept: "application/json", "content-type": "application/json" };
  }
  const answer = await fetch(new URL(path, base), request).catch((cause: unknown) => {
    throw new ApiProblem(0, unreachable, cause instanceof Error ? cause.message : "no answer");
  });
  if (!answer.ok) throw await problemOf(answer);
  return answer.status === 204 ? (undefined as Answer) : ((await answer.json()) as Answer);
};

/** The hub's HTTP API on the page's own origin; the session cookie says who is asking. Throws ApiProblem. */
export const api = {
  get: <Answer>(path: string) => ask<Answer>("GET", path),
  put: <Answer>(path: string, body: unknown) => ask<Answer>("PUT", path, body),
  post: <Answer>(path: string, body?: unknown) => ask<Answer>("POST", path, body),
  events: () => new EventSource(new URL("events", base), { withCredentials: true }),
};
