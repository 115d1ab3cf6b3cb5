/**
 * What this kind of device is called wherever it says what it is: in the API, in its updates, in certificates, and on the label of whoever
 * puts it into a case (ETSI EN 303 645, 5.3-16).
 */
export const modelDesignation = "lampkeeper-hub";
export type ModelDesignation = typeof modelDesignation;
