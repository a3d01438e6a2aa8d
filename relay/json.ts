/** The value of a JSON text; undefined if it is not JSON. No part of the text gets into an error, because it may be a secret. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
