/** Text that others chose, fit for a terminal: nobody may move the cursor, colour a line or make up one of their own. */

/** Control and escape characters, and what turns the direction of writing; as JSON writes them, so that JSON stays JSON. */
export const printable = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** The same for a text of several lines of ours. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');
