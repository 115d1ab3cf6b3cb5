import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** A change of one source file that nobody should get away with. */
export interface Plant {
  readonly file: string;
  /** Stands once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** @throws RangeError the text is not there exactly once: the plant has outlived what it was planted in */
export const planted = (text: string, { file, find, replace }: Plant): string => {
  if (text.split(find).length !== 2) throw new RangeError(`${file} does not have exactly one "${find}"`);
  return text.replace(find, () => replace);
};

/** Tells a run of tests which file (`LAMPKEEPER_PLANT`, JSON of a plant) it shall see changed. */
export const plantVariable = "LAMPKEEPER_PLANT";

export const isPlanted = (): boolean => process.env[plantVariable] !== undefined;

/** Undefined: nothing is planted. */
export const plantOfRun = (): Plant | undefined => {
  const told = process.env[plantVariable];
  return told === undefined ? undefined : (JSON.parse(told) as Plant);
};

/** Changes the file as it is loaded, for a run of tests that shall notice. Nothing on the disk is touched. */
export const plantPlugin = () => {
  const plant = plantOfRun();
  const path = plant && resolve(plant.file);
  return {
    name: "planted",
    enforce: "pre" as const,
    load(id: string): string | undefined {
      return plant !== undefined && id === path ? planted(readFileSync(id, "utf8"), plant) : undefined;
    },
  };
};
