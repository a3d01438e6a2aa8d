/** Sizes of parts; bytes of UTF-8. */
const KB = 1024;

/** One part: the largest message of API Gateway, for which the functions are made. */
export const PART_BYTES = 128 * KB;

/**
 * How many notifications one part holds. The functions interpret 1 000 of one message, and more than the largest message of API
 * Gateway can hold of NetBackup's: jobs have about 290 bytes, images 150 or more. 900 keeps a distance from both.
 */
export const PART_NOTIFICATIONS = 900;

/**
 * The content of one part: elements of one object's `data`, or whole objects. A fixed share of a part, so that parts end at the same
 * element whatever the lengths of `id` and `timeStamp` around them.
 */
export const CONTENT_BYTES = 110 * KB;

/** The text of an object around its `data`, and the text of the message around its payload. Longer texts are not repeated in each part. */
export const AROUND_BYTES = 8 * KB;

/**
 * The text of one fragment. In a JSON string, JSON text grows to at most twice its size: it contains no control characters
 * except white space.
 */
export const FRAGMENT_BYTES = 48 * KB;
