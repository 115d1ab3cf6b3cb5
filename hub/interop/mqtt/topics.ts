/** MQTT as the northbound door needs it; filled by the embedded broker and by the client of an owner's own. */
export interface Topics {
  publish(
    topic: string,
    payload: string,
    options?: { readonly retain?: boolean; readonly qos?: 0 | 1 },
  ): void;
  /** @returns unsubscribe. Retained messages that match are delivered first. */
  subscribe(filter: string, handler: (message: TopicMessage) => void): () => void;
}

export interface TopicMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
  /** Id of the client that published it, where the broker knows; absent or empty where not. */
  readonly from?: string;
}

/** What every Zigbee2MQTT client expects: retained, QoS 1. */
export const kept = { retain: true, qos: 1 } as const;

const online = '{"state":"online"}';
const offline = '{"state":"offline"}';

export const availability = (isOnline: boolean): string => (isOnline ? online : offline);

export const bridgeState = (base: string): string => `${base}/bridge/state`;
