import { NoRadio } from "../no-radio.ts";

/** A home without a radio. */
export class SimBle extends NoRadio {}
