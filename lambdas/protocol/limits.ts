/** Sizes that the channel carries, in bytes of serialised UTF-8. */

/** API Gateway WebSocket: the largest message each way; PostToConnection answers 413 above it. */
export const GATEWAY_MESSAGE_BYTES = 128 * 1024;

/** NBWSS drops the connection on a packet above this (contract CMD-5). */
export const NBWSS_PACKET_BYTES = 2 * 1024 * 1024;

/** The size of a text on the wire. */
export const utf8Bytes = (text: string): number => Buffer.byteLength(text, 'utf8');
