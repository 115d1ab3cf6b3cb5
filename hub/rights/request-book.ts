import { NotFound } from "../domain/errors.ts";
import type { PersonId, RequestId } from "../domain/ids.ts";
import type { RequestEntry, RequestForm, StoredRequest } from "../domain/request.ts";
import type { Instant } from "../domain/units.ts";
import type { GuardedStore } from "../privacy/guarded-store.ts";
import type { Chain, ChainEntry } from "../privacy/sealed-chain.ts";

/**
 * Requests as they are kept: how each stands, what was written in it, and what became of it step by step. What a person
 * wrote is under their own key, and so are the steps of their request.
 */
export class RequestBook {
  readonly #store: GuardedStore;
  readonly #chain: Chain<"requests">;
  readonly #knows: (person: PersonId) => boolean;
  readonly #requests = new Map<RequestId, StoredRequest>();

  /** @param knows whether somebody is still of this home: of who is erased nothing can be sealed any more */
  constructor(store: GuardedStore, chain: Chain<"requests">, knows: (person: PersonId) => boolean) {
    this.#store = store;
    this.#chain = chain;
    this.#knows = knows;
  }

  start(): void {
    for (const [, request] of this.#store.collection("requests").entries())
      this.#requests.set(request.id, request);
  }

  all(): readonly StoredRequest[] {
    return [...this.#requests.values()];
  }

  get(id: RequestId): StoredRequest | undefined {
    return this.#requests.get(id);
  }

  /** @throws NotFound */
  need(id: RequestId): StoredRequest {
    const request = this.#requests.get(id);
    if (request === undefined) throw new NotFound("no such request");
    return request;
  }

  /** Undefined: it was erased, or its person was. */
  formOf(request: StoredRequest): RequestForm | undefined {
    const form = this.#formsOf(request).get(formKey(request));
    if (form === undefined) return undefined;
    const { id: _, ...fields } = form;
    return fields;
  }

  /** The step comes first: what is not written down has not happened. Request and form come together or not at all. */
  add(request: StoredRequest, form: RequestForm, by: string | undefined): void {
    this.record(request, { step: request.state, ...(by !== undefined && { by }) }, request.received);
    this.#store.atomically(() => {
      this.#formsOf(request).put(formKey(request), { id: request.id, ...form });
      this.#store.collection("requests").put(request.id, request);
    });
    this.#requests.set(request.id, request);
  }

  keep(request: StoredRequest, step: Omit<RequestEntry, "request">, at: Instant): void {
    this.record(request, step, at);
    this.#store.collection("requests").put(request.id, request);
    this.#requests.set(request.id, request);
  }

  /** Something happened to it that leaves it as it stands. */
  record(request: StoredRequest, step: Omit<RequestEntry, "request">, at: Instant): void {
    const { person } = request;
    const about = person !== undefined && this.#knows(person) ? { about: person } : {};
    this.#chain.append({ at, ...about, content: { request: request.id, ...step } });
  }

  eraseForm(request: StoredRequest, at: Instant): void {
    if (this.#formsOf(request).get(formKey(request)) === undefined) return;
    this.record(request, { step: "form-erased" }, at);
    this.#formsOf(request).remove(formKey(request));
  }

  remove(request: StoredRequest): void {
    this.#store.atomically(() => {
      this.#formsOf(request).remove(formKey(request));
      this.#store.collection("requests").remove(request.id);
    });
    this.#requests.delete(request.id);
  }

  /** Oldest first. */
  historyOf(id: RequestId): readonly ChainEntry<"requests">[] {
    return this.#chain.entries().filter(({ content }) => content?.request === id);
  }

  prune(before: Instant): void {
    this.#chain.prune((at) => at < before);
  }

  #formsOf({ person }: StoredRequest) {
    return this.#store.collection(person === undefined ? "request-forms" : "person-request-forms");
  }
}

const formKey = ({ person, id }: StoredRequest): string => (person === undefined ? id : `${person}/${id}`);
