/**
 * What a link says of a device that does not answer by itself. `accepted`: what was sent last was handed over. `refused`: the device
 * said no to it. `unpaired`: it asks for a pairing, or has forgotten the one there was. `unreachable`: it was tried and
 * given up. `heard`: it is there, after nobody knew whether it was.
 */
export const deliveries = ["accepted", "refused", "unpaired", "unreachable", "heard"] as const;
export type Delivery = (typeof deliveries)[number];
