/** What a function can return: Lambda's largest response has 6 MB, and API Gateway accepts more than that. Pure. */

/**
 * Lambda's limit, less room for the rest of a response: headers (8 KB), and the other members of a command (uri: 128 KB, escaped twice).
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_INLINE_BYTES = 6 * 1024 * 1024 - 512 * 1024;

const escapedBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text));

/** Whether a text can be the body of a response, which Lambda escapes once as a JSON string. */
export const fitsAsBody = (text: string): boolean =>
  text.length <= MAX_INLINE_BYTES && escapedBytes(text) <= MAX_INLINE_BYTES;

/** Whether a text can be a string in the JSON body of a response, which is escaped twice. */
export const fitsAsMember = (text: string): boolean =>
  text.length <= MAX_INLINE_BYTES && escapedBytes(JSON.stringify(text)) <= MAX_INLINE_BYTES;
