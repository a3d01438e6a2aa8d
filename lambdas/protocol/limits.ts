/** Limits of messages, in bytes of UTF-8. */

/** API Gateway WebSocket: the largest message in each direction; PostToConnection answers 413 to a larger message. */
export const GATEWAY_MESSAGE_BYTES = 128 * 1024;

/** The relay: the largest message from NetBackup, once it has authenticated. */
export const RELAY_MESSAGE_BYTES = 64 * 1024 * 1024;

/** NBWSS closes the connection after a larger packet (contract CMD-5). */
export const NBWSS_PACKET_BYTES = 2 * 1024 * 1024;

/** RFC 6455: the code of a close because a message or a frame was too large. */
export const CLOSE_MESSAGE_TOO_BIG = 1009;

/** The size of a text as UTF-8. */
export const utf8Bytes = (text: string): number => Buffer.byteLength(text, 'utf8');
