import type { SmallFiles } from "../ports/store.ts";

/** Small files of one folder inside another's. */
export class SubFolder implements SmallFiles {
  readonly #files: SmallFiles;
  readonly #head: string;

  constructor(files: SmallFiles, name: string) {
    this.#files = files;
    this.#head = `${name}/`;
  }

  read(name: string): Buffer | undefined {
    return this.#files.read(this.#head + name);
  }

  replace(name: string, content: Uint8Array): void {
    this.#files.replace(this.#head + name, content);
  }

  remove(name: string): void {
    this.#files.remove(this.#head + name);
  }

  unlink(name: string): void {
    this.#files.unlink(this.#head + name);
  }

  list(): readonly string[] {
    return this.#files
      .list()
      .flatMap((name) => (name.startsWith(this.#head) ? [name.slice(this.#head.length)] : []));
  }
}
